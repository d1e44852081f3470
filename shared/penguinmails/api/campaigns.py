"""What the API does with campaigns."""

from datetime import date
from http import HTTPStatus
from typing import Any, Literal

from typing_extensions import TypedDict

# Their operations are declared beside those below.
from penguinmails.api import (  # noqa: F401
    campaign_checks,
    campaign_test_sends,
    campaign_versions,
    enrollments,
)
from penguinmails.api.body import Query
from penguinmails.api.call import Call, Versioned
from penguinmails.api.campaign_body import (
    CampaignBody,
    ChangeBody,
    LaunchBody,
    ReleaseBody,
    ScheduleBody,
    StepsBody,
)
from penguinmails.api.campaign_call import (
    changed,
    current,
    made,
    moved,
    named,
    named_id,
    operations,
    shown,
)
from penguinmails.api.campaign_view import CampaignView, CountedCampaignView, campaign_view
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Instant, instant
from penguinmails.campaigns.campaign import WINDOW, Campaign, CampaignStatus
from penguinmails.campaigns.clone import clone
from penguinmails.campaigns.create import create
from penguinmails.campaigns.delete import delete
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.campaigns.edit import edit
from penguinmails.campaigns.replace_steps import replace_steps
from penguinmails.campaigns.schedule_launch import schedule_launch
from penguinmails.campaigns.sequence_view import to_api
from penguinmails.queues.port import Queue
from penguinmails.tenants.scope import Scope

_BEGUN = {
    CampaignStatus.SCHEDULED,
    CampaignStatus.ACTIVE,
    CampaignStatus.CLOSING,
    CampaignStatus.COMPLETED,
}


class WholeCampaignView(TypedDict):
    """A campaign with its steps as a graph and as they were written, and its numbers."""

    campaign: CountedCampaignView
    steps: list[dict[str, Any]]
    source: list[dict[str, Any]]
    analytics: dict[str, Any]


class StepsView(TypedDict):
    """The steps of a revision as a graph and as they were written."""

    revision: int
    steps: list[dict[str, Any]]
    source: list[dict[str, Any]]


class DeletedCampaignView(TypedDict):
    """It is gone for good."""

    status: Literal["deleted"]


class PausedView(TypedDict):
    """A campaign that pauses: nothing is sent after `effectiveBy`."""

    status: CampaignStatus
    effectiveBy: Instant


class ReleasingView(TypedDict):
    """What was held goes on."""

    status: Literal["releasing"]
    reason: str


class DaysQuery(Query):
    """The days of a report, both counted in."""

    start_date: date | None = None
    end_date: date | None = None


@operations.post("/api/campaigns", Scope.CAMPAIGNS_WRITE, HTTPStatus.CREATED)
def create_campaign(call: Call, body: CampaignBody) -> Versioned[CampaignView]:
    """Create a draft."""
    given = body.given(call.ports.tenants.get(call.tenant).time_zone)
    edits = call.ports.edit
    ports = CreatePorts(edits.campaigns, edits.segments, edits.templates, edits.clock)
    return made(call, create(call.tenant, call.ids.new(), given, ports, call.caller.key))


@operations.get("/api/campaigns", Scope.CAMPAIGNS_READ)
def list_campaigns(call: Call, query: PageQuery) -> Listed[CampaignView]:
    """List campaigns, newest first."""
    page = call.ports.campaigns.page(call.tenant, query.key(call, call.tenant), query.limit)
    return listed(call, [shown(call, campaign) for campaign in page.campaigns], page.after)


@operations.get("/api/campaigns/<campaign>", Scope.CAMPAIGNS_READ)
def read_campaign(call: Call, campaign: str) -> Versioned[WholeCampaignView]:
    """Show a campaign with its steps and its numbers."""
    found = named(call, campaign)
    revision = current(call, found)
    lanes = call.ports.lanes.lanes(call.tenant, found.id)
    whole: WholeCampaignView = {
        "campaign": {
            **campaign_view(found, revision, fenced=call.ports.fenced()),
            "totalContacts": sum(one.targeted for one in lanes),
        },
        "steps": to_api(revision.sequence),
        "source": [dict(step) for step in revision.source],
        "analytics": call.ports.analytics(call.tenant, found.id, None, None),
    }
    return Versioned(whole, version=found.version)


@operations.patch("/api/campaigns/<campaign>", Scope.CAMPAIGNS_WRITE)
def change_campaign(
    call: Call, campaign: str, body: ChangeBody, expected: int | None
) -> Versioned[CampaignView]:
    """Change a campaign that is not over.

    In one that has begun, who is enrolled keeps the revision that they have, unless they are
    migrated.
    """
    found, ports, by = named_id(call, campaign), call.ports.edit, call.caller.key
    return changed(call, edit(call.tenant, found, body.on, ports, expected=expected, by=by))


@operations.delete("/api/campaigns/<campaign>", Scope.CAMPAIGNS_WRITE)
def delete_campaign(call: Call, campaign: str) -> DeletedCampaignView:
    """Delete a campaign that was never launched."""
    found = named_id(call, campaign)
    delete(call.tenant, found, call.ports.campaigns, call.ports.clock)
    return {"status": "deleted"}


