"""The routes of campaigns."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from penguinmails.api.body import read_body
from penguinmails.api.call import Answer, Call, answered, asked_page, call_of, identity, paged
from penguinmails.api.campaign_body import CampaignBody, ChangeBody, NoBody, ReleaseBody
from penguinmails.api.campaign_view import campaign_view, instant_text
from penguinmails.api.days import days_of
from penguinmails.api.enrollment_view import enrollment_view
from penguinmails.api.route import routes
from penguinmails.campaigns.campaign import WINDOW, Campaign, CampaignStatus
from penguinmails.campaigns.clone import clone
from penguinmails.campaigns.create import create
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.campaigns.edit import edit
from penguinmails.campaigns.sequence_view import to_api
from penguinmails.enrollments.enrollment import FIRST_RUN, Ref
from penguinmails.errors import Conflict, NotFound
from penguinmails.queues.port import Queue
from penguinmails.tenants.scope import Scope

router = routes()
_BEGUN = {
    CampaignStatus.SCHEDULED,
    CampaignStatus.ACTIVE,
    CampaignStatus.CLOSING,
    CampaignStatus.COMPLETED,
}


@router.post("/api/campaigns")
def create_campaign() -> Answer:
    """Create a draft."""
    call = call_of(router, Scope.CAMPAIGNS_WRITE)
    body = read_body(CampaignBody, router.current_event)
    given = body.given(call.ports.tenants.get(call.tenant).time_zone)
    edits = call.ports.edit
    ports = CreatePorts(edits.campaigns, edits.segments, edits.templates, edits.clock)
    return _made(call, create(call.tenant, call.ids.new(), given, ports))


@router.get("/api/campaigns")
def list_campaigns() -> Answer:
    """List campaigns, newest first."""
    call = call_of(router, Scope.CAMPAIGNS_READ)
    asked = asked_page(router.current_event, call.tenant, "campaign#")
    page = call.ports.campaigns.page(call.tenant, asked.after, asked.limit)
    return paged([_view(call, campaign) for campaign in page.campaigns], page.after)


@router.get("/api/campaigns/<campaign>")
def read_campaign(campaign: str) -> Answer:
    """Show a campaign with its steps and its numbers."""
    call = call_of(router, Scope.CAMPAIGNS_READ)
    found = _campaign(call, campaign)
    revision = call.ports.edit.campaigns.revision(call.tenant, found.id, found.revision)
    lanes = call.ports.lanes.lanes(call.tenant, found.id)
    view = {**campaign_view(found, revision), "totalContacts": sum(one.targeted for one in lanes)}
    numbers = call.ports.analytics(call.tenant, found.id, None, None)
    steps = to_api(revision.sequence)
    source = list(revision.source)
    return answered({"campaign": view, "steps": steps, "source": source, "analytics": numbers})


@router.patch("/api/campaigns/<campaign>")
def change_campaign(campaign: str) -> Answer:
    """Change a draft or a scheduled campaign."""
    call = call_of(router, Scope.CAMPAIGNS_WRITE)
    body = read_body(ChangeBody, router.current_event)
    found = identity(campaign, "campaign")
    return answered(_view(call, edit(call.tenant, found, body.on, call.ports.edit)))


@router.post("/api/campaigns/<campaign>/launch")
def launch_campaign(campaign: str) -> Answer:
    """Launch a draft, now or at its start."""
    return _move(campaign, lambda call, found: call.ports.launch(call.tenant, found.id), _BEGUN)


@router.post("/api/campaigns/<campaign>/pause")
def pause_campaign(campaign: str) -> Answer:
    """Pause; no mail leaves after `effectiveBy`."""
    call, found = _asked(campaign)
    paused = call.ports.lifecycle.pause(found)
    by_at = call.ports.clock.now() + WINDOW
    return answered({"status": paused.status.value, "effectiveBy": instant_text(by_at)})


@router.post("/api/campaigns/<campaign>/resume")
def resume_campaign(campaign: str) -> Answer:
    """Go on after a pause."""
    return _move(campaign, lambda call, found: call.ports.lifecycle.resume(found), _BEGUN)


@router.post("/api/campaigns/<campaign>/cancel")
def cancel_campaign(campaign: str) -> Answer:
    """End a campaign for good."""
    done = {CampaignStatus.CANCELLED}
    return _move(campaign, lambda call, found: call.ports.lifecycle.cancel(found), done)


@router.post("/api/campaigns/<campaign>/clone")
def clone_campaign(campaign: str) -> Answer:
    """Copy a campaign to a new draft."""
    call, found = _asked(campaign)
    ports = call.ports.edit
    return _made(call, clone(call.tenant, found.id, call.ids.new(), ports.campaigns, ports.clock))


@router.post("/api/campaigns/<campaign>/release")
def release_campaign(campaign: str) -> Answer:
    """Let what was held for a failure go on, once its cause is mended."""
    call = call_of(router, Scope.CAMPAIGNS_WRITE)
    body = read_body(ReleaseBody, router.current_event)
    found = _campaign(call, campaign)
    message = {"tenant": call.tenant, "campaign": found.id, "reason": body.reason}
    call.ports.queues.send(Queue.RELEASE, [message])
    return answered({"status": "releasing", "reason": body.reason}, HTTPStatus.ACCEPTED)


@router.get("/api/campaigns/<campaign>/analytics")
def read_analytics(campaign: str) -> Answer:
    """Show a campaign's numbers, overall and by step, of all days or of some."""
    call = call_of(router, Scope.CAMPAIGNS_READ)
    first, last = days_of(router.current_event.query_string_parameters or {})
    found = _campaign(call, campaign)
    return answered(call.ports.analytics(call.tenant, found.id, first, last))


