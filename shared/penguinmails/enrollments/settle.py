"""Works out, without any I/O, what an ESP's outcome makes of an enrollment."""

from datetime import datetime, timedelta

from penguinmails.campaigns.steps import Sequence, WaitStep
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Claim, Enrollment, Place, Retry, Status
from penguinmails.enrollments.settlement import Settlement
from penguinmails.sends.outcome import Refused, Scope


def accepted(
    row: Enrollment, claim: Claim, sequence: Sequence, now_at: datetime, *, late_s: int | None
) -> Settlement:
    """The ESP has the message: go on. How late it was is unknown where evidence says so."""
    detail = "" if late_s is None else str(late_s)
    fact = _fact(FactType.ACCEPTED, claim, now_at, detail=detail)
    return _onward(row, claim, sequence, now_at, fact)


def skipped(
    row: Enrollment, claim: Claim, sequence: Sequence, now_at: datetime, reason: str
) -> Settlement:
    """The message is given up, with a reason: go on."""
    fact = _fact(FactType.SKIPPED, claim, now_at, detail=reason)
    return _onward(row, claim, sequence, now_at, fact)


def refused(
    row: Enrollment, claim: Claim, sequence: Sequence, now_at: datetime, outcome: Refused
) -> Settlement:
    """Refused for its recipient the walk ends; for its content it goes on without the message."""
    fact = _fact(FactType.REFUSED, claim, now_at, detail=outcome.scope.value)
    if outcome.scope is Scope.RECIPIENT:
        return Settlement((fact,), status=Status.EXITED, reason="recipient_refused")
    return _onward(row, claim, sequence, now_at, fact)


def postponed(row: Enrollment, claim: Claim, now_at: datetime, after_s: int) -> Settlement:
    """The message stays to be sent, later."""
    due_at = now_at + timedelta(seconds=after_s)
    if _is_retry(row, claim):
        return Settlement(retry=Retry(claim.mail, due_at))
    return Settlement(place=Place(claim.mail.step, claim.mail.visit, due_at))


def _onward(
    row: Enrollment, claim: Claim, sequence: Sequence, now_at: datetime, fact: Fact
) -> Settlement:
    if _is_retry(row, claim):
        ended = row.step is None
        return Settlement((fact,), status=Status.COMPLETED if ended else Status.ACTIVE)
    place = next_place(sequence, claim.mail.step, claim.mail.visit, now_at)
    ended = place.step is None
    return Settlement((fact,), place, status=Status.COMPLETED if ended else Status.ACTIVE)


def next_place(sequence: Sequence, step: int, visit: int, now_at: datetime) -> Place:
    """Where a walk stands once an email is dealt with: a wait begins, anything else is due."""
    email = sequence.steps[step]
    following = sequence.steps[email.next] if email.next is not None else None
    seconds = following.seconds if isinstance(following, WaitStep) else 0
    return Place(email.next, visit, now_at + timedelta(seconds=seconds))


def _is_retry(row: Enrollment, claim: Claim) -> bool:
    return row.retry is not None and row.retry.mail == claim.mail


def _fact(kind: FactType, claim: Claim, now_at: datetime, *, detail: str = "") -> Fact:
    mail = claim.mail
    return Fact(kind, now_at, mail.step, mail.visit, mail.attempt, claim.key[:6], detail)