@operations.put("/api/campaigns/<campaign>/steps", Scope.CAMPAIGNS_WRITE)
def replace_campaign_steps(
    call: Call, campaign: str, body: StepsBody, expected: int | None
) -> Versioned[StepsView]:
    """Replace all steps by a graph, as a campaign shows it.

    A step keeps its figures as long as it keeps its name.
    """
    found, ports, by = named_id(call, campaign), call.ports.edit, call.caller.key
    edited = replace_steps(call.tenant, found, body.steps, ports, expected=expected, by=by)
    revision = current(call, edited)
    view: StepsView = {
        "revision": revision.number,
        "steps": to_api(revision.sequence),
        "source": [dict(step) for step in revision.source],
    }
    return Versioned(view, version=edited.version)


@operations.post("/api/campaigns/<campaign>/launch", Scope.CAMPAIGNS_WRITE)
def launch_campaign(call: Call, campaign: str, body: LaunchBody) -> Versioned[CampaignView]:
    """Launch a draft, now or at its start."""

    def deed(found: Campaign) -> Campaign:
        return call.ports.launch(call.tenant, found.id, body.even_if_importing)

    return moved(call, campaign, deed, _BEGUN)


@operations.post("/api/campaigns/<campaign>/schedule", Scope.CAMPAIGNS_WRITE)
def schedule_campaign(call: Call, campaign: str, body: ScheduleBody) -> Versioned[CampaignView]:
    """Have a draft begin at a date and time, or move a scheduled start."""

    def deed(found: Campaign) -> Campaign:
        ports = call.ports.desk.scheduling()
        return schedule_launch(call.tenant, found.id, body.start_date, ports, body.timezone)

    return moved(call, campaign, deed, _BEGUN)


@operations.post("/api/campaigns/<campaign>/unschedule", Scope.CAMPAIGNS_WRITE)
def unschedule_campaign(call: Call, campaign: str) -> Versioned[CampaignView]:
    """Make a scheduled campaign a draft again; it keeps its start."""
    return moved(call, campaign, call.ports.lifecycle.unschedule, {CampaignStatus.DRAFT})


@operations.post("/api/campaigns/<campaign>/archive", Scope.CAMPAIGNS_WRITE)
def archive_campaign(call: Call, campaign: str) -> Versioned[CampaignView]:
    """Put away for good what has ended, or never began."""
    return moved(call, campaign, call.ports.lifecycle.archive, {CampaignStatus.ARCHIVED})


@operations.post("/api/campaigns/<campaign>/pause", Scope.CAMPAIGNS_WRITE)
def pause_campaign(call: Call, campaign: str) -> PausedView:
    """Pause; no mail leaves after `effectiveBy`."""
    paused = call.ports.lifecycle.pause(named(call, campaign))
    return {"status": paused.status, "effectiveBy": instant(call.ports.clock.now() + WINDOW)}


@operations.post("/api/campaigns/<campaign>/resume", Scope.CAMPAIGNS_WRITE)
def resume_campaign(call: Call, campaign: str) -> Versioned[CampaignView]:
    """Go on after a pause."""
    return moved(call, campaign, call.ports.lifecycle.resume, _BEGUN)


@operations.post("/api/campaigns/<campaign>/cancel", Scope.CAMPAIGNS_WRITE)
def cancel_campaign(call: Call, campaign: str) -> Versioned[CampaignView]:
    """End a campaign for good."""
    return moved(call, campaign, call.ports.lifecycle.cancel, {CampaignStatus.CANCELLED})


@operations.post("/api/campaigns/<campaign>/clone", Scope.CAMPAIGNS_WRITE, HTTPStatus.CREATED)
def clone_campaign(call: Call, campaign: str) -> Versioned[CampaignView]:
    """Copy a campaign to a new draft."""
    found, ports, by = named(call, campaign), call.ports.edit, call.caller.key
    copy = clone(call.tenant, found.id, call.ids.new(), ports.campaigns, ports.clock, by)
    return made(call, copy)


@operations.post("/api/campaigns/<campaign>/release", Scope.CAMPAIGNS_WRITE, HTTPStatus.ACCEPTED)
def release_campaign(call: Call, campaign: str, body: ReleaseBody) -> ReleasingView:
    """Let what was held for a failure go on, once its cause is mended."""
    found = named(call, campaign)
    message = {"tenant": call.tenant, "campaign": found.id, "reason": body.reason}
    call.ports.queues.send(Queue.RELEASE, [message])
    return {"status": "releasing", "reason": body.reason}


@operations.get("/api/campaigns/<campaign>/analytics", Scope.CAMPAIGNS_READ)
def read_analytics(call: Call, campaign: str, query: DaysQuery) -> dict[str, Any]:
    """Show a campaign's numbers, overall and by step, of all days or of some."""
    found = named(call, campaign)
    report = call.ports.analytics(call.tenant, found.id, query.start_date, query.end_date)
    return {"fenced": call.ports.fenced(), **report}
