"""What lies around the invocations: time, queue, timer, recorder, patrol, ESP reports and people."""

from collections.abc import Iterator

from tests.model import writes
from tests.model.decision import decide
from tests.model.invocation import IDLE, NAMES, begin, die
from tests.model.rules import Rule, World
from tests.model.state import (
    ACTIVE,
    BACKSTOP,
    COMPLETED,
    EXITED,
    PATIENCE,
    PAUSED,
    UNCERTAIN_WAIT,
    Claim,
    Fact,
    Mail,
    Move,
    Row,
    State,
    Worker,
)

LONG_AGO = 2


def surroundings(state: State, world: World) -> Iterator[Move]:
    """Give what may happen outside the invocations."""
    yield from _deliveries(state, world)
    yield from _ticks(state, world)
    yield from _records(state, world)
    yield from _reports(state, world)
    yield from _releases(state, world)
    if world.loses:
        yield from _patrol(state, world)
        yield from _losses(state)
    if world.unsubscribes:
        yield from _unsubscriptions(state, world)
    if state.deeds:
        yield from _deeds(state, world)


def rests(state: State, world: World) -> bool:
    """Tell whether the enrollment is where it may stay until somebody does something."""
    if state.reports:
        return False
    row = state.row
    if row.status == COMPLETED and row.retry is not None:
        return False
    said = decide(row, paused=state.paused, suppressed=state.suppressed, world=world).name
    return said == "Ignore" or (said == "Park" and state.held)


def _deliveries(state: State, world: World) -> Iterator[Move]:
    if 0 not in state.queue or IDLE not in state.workers:
        return
    slot = state.workers.index(IDLE)
    workers = (*state.workers[:slot], begin(world), *state.workers[slot + 1 :])
    taken = state._replace(workers=workers, queue=state.queue - {0})
    yield Move(f"{NAMES[slot]} takes the message", taken)
    if state.faults:
        twice = state._replace(workers=workers, faults=state.faults - 1)
        name = f"{NAMES[slot]} takes the message, which will be delivered again"
        yield Move(name, twice, fair=False)


def _ticks(state: State, world: World) -> Iterator[Move]:
    if world.prompt and state.reports:
        return
    overdue = [n for n, worker in enumerate(state.workers) if worker.at != "idle" and worker.age]
    if overdue and not (state.faults and world.stalls):
        return
    for slot in overdue if world.keeps(Rule.BATCH_ENDS) else ():
        state = die(state, slot, world)
    later = _later(state)
    if overdue:
        name = f"{' and '.join(NAMES[n] for n in overdue)} stalls"
        killed = " and is ended" if world.keeps(Rule.BATCH_ENDS) else ""
        after = later._replace(faults=state.faults - 1)
        yield Move(f"time passes; {name}{killed}", after, fair=False)
    elif later != state:
        yield Move("time passes", later)


def _later(state: State) -> State:
    return state._replace(
        row=_row(state.row),
        workers=tuple(_worker(worker) for worker in state.workers),
        queue=_sooner(state.queue | (state.wakes & {1})),
        wakes=_sooner(state.wakes - {1}),
        releases=_sooner(state.releases),
        pause_age=min(LONG_AGO, state.pause_age + 1) if state.paused else 0,
        left=None if state.left is None else min(LONG_AGO, state.left + 1),
    )


def _sooner(dues: frozenset[int]) -> frozenset[int]:
    return frozenset(max(0, due - 1) for due in dues) if dues else dues


def _row(row: Row) -> Row:
    retry = row.retry
    return row._replace(
        step_due=max(0, row.step_due - 1),
        due=max(0, row.due - 1),
        claim=_claim(row.claim),
        retry=retry and retry._replace(due=max(0, retry.due - 1)),
    )


def _claim(claim: Claim | None) -> Claim | None:
    return claim and claim._replace(age=min(UNCERTAIN_WAIT, claim.age + 1))


def _worker(worker: Worker) -> Worker:
    if worker.at == "idle":
        return worker
    done = worker.done
    if done is not None:
        retry = done.retry and done.retry._replace(due=max(0, done.retry.due - 1))
        done = done._replace(step_due=max(0, done.step_due - 1), retry=retry)
    return worker._replace(
        age=1,
        row=worker.row and _row(worker.row),
        claim=_claim(worker.claim),
        old=_claim(worker.old),
        done=done,
        due=max(0, worker.due - 1),
    )


def _records(state: State, world: World) -> Iterator[Move]:
    for fact in state.reports:
        heard = state._replace(reports=state.reports - {fact})
        yield from _record(heard, fact, world, fair=True)


def _reports(state: State, world: World) -> Iterator[Move]:
    for mail, _ in state.has:
        for fact in _facts(mail, world):
            again = fact in state.row.journal
            if fact not in state.reports and not (again and not state.faults):
                told = state._replace(faults=state.faults - again)
                yield from _record(told, fact, world, fair=False)


