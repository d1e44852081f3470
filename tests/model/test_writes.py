"""The model's writes and the store's need the same and leave the same, from row to row."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments import rows
from penguinmails.enrollments.enrollment import Enrollment, Place, Retry, Status
from penguinmails.enrollments.settlement import Settlement
from penguinmails.enrollments.store import EnrollmentStore
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import ConditionFailed, Value
from tests.model import engine, state, writes
from tests.model.rules import EMAIL, WAITING, World

WORLD = World("small situations", (EMAIL, WAITING, EMAIL))
STATUSES = (state.ACTIVE, state.PAUSED, state.COMPLETED, state.EXITED)
FIRST, AGAIN, SECOND = state.Mail(1), state.Mail(1, 2), state.Mail(3)
RETRY = state.Retry(AGAIN, 0)
MINE, THEIRS = 0, 1
JOURNAL = frozenset({("delivered", SECOND)})
Deed = Callable[[EnrollmentStore], Enrollment]


def test_a_claim_is_written_where_the_model_writes_it() -> None:
    reads = [state.Row(step=step, retry=retry) for step in (0, 3) for retry in (None, RETRY)]
    for now, read, mail in product(_rows(), reads, (FIRST, AGAIN, SECOND)):
        mine = state.Claim(mail, MINE)
        ours = writes.claim(now, read, mine, WORLD)
        assert _done(now, _claiming(read, mine)) == _seen(ours), (now, read, mine)


def test_a_claim_is_settled_where_the_model_settles_it() -> None:
    reads = [state.Row(step=1, retry=retry) for retry in (None, RETRY)]
    outcomes = ("accepted", "try_later", "refused_recipient")
    for now, read, mail, outcome in product(_rows(), reads, (FIRST, AGAIN), outcomes):
        mine = state.Claim(mail, MINE)
        done = writes.settlement(read, mine, outcome, WORLD)
        ours = writes.settle(now, read, mine, done, WORLD)
        ours = ours or writes.settle_ended(now, mine, done, WORLD)
        assert _done(now, _settling(read, mine, done)) == _seen(ours), (now, read, mine, outcome)


def test_a_claim_is_doubted_where_the_model_doubts_it() -> None:
    for now, old in product(_rows(), _claims()):
        ours = writes.doubt(now, old, 1, WORLD)
        assert _done(now, _doubting(now, old)) == _seen(ours), (now, old)


def test_a_claim_is_taken_over_where_the_model_takes_it() -> None:
    reads = [state.Row(step=1, retry=retry) for retry in (None, state.Retry(FIRST, 0))]
    news = [state.Claim(mail, MINE) for mail in (FIRST, AGAIN)]
    olds = [old for old in _claims() if old.uncertain]
    for now, read, old, new in product(_rows(), reads, olds, news):
        ours = writes.take_over(now, read, old, new, WORLD)
        assert _done(now, _taking_over(read, old, new)) == _seen(ours), (now, read, old, new)


def test_a_wait_is_written_where_the_model_writes_it() -> None:
    for now, read in product(_rows(), _reads()):
        assert _done(now, _standing(read)) == _seen(writes.stand(now, read, 2)), (now, read)


def test_an_end_is_written_where_the_model_writes_it() -> None:
    ends = (Status.COMPLETED, Status.EXITED)
    for now, read, status in product(_rows(), _reads(), ends):
        ours = writes.finish(now, read, status.value)
        assert _done(now, _finishing(read, status)) == _seen(ours), (now, read, status)


def test_an_enrollment_is_opened_again_where_the_model_opens_it() -> None:
    statuses, lasts = (state.ACTIVE, state.COMPLETED), (FIRST, SECOND)
    for now, status, last, step in product(_rows(), statuses, lasts, (2, None)):
        read = state.Row(status, step, 1, 1, None, last)
        retry = state.Retry(state.Mail(last.step, 2), state.RETRY_WAIT)
        ours = writes.reopen(now, read, retry, WORLD)
        assert _done(now, _reopening(read, retry)) == _seen(ours), (now, read)


def _rows() -> Iterator[state.Row]:
    held = (None, *_claims())
    for status, step, claim, retry in product(STATUSES, (0, 1, 3), held, (None, RETRY)):
        for last in {claim.mail} if claim else {None, FIRST, SECOND}:
            yield state.Row(status, step, 0, 2, claim, last, retry, JOURNAL)


def _claims() -> list[state.Claim]:
    some = product((FIRST, AGAIN), (MINE, THEIRS), (0, 3), (False, True))
    return [state.Claim(*parts) for parts in some]


def _reads() -> list[state.Row]:
    return [state.Row(step=step, retry=retry) for step in (0, 1) for retry in (None, RETRY)]


def _claiming(read: state.Row, mine: state.Claim) -> Deed:
    return lambda store: store.claim(engine.enrollment(read), engine.claim(mine), [])


def _doubting(read: state.Row, old: state.Claim) -> Deed:
    row, due_at = engine.enrollment(read), engine.instant(1)
    return lambda store: store.doubt(row, engine.claim(old), due_at)


def _standing(read: state.Row) -> Deed:
    place = Place(2, 1, engine.instant(state.WAIT))
    return lambda store: store.stand(engine.enrollment(read), place, [])


def _finishing(read: state.Row, status: Status) -> Deed:
    row = engine.enrollment(read)
    return lambda store: store.finish(row, status, "", [], engine.NOW_AT)


def _settling(read: state.Row, mine: state.Claim, done: state.Done) -> Deed:
    row, claim, settlement = engine.enrollment(read), engine.claim(mine), _settlement(done)
    return lambda store: store.settle(row, claim, settlement, engine.NOW_AT)


def _taking_over(read: state.Row, old: state.Claim, new: state.Claim) -> Deed:
    row = engine.enrollment(read)
    told = [_fact("uncertain", old.mail)] if new.mail != old.mail else []
    return lambda store: store.take_over(row, engine.claim(old), engine.claim(new), told)


def _reopening(read: state.Row, retry: state.Retry) -> Deed:
    row = engine.enrollment(read)
    opened = Retry(engine.mail(retry.mail), engine.instant(retry.due))
    bounced = engine.mail(read.last or FIRST)
    return lambda store: store.reopen(row, bounced, opened)


def _settlement(done: state.Done) -> Settlement:
    place = Place(done.step, 1, engine.instant(done.step_due)) if done.moves else None
    retry = done.retry and Retry(engine.mail(done.retry.mail), engine.instant(done.retry.due))
    facts = tuple(_fact(kind, mail) for kind, mail in done.facts)
    return Settlement(facts, place, retry, Status(done.status))


def _fact(kind: str, mail: state.Mail) -> Fact:
    return Fact(FactType[kind.upper()], engine.NOW_AT, mail.step, 1, mail.attempt)


def _done(now: state.Row, deed: Deed) -> Enrollment | None:
    """Do it to a table that holds the row alone."""
    table = MemoryTable()
    row = engine.enrollment(now)
    some: dict[str, Value] = {}
    if row.claim is not None:
        some["claim"] = rows.claim_value(row.claim)
    if row.last is not None:
        some["last"] = rows.mail_value(row.last)
    if row.retry is not None:
        some["retry"] = rows.retry_value(row.retry)
    table.insert_many([{**rows.to_item(row), **some}])
    try:
        return _bare(deed(EnrollmentStore(table)))
    except ConditionFailed:
        return None


def _seen(row: state.Row | None) -> Enrollment | None:
    return row and _bare(engine.enrollment(row))


def _bare(row: Enrollment) -> Enrollment:
    """Leave out what the model does not keep: why and when a walk ended, and details of facts."""
    told = frozenset(str(fact) for fact in engine.facts(row.journal))
    return replace(row, journal=told, exit_reason="", ended_at=None)
