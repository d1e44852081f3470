"""What the API does with campaign templates: what new campaigns may begin with."""

from http import HTTPStatus
from typing import Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call, Versioned
from penguinmails.api.campaign_call import made, named_id
from penguinmails.api.campaign_view import CampaignView
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Id, Instant, instant
from penguinmails.campaign_templates.browse import browse, browse_library
from penguinmails.campaign_templates.campaign_template import CampaignTemplate, Label, library_id
from penguinmails.campaign_templates.instantiate import Wish, chosen
from penguinmails.campaigns.campaign import CampaignType
from penguinmails.errors import NotFound
from penguinmails.templates.template import Sharing
from penguinmails.tenants.scope import Scope

operations = Operations("campaign templates")


class CampaignTemplateBody(Body):
    """A campaign to save as a template, and who may use it."""

    campaign: str = Field(
        min_length=1,
        max_length=80,
        description="The campaign's id, or its slug as `slug:NAME`.",
        examples=["slug:welcome"],
    )
    name: str = Field(min_length=1, max_length=255)
    description: str = Field("", max_length=5_000)
    sharing: Literal["private", "team", "public"] = "team"
    include_content: bool = Field(
        default=True, description="Take copies of its email templates along."
    )


class InstanceBody(Body):
    """What the new campaign is called; what is left out comes from the template."""

    name: str = Field("", max_length=255)
    slug: str = Field("", max_length=64, examples=["welcome-drip"])
    timezone: str = Field("", max_length=64)


class CampaignTemplateLine(TypedDict):
    """A campaign template without its steps; `libraryId` names a public one in the library.

    A `prebuilt` one comes with the product; it goes by its slug, too.
    """

    slug: str
    name: str
    description: str | None
    campaignType: CampaignType
    sharing: Sharing
    libraryId: Id | None
    prebuilt: bool
    version: int
    savedAt: Instant


class CampaignTemplateView(CampaignTemplateLine):
    """A campaign template; `emails` are the slugs of those that it brings."""

    trackOpens: bool
    trackClicks: bool
    steps: list[dict[str, Any]]
    emails: list[str]


class RemovedTemplateView(TypedDict):
    """It is gone; what began with it stays."""

    status: Literal["removed"]


_ALL = "/api/campaign-templates"
_OWN = f"{_ALL}/<campaign_template>"


@operations.get(_ALL, Scope.CAMPAIGNS_READ)
def list_campaign_templates(call: Call, query: PageQuery) -> Listed[CampaignTemplateLine]:
    """List the workspace's campaign templates, without those that are private to other keys."""
    after = query.key(call, call.tenant)
    templates, by = call.ports.desk.campaign_templates, call.caller.key
    page = browse(call.tenant, by, after, query.limit, templates)
    return listed(call, map(_line, page.templates), page.after)


@operations.get("/api/campaign-library", Scope.CAMPAIGNS_READ)
def list_campaign_library(call: Call, query: PageQuery) -> Listed[CampaignTemplateLine]:
    """List the pre-built campaign templates, then the public ones of all workspaces."""
    templates = call.ports.desk.campaign_templates
    page = browse_library(query.after(call), query.limit, templates)
    return listed(call, map(_line, page.templates), page.after)


@operations.put(_OWN, Scope.CAMPAIGNS_WRITE)
def put_campaign_template(
    call: Call, campaign_template: str, body: CampaignTemplateBody
) -> CampaignTemplateView:
    """Save what a campaign sends, and when, for others to begin with."""
    label = Label(campaign_template, body.name, body.description, Sharing(body.sharing))
    found, by = named_id(call, body.campaign), call.caller.key
    saved = call.ports.desk.save_campaign(
        call.tenant, found, label, with_content=body.include_content, by=by
    )
    return _view(saved)


@operations.get(_OWN, Scope.CAMPAIGNS_READ)
def read_campaign_template(call: Call, campaign_template: str) -> CampaignTemplateView:
    """Show a campaign template."""
    return _view(_chosen(call, campaign_template))


@operations.delete(_OWN, Scope.CAMPAIGNS_WRITE)
def remove_campaign_template(call: Call, campaign_template: str) -> RemovedTemplateView:
    """Remove a campaign template of the workspace, from the library too."""
    templates = call.ports.desk.campaign_templates
    templates.remove(_own(call, campaign_template))
    return {"status": "removed"}


@operations.post(f"{_OWN}/instantiate", Scope.CAMPAIGNS_WRITE, HTTPStatus.CREATED)
def instantiate_campaign_template(
    call: Call, campaign_template: str, body: InstanceBody
) -> Versioned[CampaignView]:
    """Begin a draft with a template; its audience and sender are still to choose."""
    zone = body.timezone or call.ports.tenants.get(call.tenant).time_zone
    wish = Wish(zone, body.name, body.slug)
    campaign = call.ids.new()
    by = call.caller.key
    draft = call.ports.desk.instantiate(call.tenant, campaign_template, campaign, wish, by)
    return made(call, draft)


def _chosen(call: Call, reference: str) -> CampaignTemplate:
    templates = call.ports.desk.campaign_templates
    return chosen(call.tenant, reference[:64], call.caller.key, templates)


def _own(call: Call, reference: str) -> CampaignTemplate:
    found = _chosen(call, reference)
    if found.tenant != call.tenant:
        raise NotFound(f"there is no campaign template {reference[:64]} of yours")
    return found


def _line(template: CampaignTemplate) -> CampaignTemplateLine:
    public = template.sharing is Sharing.PUBLIC
    own = library_id(template.tenant, template.slug) if public and template.tenant else None
    return {
        "slug": template.slug,
        "name": template.name,
        "description": template.description or None,
        "campaignType": template.type,
        "sharing": template.sharing,
        "libraryId": template.library or own,
        "prebuilt": template.prebuilt,
        "version": template.version,
        "savedAt": instant(template.saved_at),
    }


def _view(template: CampaignTemplate) -> CampaignTemplateView:
    return {
        **_line(template),
        "trackOpens": template.track_opens,
        "trackClicks": template.track_clicks,
        "steps": [dict(step) for step in template.steps],
        "emails": [email.slug for email in template.emails],
    }
