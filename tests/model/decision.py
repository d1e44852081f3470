"""The model's own `decide`, word for word the engine's: a test compares the two."""

from tests.model.rules import Rule, World
from tests.model.state import (
    ACTIVE,
    COMPLETED,
    EXITED,
    PATIENCE,
    RETRY_WAIT,
    UNCERTAIN_WAIT,
    WAIT,
    Claim,
    Decision,
    Fact,
    Mail,
    Row,
)

MOST_BOUNCES = 3
TOLD = frozenset({"accepted", "delivered", "bounced"})
"""Facts that say that the ESP has the message."""


def decide(row: Row, *, paused: bool, suppressed: bool, world: World) -> Decision:
    """Say what the enrollment needs; the message in hand comes first, then the walk."""
    if row.claim is not None:
        return _in_hand(row, row.claim, paused=paused, suppressed=suppressed, world=world)
    if not suppressed and (retry := _retry_of(row, world)) is not None:
        return Decision("Reopen", retry, RETRY_WAIT)
    if row.status != ACTIVE:
        return Decision("Ignore")
    if row.due > 0:
        return Decision("NotDue", due=row.due)
    if paused and world.keeps(Rule.PAUSE_PARKS):
        return Decision("Park")
    if suppressed:
        return Decision("Finish", status=EXITED)
    return _next(row, world)


def accepted(journal: frozenset[Fact], mail: Mail) -> bool:
    """Tell whether the journal knows that the ESP has the message."""
    return any((kind, mail) in journal for kind in TOLD)


def _in_hand(row: Row, claim: Claim, *, paused: bool, suppressed: bool, world: World) -> Decision:
    if accepted(row.journal, claim.mail) and world.keeps(Rule.EVIDENCE_CONFIRMS):
        return Decision("Confirm", claim.mail)
    if not claim.uncertain:
        patience = PATIENCE if world.keeps(Rule.DOUBT_PATIENCE) else 0
        return Decision("Contested" if claim.age < patience else "Doubt", claim.mail)
    if claim.age < UNCERTAIN_WAIT and world.keeps(Rule.EVIDENCE_WAIT):
        return Decision("NotDue", due=UNCERTAIN_WAIT - claim.age)
    if paused and row.status == ACTIVE and world.keeps(Rule.UNCERTAIN_PARKS):
        return Decision("Park")
    may_send = row.status == ACTIVE and not suppressed
    return Decision("Resolve", claim.mail, may_send=may_send)


def _retry_of(row: Row, world: World) -> Mail | None:
    last = row.last
    if last is None or row.retry is not None or not _may_reopen(row, world):
        return None
    bounces = sum(kind == "bounced" and mail.step == last.step for kind, mail in row.journal)
    if ("bounced", last) not in row.journal or bounces > MOST_BOUNCES:
        return None
    return Mail(last.step, last.attempt + world.keeps(Rule.REOPEN_ATTEMPT))


def _may_reopen(row: Row, world: World) -> bool:
    return row.status in {ACTIVE, COMPLETED} or (
        row.status == EXITED and not world.keeps(Rule.REOPEN_LIVE)
    )


def _next(row: Row, world: World) -> Decision:
    if row.retry is not None and row.retry.due == 0:
        return Decision("Send", row.retry.mail)
    if row.step is None:
        return (
            Decision("NotDue", due=row.retry.due)
            if row.retry
            else Decision("Finish", status=COMPLETED)
        )
    if row.step_due > 0:
        return Decision("NotDue", due=row.step_due)
    return _walk(row, world)


def _walk(row: Row, world: World) -> Decision:
    step = _from(row.step or 0, world)
    while step is not None and world.is_email(step):
        if not _dealt_with(row.journal, step):
            return Decision("Send", Mail(step, _attempt(row.journal, step, world)))
        step = world.after(step)
    if step is None:
        return Decision("Finish", status=COMPLETED)
    return Decision("Stand", step=step, due=WAIT)


def _from(step: int, world: World) -> int | None:
    return step if step and world.is_email(step) else world.after(step)


def _attempt(journal: frozenset[Fact], step: int, world: World) -> int:
    if not world.keeps(Rule.REPEAT_RESUMED):
        return 1
    given_up = (m.attempt for kind, m in journal if kind == "uncertain" and m.step == step)
    return max(given_up, default=0) + 1


def _dealt_with(journal: frozenset[Fact], step: int) -> bool:
    told = TOLD | {"skipped"}
    return any(kind in told and mail.step == step for kind, mail in journal)
