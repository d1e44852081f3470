"""Changes a campaign; what it sends changes with a new revision only, which new people get."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from math import ceil

from penguinmails.campaigns.add_revision import add_next, frozen, same
from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.create import Given, Plan, revision_of, understand
from penguinmails.campaigns.draft_ports import CreatePorts, EditPorts
from penguinmails.campaigns.revision import Revision
from penguinmails.errors import Conflict, InvalidInput, Problem, Stale
from penguinmails.queues.port import Body, Queue
from penguinmails.timer.wakeup import WakeUp

_RUNNING = {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}
_EDITABLE = {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, *_RUNNING}


def edit(
    tenant: str,
    campaign: str,
    change: Callable[[Given], Given],
    ports: EditPorts,
    *,
    expected: int | None = None,
    by: str = "",
) -> Campaign:
    """Change a campaign that is not over; raises InvalidInput, NotFound and Conflict.

    In one that has begun, who is enrolled keeps the revision that they have. `change` gets the campaign as it was written, and gives it as it is to be. `expected` is the
    version that the caller knows: if another stands it raises Stale. `by` names the key that is
    used.
    """
    stands = ports.campaigns.get(tenant, campaign)
    if expected is not None and stands.version != expected:
        raise Stale(f"the campaign is at version {stands.version}, not {expected}; read it again")
    require_editable(stands)
    old = ports.campaigns.revision(tenant, campaign, stands.revision)
    given = change(as_given(stands, old))
    plan = planned(stands, old, given, ports)
    new = changed(stands, given, plan, ports.clock.now())
    wanted = replace(wanted_revision(new, old, given, plan), saved_by=by)
    revision = old if same(wanted, old) else add_next(tenant, wanted, ports.campaigns)
    if new.status is CampaignStatus.SCHEDULED:
        revision = _reschedule(stands, new, revision, ports)
    elif new.status in _RUNNING and revision is not old:
        contents = ports.contents_of(new, revision)
        revision = frozen(tenant, revision, contents, ports.campaigns)
    saved = _saved(stands, replace(new, revision=revision.number), expected, ports)
    _hurry(stands, saved, ports)
    return saved


def require_editable(campaign: Campaign) -> None:
    """Raise Conflict if the campaign is over, or about to be."""
    if campaign.status not in _EDITABLE:
        message = f"cannot edit a campaign that is {campaign.status}; clone it, and edit the copy"
        raise Conflict(message)


def planned(stands: Campaign, old: Revision, given: Given, ports: EditPorts) -> Plan:
    """Check and resolve what a campaign is to be; raises InvalidInput."""
    if given.slug != stands.slug:
        detail = "a campaign keeps its slug; leave it as it is, or clone the campaign"
        raise InvalidInput(Problem("/slug", "fixed", detail))
    known = CreatePorts(ports.campaigns, ports.segments, ports.templates, ports.clock)
    plan = understand(stands.tenant, given, old.sequence.numbers, known)
    if stands.status in _RUNNING:
        _require_begun(stands, given, plan)
    return plan


def _require_begun(stands: Campaign, given: Given, plan: Plan) -> None:
    """Raise InvalidInput for what a launch has used up."""
    changes = {
        "/segmentId": plan.segment != stands.segment,
        "/startDate": plan.start_at != stands.start_at,
        "/type": given.type != stands.type,
    }
    detail = "the campaign has begun with this as it was; leave it, or clone the campaign"
    problems = [Problem(at, "fixed", detail) for at, differs in changes.items() if differs]
    if problems:
        raise InvalidInput(*problems)


def as_given(campaign: Campaign, revision: Revision) -> Given:
    """Give a campaign as a person would write it."""
    return Given(
        name=campaign.name,
        type=campaign.type,
        time_zone=campaign.time_zone,
        slug=campaign.slug,
        description=campaign.description,
        segment=campaign.segment,
        sender=revision.sender,
        start=campaign.start_at,
        end=campaign.end_at,
        track_opens=revision.track_opens,
        track_clicks=revision.track_clicks,
        on_uncertain=revision.on_uncertain,
        steps=revision.source,
    )


def changed(stands: Campaign, given: Given, plan: Plan, now_at: datetime) -> Campaign:
    """Give the campaign as it is to be, before it is saved."""
    return replace(
        stands,
        name=given.name,
        type=given.type,
        description=given.description,
        time_zone=given.time_zone,
        segment=plan.segment,
        start_at=plan.start_at,
        end_at=plan.end_at,
        updated_at=now_at,
    )


def wanted_revision(new: Campaign, old: Revision, given: Given, plan: Plan) -> Revision:
    """Give what the campaign is to send, under the number of what it sends now."""
    wanted = revision_of(new, old.number, given, plan)
    return replace(
        wanted,
        marketing=old.marketing,
        saved_at=new.updated_at,
    )


def _saved(old: Campaign, new: Campaign, expected: int | None, ports: EditPorts) -> Campaign:
    try:
        return ports.campaigns.save(old, new)
    except Conflict as moved:
        if expected is None:
            raise
        raise Stale(str(moved)) from moved


def _reschedule(old: Campaign, new: Campaign, revision: Revision, ports: EditPorts) -> Revision:
    """Check and freeze what is sent, as it is now, and have the campaign woken at its start."""
    start_at = start_of(new)
    contents = ports.contents_of(new, revision)
    kept = frozen(new.tenant, revision, contents, ports.campaigns)
    if start_at != old.start_at:
        ports.timer.put([WakeUp(start_at, Queue.LAUNCH, _body(new))])
    return kept


def _hurry(old: Campaign, new: Campaign, ports: EditPorts) -> None:
    """Put a start that has come near on the queue, as the timer is only read each minute."""
    if new.status is not CampaignStatus.SCHEDULED or new.start_at in {None, old.start_at}:
        return
    left_s = ceil((start_of(new) - ports.clock.now()).total_seconds())
    if left_s <= ports.horizon_s:
        ports.queues.send(Queue.LAUNCH, [_body(new)], delay_s=max(0, left_s))


def _body(campaign: Campaign) -> Body:
    return {"tenant": campaign.tenant, "campaign": campaign.id}


def start_of(campaign: Campaign) -> datetime:
    """Give the start of a scheduled campaign; raises InvalidInput if it has none."""
    if campaign.start_at is None:
        detail = "a scheduled campaign needs its start; unschedule it, and launch it without one"
        raise InvalidInput(Problem("/startDate", "missing", detail))
    return campaign.start_at