def _record(state: State, fact: Fact, world: World, *, fair: bool) -> Iterator[Move]:
    """Write a fact and enqueue whom it moves; a recorder that dies between is called again."""
    row = state.row._replace(journal=state.row.journal | {fact})
    name = f"the ESP reports {fact[0]} {fact[1]}, which is written"
    moved = world.keeps(Rule.RECORD_WAKES) and writes.moves(fact, row)
    queue = state.queue | {0} if moved else state.queue
    sent = f"{name}, and a message sent" if moved else name
    yield Move(sent, state._replace(row=row, queue=queue), fair=fair)
    if state.faults and moved:
        left = state._replace(row=row, reports=state.reports | {fact}, faults=state.faults - 1)
        yield Move(f"{name}, and the recorder dies", left, fair=False)


def _facts(mail: Mail, world: World) -> Iterator[Fact]:
    if world.delivers and not world.prompt:
        yield "delivered", mail
    if world.may_bounce(mail):
        yield "bounced", mail


def _releases(state: State, world: World) -> Iterator[Move]:
    if 0 not in state.releases:
        return
    heard = state._replace(releases=state.releases - {0})
    if state.paused or not state.held:
        yield Move("the releaser finds nothing to release", heard)
        return
    queue = state.queue | {0}
    yield Move("the releaser sends what was held", heard._replace(held=False, queue=queue))
    if state.faults and world.keeps(Rule.RELEASE_FIRST):
        cut = state._replace(queue=queue, faults=state.faults - 1)
        yield Move("the releaser sends what was held, and dies", cut, fair=False)
    elif state.faults:
        cut = state._replace(held=False, faults=state.faults - 1)
        yield Move("the releaser drops the hold, and dies", cut, fair=False)


def _patrol(state: State, world: World) -> Iterator[Move]:
    if state.queue or any(worker != IDLE for worker in state.workers):
        return
    row = state.row
    if row.status in {COMPLETED, EXITED}:
        stuck = row.claim is not None and row.claim.age >= PATIENCE
        left_behind = stuck and world.keeps(Rule.PATROL_ENDED)
    else:
        left_behind = row.status == ACTIVE and row.due == 0 and not state.paused
    if left_behind and world.keeps(Rule.PATROL):
        yield Move("the patrol sends a message", state._replace(queue=frozenset({0})))


def _losses(state: State) -> Iterator[Move]:
    if not state.faults:
        return
    left = state.faults - 1
    for due in state.queue:
        lost = state._replace(queue=state.queue - {due}, faults=left)
        yield Move("a message is lost", lost, fair=False)
    for due in state.wakes:
        lost = state._replace(wakes=state.wakes - {due}, faults=left)
        yield Move("a wake-up is lost", lost, fair=False)


def _unsubscriptions(state: State, world: World) -> Iterator[Move]:
    if not state.suppressed:
        yield Move("a person unsubscribes: suppressed", state._replace(suppressed=True), fair=False)
    elif state.left is None:
        row = state.row
        if row.status in writes.LIVE and world.keeps(Rule.EXIT_ENDS):
            row = row._replace(status=EXITED, retry=None)
        told = state._replace(row=row, left=0)
        yield Move("a person unsubscribes: exited, and is told so", told, fair=False)


def _deeds(state: State, world: World) -> Iterator[Move]:
    if world.pauses:
        yield from _pauses(state._replace(deeds=state.deeds - 1), world)
    if world.interventions:
        yield from _interventions(state._replace(deeds=state.deeds - 1), world)


def _pauses(state: State, world: World) -> Iterator[Move]:
    if not state.paused:
        paused = state._replace(paused=True, pause_age=0)
        yield Move("a person pauses the campaign", paused, fair=False)
        return
    later = frozenset({BACKSTOP} if world.keeps(Rule.RESUME_TWICE) else ())
    resumed = state._replace(paused=False, pause_age=0, releases=state.releases | {0} | later)
    yield Move("a person resumes the campaign", resumed, fair=False)


def _interventions(state: State, world: World) -> Iterator[Move]:
    row = state.row
    if row.status == ACTIVE:
        paused = state._replace(row=row._replace(status=PAUSED))
        yield Move("a person pauses the enrollment", paused, fair=False)
    if row.status != PAUSED:
        return
    wakes = state.wakes | {BACKSTOP} if world.keeps(Rule.PERSON_HINT) else state.wakes
    resumed = state._replace(row=row._replace(status=ACTIVE), wakes=wakes)
    sent = resumed._replace(queue=state.queue | {0})
    yield Move("a person resumes the enrollment", sent, fair=False)
    if state.faults:
        cut = resumed._replace(faults=state.faults - 1)
        yield Move("a person resumes the enrollment, and the request is cut", cut, fair=False)