@router.get("/api/campaigns/<campaign>/enrollments/<contact>")
def read_enrollment(campaign: str, contact: str) -> Answer:
    """Show where one contact stands in a campaign, and all that happened, with the reasons."""
    call = call_of(router, Scope.CAMPAIGNS_READ)
    found = _campaign(call, campaign)
    run = (router.current_event.query_string_parameters or {}).get("run", FIRST_RUN)
    person = identity(contact, "enrollment of contact")
    ref = Ref(call.tenant, found.id, max(found.shards, 1), person, run[:40])
    row = call.ports.enrollments.read([ref]).get(ref)
    if row is None:
        raise NotFound(f"there is no enrollment of contact {person}")
    revision = call.ports.edit.campaigns.revision(call.tenant, found.id, row.revision)
    return answered(enrollment_view(row, revision))


def _asked(campaign: str) -> tuple[Call, Campaign]:
    call = call_of(router, Scope.CAMPAIGNS_WRITE)
    read_body(NoBody, router.current_event)
    return call, _campaign(call, campaign)


def _campaign(call: Call, campaign: str) -> Campaign:
    return call.ports.edit.campaigns.get(call.tenant, identity(campaign, "campaign"))


def _move(
    campaign: str, deed: Callable[[Call, Campaign], Campaign], done: set[CampaignStatus]
) -> Answer:
    """Change a campaign's state; a repeated request finds it changed, and says so."""
    call, found = _asked(campaign)
    try:
        moved = deed(call, found)
    except Conflict:
        moved = _campaign(call, campaign)
        if not (call.repeated and moved.status in done):
            raise
    return answered(_view(call, moved))


def _made(call: Call, campaign: Campaign) -> Answer:
    place = f"/api/campaigns/{campaign.id}"
    return answered(_view(call, campaign), HTTPStatus.CREATED, Location=place)


def _view(call: Call, campaign: Campaign) -> dict[str, Any]:
    revisions = call.ports.edit.campaigns
    return campaign_view(campaign, revisions.revision(call.tenant, campaign.id, campaign.revision))
