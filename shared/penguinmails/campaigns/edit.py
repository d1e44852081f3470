"""Changes a campaign that has not begun; what it sends changes with a new revision only."""

from collections.abc import Callable
from dataclasses import replace

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.create import Given, Plan, revision_of, understand
from penguinmails.campaigns.draft_ports import CreatePorts, EditPorts
from penguinmails.campaigns.revision import Revision
from penguinmails.errors import Conflict, InvalidInput, Problem
from penguinmails.queues.port import Queue
from penguinmails.timer.wakeup import WakeUp

_EDITABLE = {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}
_TRIES = 20


def edit(
    tenant: str, campaign: str, change: Callable[[Given], Given], ports: EditPorts
) -> Campaign:
    """Change a draft, or a scheduled campaign; raises InvalidInput, NotFound and Conflict.

    `change` gets the campaign as it was written, and gives it as it is to be.
    """
    stands = ports.campaigns.get(tenant, campaign)
    if stands.status not in _EDITABLE:
        message = f"cannot edit a campaign that is {stands.status}; clone it, and edit the copy"
        raise Conflict(message)
    old = ports.campaigns.revision(tenant, campaign, stands.revision)
    given = change(as_given(stands, old))
    known = CreatePorts(ports.campaigns, ports.segments, ports.templates, ports.clock)
    plan = understand(tenant, given, old.sequence.numbers, known)
    new = _changed(stands, given, plan, ports)
    revision = _revision(stands, old, revision_of(stands, old.number, given, plan), ports)
    new = replace(new, revision=revision.number)
    if new.status is CampaignStatus.SCHEDULED:
        _reschedule(stands, new, revision, ports)
    return ports.campaigns.save(stands, new)


def as_given(campaign: Campaign, revision: Revision) -> Given:
    """Give a campaign as a person would write it."""
    return Given(
        name=campaign.name,
        type=campaign.type,
        time_zone=campaign.time_zone,
        description=campaign.description,
        segment=campaign.segment,
        sender=revision.sender,
        start=campaign.start_at,
        end=campaign.end_at,
        track_opens=revision.track_opens,
        track_clicks=revision.track_clicks,
        steps=revision.source,
    )


def _changed(stands: Campaign, given: Given, plan: Plan, ports: EditPorts) -> Campaign:
    return replace(
        stands,
        name=given.name,
        type=given.type,
        description=given.description,
        time_zone=given.time_zone,
        segment=plan.segment,
        start_at=plan.start_at,
        end_at=plan.end_at,
        updated_at=ports.clock.now(),
    )


def _revision(stands: Campaign, old: Revision, wanted: Revision, ports: EditPorts) -> Revision:
    """Save the revision under the next free number, unless it says what the old one says.

    A number that somebody else took meanwhile stands, so the one after it is tried.
    """
    wanted = replace(wanted, marketing=old.marketing, on_uncertain=old.on_uncertain)
    if _same(wanted, old):
        return old
    for number in range(old.number + 1, old.number + 1 + _TRIES):
        ports.campaigns.add_revision(stands.tenant, replace(wanted, number=number))
        saved = ports.campaigns.revision(stands.tenant, stands.id, number)
        if _same(wanted, saved):
            return saved
    raise Conflict("the campaign is being edited by others; read it again")


def _same(one: Revision, other: Revision) -> bool:
    return replace(one, number=0, sequence=other.sequence) == replace(other, number=0)


def _reschedule(old: Campaign, new: Campaign, revision: Revision, ports: EditPorts) -> None:
    if new.start_at is None:
        detail = "a scheduled campaign needs its start; cancel it, and launch a clone at once"
        raise InvalidInput(Problem("/startDate", "missing", detail))
    ports.campaigns.pin(new.tenant, revision, ports.contents_of(new, revision))
    if new.start_at != old.start_at:
        body = {"tenant": new.tenant, "campaign": new.id}
        ports.timer.put([WakeUp(new.start_at, Queue.LAUNCH, body)])
