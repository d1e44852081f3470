"""Begins a new campaign from a campaign template."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from penguinmails.campaign_templates.campaign_template import CampaignTemplate
from penguinmails.campaign_templates.prebuilt import prebuilt_called
from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.create import Given, create
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.errors import Conflict, NotFound
from penguinmails.ids import is_uuid
from penguinmails.templates.save import save_template
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.template import Sharing, Template

_TRIES: Final = 20
_LONGEST_SLUG: Final = 60


class CampaignTemplates(Protocol):
    """The campaign templates that there are."""

    def find(self, tenant: str, slug: str) -> CampaignTemplate | None: ...
    def published(self, identity: str) -> CampaignTemplate | None: ...


class Emails(Protocol):
    """The email templates as they were saved last."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...
    def save(self, saved: SavedTemplate, old: SavedTemplate | None) -> None: ...


@dataclass(frozen=True, slots=True)
class InstantiatePorts:
    """What beginning from a template touches."""

    templates: CampaignTemplates
    emails: Emails
    create: CreatePorts


@dataclass(frozen=True, slots=True)
class Wish:
    """What the new campaign is called, and the zone that its dates are in."""

    time_zone: str
    name: str = ""
    slug: str = ""


def chosen(tenant: str, reference: str, by: str, templates: CampaignTemplates) -> CampaignTemplate:
    """Read the template that a slug of the workspace, or an id of the library, names.

    A pre-built one goes by its slug, too, unless the workspace has another of that slug. Raises
    NotFound, also for what is another key's own.
    """
    if is_uuid(reference):
        found = prebuilt_called(reference) or templates.published(reference)
    else:
        own = templates.find(tenant, reference)
        seen = own is not None and own.may_be_seen_by(by)
        found = own if seen else prebuilt_called(reference)
    if found is None:
        raise NotFound(f"there is no campaign template {reference[:64]}")
    return found


def instantiate(
    tenant: str,
    reference: str,
    campaign: str,
    wish: Wish,
    ports: InstantiatePorts,
    by: str = "",
) -> Campaign:
    """Create a draft under an id with a template's steps; audience and sender are still to choose.

    The emails that the template brings are saved under their slugs, or, where the workspace has
    another email of that slug, under the next free one. Doing it twice does it once. Raises
    NotFound and InvalidInput, as for a named email that the workspace lacks.
    """
    template = chosen(tenant, reference, by, ports.templates)
    slugs = {email.slug: _adopt(tenant, email, ports, by) for email in template.emails}
    given = Given(
        name=wish.name or template.name,
        type=template.type,
        time_zone=wish.time_zone,
        slug=wish.slug,
        description=template.description,
        track_opens=template.track_opens,
        track_clicks=template.track_clicks,
        steps=tuple(_renamed(step, slugs) for step in template.steps),
    )
    return create(tenant, campaign, given, ports.create, by)


def _adopt(tenant: str, email: Template, ports: InstantiatePorts, by: str) -> str:
    """Give the slug under which the workspace has this email, saving it if there is none."""
    base = email.slug[:_LONGEST_SLUG]
    for slug in (email.slug, *(f"{base}-{number}" for number in range(2, _TRIES))):
        wanted = replace(email, slug=slug, sharing=Sharing.TEAM)
        saved = ports.emails.get(tenant, slug)
        if saved is None:
            save_template(tenant, wanted, ports.emails, ports.create.clock.now(), by)
            return slug
        if replace(saved.template, sharing=Sharing.TEAM) == wanted:
            return slug
    raise Conflict(f"there are too many emails called {email.slug}; rename some")


def _renamed(value: Any, slugs: Mapping[str, str]) -> Any:  # noqa: ANN401 - a source is JSON
    """Have steps name their emails by other slugs."""
    match value:
        case Mapping():
            inner = {key: _renamed(one, slugs) for key, one in value.items()}
            named = inner.get("template")
            known = isinstance(named, str) and named in slugs
            return inner | {"template": slugs[str(named)]} if known else inner
        case list() | tuple():
            return [_renamed(one, slugs) for one in value]
        case _:
            return value
