"""The store's conditional writes, each from the row as it stands to the row it leaves, or None."""

from tests.model.rules import Rule, World
from tests.model.state import (
    ACTIVE,
    COMPLETED,
    EXITED,
    PAUSED,
    WAIT,
    Claim,
    Decision,
    Done,
    Fact,
    Mail,
    Retry,
    Row,
)

LIVE = frozenset({ACTIVE, PAUSED})


def claim(now: Row, read: Row, mine: Claim, world: World) -> Row | None:
    """Take the right to send one message; one's own claim, written unheard, is success."""
    retrying = read.retry is not None and read.retry.mail == mine.mail
    if not _claimable(now, world) or not _placed(now, read, mine, world, retrying=retrying):
        return _known(now, mine, world)
    claimed = now._replace(claim=mine, last=mine.mail)
    if retrying:
        return claimed
    superseded = None if world.keeps(Rule.CLAIM_SUPERSEDES) else now.retry
    return claimed._replace(step=mine.mail.step, retry=superseded)


def _known(now: Row, mine: Claim, world: World) -> Row | None:
    known = world.keeps(Rule.CLAIM_OWN) and now.status == ACTIVE and is_same(mine, now.claim)
    return now if known else None


def _claimable(now: Row, world: World) -> bool:
    free = now.claim is None or not world.keeps(Rule.CLAIM_FREE)
    return free and (now.status == ACTIVE or not world.keeps(Rule.CLAIM_ACTIVE))


def _placed(now: Row, read: Row, mine: Claim, world: World, *, retrying: bool) -> bool:
    if retrying:
        open_now = now.retry is not None and now.retry.mail == mine.mail
        return open_now or not world.keeps(Rule.CLAIM_RETRY)
    return now.step == read.step or not world.keeps(Rule.CLAIM_STANDING)


def take_over(now: Row, read: Row, old: Claim, new: Claim, world: World) -> Row | None:
    """Replace an uncertain claim by one's own."""
    same = now.claim == old or not world.keeps(Rule.TAKE_OVER_SAME)
    active = now.status == ACTIVE or not world.keeps(Rule.TAKE_OVER_ACTIVE)
    if not (same and active):
        return _known(now, new, world)
    retry = now.retry
    if read.retry is not None and read.retry.mail == old.mail:
        retry = Retry(new.mail, read.retry.due)
    told = new.mail != old.mail and world.keeps(Rule.REPEAT_TOLD)
    facts = {("uncertain", old.mail)} if told else set()
    return now._replace(claim=new, last=new.mail, retry=retry, journal=now.journal | facts)


def doubt(now: Row, old: Claim, due: int, world: World) -> Row | None:
    """Mark the very claim that was read as uncertain."""
    if now.claim != old and world.keeps(Rule.DOUBT_SAME):
        return None
    return now._replace(claim=old._replace(uncertain=True), due=due)


def settle(now: Row, read: Row, old: Claim, done: Done, world: World) -> Row | None:
    """Write what became of a claim, if it is still there and its walk is live."""
    mine = is_same(old, now.claim) or not world.keeps(Rule.SETTLE_MINE)
    live = now.status in LIVE or not world.keeps(Rule.SETTLE_LIVE)
    if not (mine and live):
        return None
    step, step_due = (done.step, done.step_due) if done.moves else (now.step, now.step_due)
    placed = (done.step, done.step_due) if done.moves else (read.step, read.step_due)
    return now._replace(
        claim=None,
        step=step,
        step_due=step_due,
        retry=_beside(now, done, world),
        due=earlier(*placed, done.retry),
        status=now.status if done.status == ACTIVE else done.status,
        journal=now.journal | done.facts,
    )


def _beside(now: Row, done: Done, world: World) -> Retry | None:
    rule = Rule.SETTLE_SUPERSEDES if done.moves else Rule.SETTLE_CLOSES
    return done.retry or (None if world.keeps(rule) else now.retry)


