"""Saves a campaign as a campaign template, with its emails or without."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from penguinmails.campaign_templates.campaign_template import (
    CampaignTemplate,
    Label,
    label_problems,
)
from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.errors import Forbidden, InvalidInput, Problem
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.template import Template


class Campaigns(Protocol):
    """The campaigns and what they send."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


class Emails(Protocol):
    """The email templates as they were saved last."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...


class CampaignTemplates(Protocol):
    """The campaign templates that there are."""

    def find(self, tenant: str, slug: str) -> CampaignTemplate | None: ...
    def save(self, new: CampaignTemplate, old: CampaignTemplate | None) -> None: ...
    def shelve(self, template: CampaignTemplate) -> None: ...


@dataclass(frozen=True, slots=True)
class SavePorts:
    """What saving touches."""

    campaigns: Campaigns
    emails: Emails
    templates: CampaignTemplates
    clock: Clock


def save_campaign(
    tenant: str,
    campaign: str,
    label: Label,
    ports: SavePorts,
    *,
    with_content: bool = True,
    by: str = "",
) -> CampaignTemplate:
    """Save what a campaign sends, and when, under a slug; the same again changes nothing.

    `with_content` takes copies of its email templates along; without, it only names them. `by`
    is the key that is used. Raises NotFound, InvalidInput and Conflict, and Forbidden if the slug
    is that of another key's private template.
    """
    stands = ports.campaigns.get(tenant, campaign)
    revision = ports.campaigns.revision(tenant, campaign, stands.revision)
    problems = [*label_problems(label), *_emptiness(revision)]
    if problems:
        raise InvalidInput(*problems)
    old = ports.templates.find(tenant, label.slug)
    if old is not None and not old.may_be_seen_by(by):
        raise Forbidden(f"another key has a private campaign template called {label.slug}")
    new = CampaignTemplate(
        tenant=tenant,
        slug=label.slug,
        name=label.name,
        type=stands.type,
        steps=revision.source,
        saved_at=ports.clock.now(),
        saved_by=by,
        description=label.description,
        sharing=label.sharing,
        track_opens=revision.track_opens,
        track_clicks=revision.track_clicks,
        emails=tuple(_emails(tenant, revision, ports.emails)) if with_content else (),
        version=old.version + 1 if old else 1,
    )
    if old is not None and _same(old, new):
        ports.templates.shelve(old)
        return old
    ports.templates.save(new, old)
    return new


def _same(old: CampaignTemplate, new: CampaignTemplate) -> bool:
    return replace(new, saved_at=old.saved_at, saved_by=old.saved_by, version=old.version) == old


def _emptiness(revision: Revision) -> Iterator[Problem]:
    if not revision.source:
        yield Problem("", "empty_sequence", "the campaign has no steps to save; add an email first")


def _emails(tenant: str, revision: Revision, emails: Emails) -> Iterator[Template]:
    for slug in sorted(revision.sequence.templates):
        saved = emails.get(tenant, slug)
        if saved is not None:
            yield saved.template
