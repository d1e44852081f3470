"""Decides, without any I/O, what one enrollment needs now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from penguinmails.campaigns.campaign import WINDOW, Campaign, CampaignStatus
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.enrollment import Claim, Enrollment, Mail, Retry, Status
from penguinmails.enrollments.history import History, history
from penguinmails.enrollments.walk import Finish, Moves, Send, Stand, walk

CLAIM_PATIENCE = WINDOW + timedelta(seconds=10)
UNCERTAIN_WAIT = timedelta(minutes=30)
RETRY_WAITS = (timedelta(hours=1), timedelta(hours=8), timedelta(hours=24))
RETRY_SPAN = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision looks at. `suppressed` is the reason why not to mail, or empty."""

    enrollment: Enrollment
    contact: Contact | None
    suppressed: str
    campaign: Campaign
    revision: Revision
    now_at: datetime


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing to do, and nothing will be later."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotDue:
    """Too early: come back at `due_at`."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Park:
    """The campaign is paused: wait among its holds."""


@dataclass(frozen=True, slots=True)
class Late:
    """So overdue that a person should look first: pause the campaign."""


@dataclass(frozen=True, slots=True)
class Contested:
    """Another invocation holds a young claim: look again when it has ended."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """The claim's holder is gone: whether the message left is uncertain."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Confirm:
    """Evidence came that the claimed message was accepted."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Resolve:
    """No evidence came in time: send again or give up, as the campaign chose."""

    claim: Claim
    may_send: bool


@dataclass(frozen=True, slots=True)
class Reopen:
    """The last message soft-bounced: try it again, beside the walk."""

    bounced: Mail
    retry: Retry


Waiting = Ignore | NotDue | Park | Late | Contested
InHand = Doubt | Confirm | Resolve
Decision = Waiting | InHand | Reopen | Send | Stand | Finish


def decide(situation: Situation) -> Decision:
    """Say what the enrollment needs; the message in hand comes first, then the walk."""
    row = situation.enrollment
    past = history(row.facts())
    if row.claim is not None:
        return _in_hand(situation, row.claim, past)
    retry = None if _beyond_retry(situation) else _retry_of(row, past, situation.now_at)
    if retry is not None:
        return retry
    if row.ended or row.held or row.status is Status.PAUSED:
        return Ignore(row.held or row.status.value)
    if situation.now_at < row.due_at:
        return NotDue(row.due_at)
    return _unless_barred(situation) or _next(situation, past)


def _in_hand(situation: Situation, claim: Claim, past: History) -> Decision:
    if past.accepted(claim.mail):
        return Confirm(claim)
    row, now_at = situation.enrollment, situation.now_at
    if not claim.uncertain:
        young = now_at - claim.claimed_at < CLAIM_PATIENCE
        return Contested() if young else Doubt(claim)
    if now_at < claim.claimed_at + UNCERTAIN_WAIT:
        return NotDue(claim.claimed_at + UNCERTAIN_WAIT)
    if row.status is Status.ACTIVE and situation.campaign.status is CampaignStatus.PAUSED:
        return Park()
    clear = situation.contact is not None and not situation.suppressed
    live = row.status is Status.ACTIVE and situation.campaign.claims
    return Resolve(claim, may_send=clear and live and not _over(situation))


def _beyond_retry(situation: Situation) -> bool:
    """Tell whether a message would not be sent even if it were tried again."""
    status = situation.campaign.status
    gone = situation.contact is None or status in {
        CampaignStatus.CANCELLED,
        CampaignStatus.ARCHIVED,
    }
    return gone or bool(situation.suppressed) or _over(situation) or _unwritten(situation)


def _unwritten(situation: Situation) -> bool:
    """Tell whether the last message's email is gone: the enrollment was moved to a revision."""
    last = situation.enrollment.last
    steps = situation.revision.sequence.steps
    return last is not None and not isinstance(steps.get(last.step), EmailStep)


def _retry_of(row: Enrollment, past: History, now_at: datetime) -> Reopen | None:
    last = row.last
    if last is None or row.status in {Status.EXITED, Status.PAUSED}:
        return None
    if row.retry is not None or not past.soft_bounced(last):
        return None
    first = past.first_accepted(last)
    bounces = past.soft_bounces(last)
    if first is None or bounces > len(RETRY_WAITS):
        return None
    due_at = now_at + RETRY_WAITS[bounces - 1]
    if due_at > first.at + RETRY_SPAN:
        return None
    return Reopen(last, Retry(Mail(last.step, last.visit, last.attempt + 1), due_at))


def _unless_barred(situation: Situation) -> Decision | None:
    campaign = situation.campaign
    match campaign.status:
        case CampaignStatus.PAUSED:
            return Park()
        case CampaignStatus.CANCELLED | CampaignStatus.ARCHIVED:
            return _exit("campaign_cancelled")
        case CampaignStatus.DRAFT | CampaignStatus.SCHEDULED | CampaignStatus.COMPLETED:
            return Ignore(f"campaign_{campaign.status}")
        case CampaignStatus.ACTIVE | CampaignStatus.CLOSING:
            return _bar_of_person(situation)


def _bar_of_person(situation: Situation) -> Decision | None:
    if _over(situation):
        return _exit("campaign_ended")
    if situation.suppressed:
        return _exit(situation.suppressed)
    if situation.contact is None:
        return _exit("contact_deleted")
    campaign = situation.campaign
    late = situation.now_at - release_at(situation.enrollment, campaign) > campaign.late_guard
    return Late() if late else None


def release_at(row: Enrollment, campaign: Campaign) -> datetime:
    """When the row was first free to go on: its due time, or a release from a pause or hold."""
    return released_after(row.due_at, row, campaign)


def released_after(due_at: datetime, row: Enrollment, campaign: Campaign) -> datetime:
    """Give the later of a due time and of the last releases of the row and of its campaign."""
    releases = (row.released_at, campaign.released_at)
    return max([due_at, *(at for at in releases if at is not None)])


def _over(situation: Situation) -> bool:
    end_at = situation.campaign.end_at
    return end_at is not None and situation.now_at >= end_at


def _exit(reason: str) -> Finish:
    return Finish(Status.EXITED, reason, Moves())


def _next(situation: Situation, past: History) -> Decision:
    row = situation.enrollment
    if row.retry is not None and row.retry.due_at <= situation.now_at:
        step = situation.revision.sequence.steps[row.retry.mail.step]
        if isinstance(step, EmailStep):
            return Send(step, row.retry.mail, Moves())
    if row.step is None:
        return NotDue(row.retry.due_at) if row.retry else Finish(Status.COMPLETED, "", Moves())
    if situation.now_at < row.step_due_at:
        return NotDue(row.step_due_at)
    sequence, now_at = situation.revision.sequence, situation.now_at
    onward = walk(row, sequence, situation.contact, past, now_at)
    if isinstance(onward, Send):
        attempt = past.next_attempt(onward.mail.step, onward.mail.visit)
        return replace(onward, mail=replace(onward.mail, attempt=attempt))
    return onward