def settle_ended(now: Row, old: Claim, done: Done, world: World) -> Row:
    """Write what is news where a settlement found its walk ended, or its claim gone."""
    journal = now.journal | done.facts
    if is_same(old, now.claim) and world.keeps(Rule.SETTLE_ENDED):
        return now._replace(claim=None, journal=journal)
    return now._replace(journal=journal)


def stand(now: Row, read: Row, step: int) -> Row | None:
    """Move the walk to a wait."""
    if not _free(now, read):
        return None
    due = min(WAIT, read.retry.due) if read.retry else WAIT
    return now._replace(step=step, step_due=WAIT, due=due)


def finish(now: Row, read: Row, status: str) -> Row | None:
    """End the walk; while a retry is open beside it, the enrollment itself goes on."""
    if not _free(now, read):
        return None
    if status == COMPLETED and read.retry is not None:
        return now._replace(step=None, due=read.retry.due)
    return now._replace(step=None, status=status, retry=None)


def reopen(now: Row, read: Row, retry: Retry, world: World) -> Row | None:
    """Set a retry beside the walk, unless a later message was claimed meanwhile."""
    opens = now.status in {ACTIVE, COMPLETED} or not world.keeps(Rule.REOPEN_LIVE)
    latest = now.last == read.last or not world.keeps(Rule.REOPEN_LAST)
    if not (opens and latest and now.claim is None and now.retry is None):
        return None
    walking = read.status not in {COMPLETED, EXITED} and read.step is not None
    due = min(retry.due, read.step_due) if walking else retry.due
    status = ACTIVE if world.keeps(Rule.REOPEN_ACTIVE) else now.status
    return now._replace(retry=retry, due=due, status=status)


def settlement(read: Row, mine: Claim, outcome: str, world: World) -> Done:
    """Work out what an answer makes of the enrollment."""
    retrying = read.retry is not None and read.retry.mail == mine.mail
    match outcome:
        case "try_later" if retrying:
            return Done(retry=Retry(mine.mail, 0))
        case "try_later":
            return Done(moves=True, step=mine.mail.step)
        case "refused_recipient":
            return Done(_fact("refused", mine.mail), status=EXITED)
        case _:
            return _onward(read, mine, outcome, world, retrying=retrying)


def _onward(read: Row, mine: Claim, outcome: str, world: World, *, retrying: bool) -> Done:
    kind = "refused" if outcome == "refused_message" else outcome
    if retrying:
        ended = read.step is None
        return Done(_fact(kind, mine.mail), status=COMPLETED if ended else ACTIVE)
    step = world.after(mine.mail.step)
    step_due = WAIT if step is not None and not world.is_email(step) else 0
    status = COMPLETED if step is None else ACTIVE
    return Done(_fact(kind, mine.mail), moves=True, step=step, step_due=step_due, status=status)


def earlier(step: int | None, step_due: int, retry: Retry | None) -> int:
    """When a row wants attention: at its step's time, or at that of the retry beside it."""
    if retry is None:
        return step_due
    return retry.due if step is None else min(step_due, retry.due)


def is_same(mine: Claim, stands: Claim | None) -> bool:
    """Tell whether it is one and the same claim, whether or not it is uncertain by now."""
    return stands is not None and mine[:2] == stands[:2]


def bounced(row: Row) -> bool:
    """Tell whether the message that was claimed last has bounced softly."""
    return ("bounced", row.last) in row.journal


def moves(fact: Fact, row: Row) -> bool:
    """Tell whether the advancer has something to settle: evidence, or a message to repeat."""
    kind, mail = fact
    if row.claim is not None and row.claim.uncertain:
        return mail == row.claim.mail
    return row.retry is None and kind == "bounced" and mail == row.last


def _fact(kind: str, mail: Mail) -> frozenset[Fact]:
    return frozenset({(kind, mail)})


def _free(now: Row, read: Row) -> bool:
    standing = now.step == read.step and now.claim is None and now.status == ACTIVE
    retries = (r.retry.mail if r.retry else None for r in (now, read))
    return standing and len(set(retries)) == 1


def retry_of(decision: Decision) -> Retry:
    """Give the retry that a decision to reopen opens."""
    assert decision.mail is not None
    return Retry(decision.mail, decision.due)
