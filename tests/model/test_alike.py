"""The model and the engine say the same in every small situation, so that neither drifts."""

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product

from penguinmails.enrollments import decide as d
from penguinmails.enrollments import settle as s
from penguinmails.enrollments.enrollment import Claim, Enrollment, Mail
from penguinmails.enrollments.settlement import Settlement
from penguinmails.enrollments.walk import Finish, Send, Stand
from penguinmails.sends.outcome import Refused, Scope
from tests.model import engine, state
from tests.model.decision import decide
from tests.model.rules import EMAIL, WAITING, World
from tests.model.writes import settlement

WORLD = World("small situations", (EMAIL, WAITING, EMAIL))
STATUSES = (state.ACTIVE, state.PAUSED, state.COMPLETED, state.EXITED)
FIRST, AGAIN, SECOND = state.Mail(1), state.Mail(1, 2), state.Mail(3)
BOOLEANS = (False, True)
Said = tuple[object, ...]


def test_the_model_decides_about_a_message_in_hand_as_the_engine_does() -> None:
    for row, paused, suppressed in product(_in_hand(), BOOLEANS, BOOLEANS):
        _compare(row, paused=paused, suppressed=suppressed)


def test_the_model_decides_about_a_walk_as_the_engine_does() -> None:
    for row, paused, suppressed in product(_walking(), BOOLEANS, BOOLEANS):
        _compare(row, paused=paused, suppressed=suppressed)


def test_the_model_settles_every_outcome_as_the_engine_does() -> None:
    claims = [state.Claim(mail, 0) for mail in (FIRST, AGAIN, SECOND)]
    retries = (None, state.Retry(AGAIN, 0))
    outcomes = ("accepted", "skipped", "try_later", "refused_message", "refused_recipient")
    for claim, retry, outcome, step in product(claims, retries, outcomes, (1, 2, 3, None)):
        row = state.Row(step=step, claim=claim, last=claim.mail, retry=retry)
        ours = settlement(row, claim, outcome, WORLD)
        theirs = _settled(engine.enrollment(row), engine.claim(claim), outcome)
        assert _of_model(ours) == _of_engine(theirs), (row, outcome)


def _in_hand() -> Iterator[state.Row]:
    told = [("accepted", FIRST), ("delivered", FIRST), ("bounced", FIRST), ("accepted", AGAIN)]
    claims = [
        state.Claim(mail, 0, age, uncertain)
        for mail, age, uncertain in product((FIRST, AGAIN), range(4), BOOLEANS)
    ]
    for status, claim, journal, due in product(STATUSES, claims, _subsets(told), (0, 2)):
        yield state.Row(status, 1, due, due, claim, claim.mail, None, journal)


def _walking() -> Iterator[state.Row]:
    told = [("accepted", FIRST), ("bounced", FIRST), ("bounced", AGAIN), ("uncertain", FIRST)]
    journals = [*_subsets([*told, ("skipped", FIRST)]), frozenset({("uncertain", SECOND)})]
    retries = (None, state.Retry(AGAIN, 0), state.Retry(AGAIN, 2))
    steps, lasts = (0, 1, 2, 3, None), (None, FIRST, AGAIN)
    for status, step, (step_due, due) in product(STATUSES, steps, ((0, 0), (2, 0), (2, 2))):
        for last, retry, journal in product(lasts, retries, journals):
            yield state.Row(status, step, step_due, due, None, last, retry, journal)


def _subsets(facts: list[state.Fact]) -> Iterable[frozenset[state.Fact]]:
    sizes = range(len(facts) + 1)
    return [frozenset(some) for some in chain(*(combinations(facts, n) for n in sizes))]


def _compare(row: state.Row, *, paused: bool, suppressed: bool) -> None:
    ours = decide(row, paused=paused, suppressed=suppressed, world=WORLD)
    why = "unsubscribed" if suppressed else ""
    theirs = d.decide(
        d.Situation(
            engine.enrollment(row),
            engine.CONTACT,
            why,
            engine.campaign(paused=paused),
            engine.REVISION,
            engine.NOW_AT,
        )
    )
    assert _said(ours, row) == _says(theirs, row), (row, paused, suppressed)


def _said(ours: state.Decision, row: state.Row) -> Said:
    mail = ours.mail and engine.mail(ours.mail)
    match ours.name:
        case "NotDue":
            return ours.name, None if row.claim else engine.instant(ours.due)
        case "Stand":
            return ours.name, ours.step
        case "Finish":
            return ours.name, ours.status
        case "Resolve":
            return ours.name, mail, ours.may_send
        case "Send" | "Reopen" | "Doubt" | "Confirm":
            return ours.name, mail
        case _:
            return (ours.name,)


def _says(theirs: d.Decision, row: state.Row) -> Said:
    name = type(theirs).__name__
    match theirs:
        case d.NotDue(due_at):
            return name, None if row.claim else due_at
        case Stand(place):
            return name, place.step
        case Finish(status):
            return name, status.value
        case d.Resolve(claim, may_send):
            return name, claim.mail, may_send
        case Send(_, mail):
            return name, mail
        case d.Reopen(_, retry):
            return name, retry.mail
        case d.Doubt(claim) | d.Confirm(claim):
            return name, claim.mail
        case _:
            return (name,)


def _settled(row: Enrollment, claim: Claim, outcome: str) -> Settlement:
    now_at, sequence = engine.NOW_AT, engine.SEQUENCE
    match outcome:
        case "accepted":
            return s.accepted(row, claim, sequence, now_at, late_s=None)
        case "skipped":
            return s.skipped(row, claim, sequence, now_at, "uncertain")
        case "try_later":
            return s.postponed(row, claim, now_at, 0)
        case _:
            scope = Scope(outcome.removeprefix("refused_"))
            return s.refused(row, claim, sequence, now_at, Refused(scope))


def _of_model(done: state.Done) -> Said:
    facts = {(kind, engine.mail(mail)) for kind, mail in done.facts}
    place = (done.step, engine.instant(done.step_due)) if done.moves else None
    retry = done.retry and engine.mail(done.retry.mail)
    return facts, place, retry, done.status


def _of_engine(done: Settlement) -> Said:
    facts = {(fact.type.name.lower(), Mail(*fact.message)) for fact in done.facts}
    place = (done.place.step, done.place.due_at) if done.place else None
    return facts, place, done.retry and done.retry.mail, done.status.value
