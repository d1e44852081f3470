"""One invocation of the advancer, step by step: others may run, or it may die, between any two."""

from collections.abc import Callable, Iterator

from tests.model import plan, promises, writes
from tests.model.decision import decide
from tests.model.rules import Rule, World
from tests.model.state import (
    ACTIVE,
    HORIZON,
    NOBODY,
    PAUSED,
    Claim,
    Mail,
    Move,
    Row,
    State,
    Worker,
)

NAMES = "ABC"
IDLE = Worker()


def invocations(state: State, world: World) -> Iterator[Move]:
    """Give what each invocation may do next, and the death of each."""
    for slot, worker in enumerate(state.workers):
        if worker.at == "idle":
            continue
        yield from _STEPS[worker.at](state, slot, worker, world)
        if state.faults:
            dead = die(state, slot, world)
            yield Move(f"{NAMES[slot]} dies", dead._replace(faults=state.faults - 1), fair=False)


def die(state: State, slot: int, world: World) -> State:
    """End an invocation before its time: its message is seen again."""
    ended = end(state, slot)
    return ended._replace(queue=ended.queue | {0}) if world.keeps(Rule.ACK_LAST) else ended


def end(state: State, slot: int) -> State:
    """Free the slot; claims of this invocation belong to nobody who lives."""
    workers = tuple(
        IDLE if other == slot else _forget(worker, slot)
        for other, worker in enumerate(state.workers)
    )
    return state._replace(workers=workers, row=_disown(state.row, slot))


def _forget(worker: Worker, slot: int) -> Worker:
    if worker.row is None:
        return worker
    return worker._replace(
        row=_disown(worker.row, slot),
        claim=_disowned(worker.claim, slot),
        old=_disowned(worker.old, slot),
    )


def _disown(row: Row, slot: int) -> Row:
    if row.claim is None or row.claim.owner != slot:
        return row
    return row._replace(claim=_disowned(row.claim, slot))


def _disowned(claim: Claim | None, slot: int) -> Claim | None:
    if claim is None or claim.owner != slot:
        return claim
    return claim._replace(owner=NOBODY)


def _put(state: State, slot: int, worker: Worker) -> State:
    workers = (*state.workers[:slot], worker, *state.workers[slot + 1 :])
    return state._replace(workers=workers)


def begin(world: World) -> Worker:
    """Start an invocation; where nobody pauses, what it reads of the campaign never changes."""
    return Worker("reads" if world.pauses else "looks")


def _reads(state: State, slot: int, worker: Worker, _: World) -> Iterator[Move]:
    stands = "paused" if state.paused else "active"
    after = _put(state, slot, worker._replace(at="looks", paused=state.paused))
    yield Move(f"{NAMES[slot]} reads the campaign: {stands}", after)


def _looks(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    row = state.row
    decision = decide(row, paused=worker.paused, suppressed=state.suppressed, world=world)
    planned = plan.plan(worker._replace(row=row, decision=decision), slot, decision, world)
    mail = f" {decision.mail}" if decision.mail else ""
    yield Move(
        f"{NAMES[slot]} reads the row and decides: {decision.name}{mail}",
        _put(state, slot, planned),
    )


def _hints(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    after = worker._replace(at="writes") if worker.at == "hints" else plan.done(worker)
    woken = _put(state, slot, after)._replace(wakes=state.wakes | {max(1, worker.due)})
    yield Move(f"{NAMES[slot]} puts a wake-up", woken)


def _lost_answer(state: State, slot: int, row: Row, deed: str) -> Iterator[Move]:
    """The write is done, and its answer lost: the client writes again."""
    if state.faults:
        unheard = state._replace(row=row, faults=state.faults - 1)
        yield Move(f"{NAMES[slot]} {deed}, and the answer is lost", unheard, fair=False)


def _claiming(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    mine, read = worker.claim, worker.row
    assert mine is not None
    assert read is not None
    row = writes.claim(state.row, read, mine, world)
    if row is None:
        unknown = writes.is_same(mine, state.row.claim) and state.row.status == ACTIVE
        after = _put(state, slot, plan.again(worker, 1))
        broken = promises.CLAIM_KNOWN if unknown else ""
        yield Move(f"{NAMES[slot]} fails to claim {mine.mail}", after, broken=broken)
        return
    broken = "" if row is state.row else _unclaimable(state, read, mine, world)
    claimed = _put(state._replace(row=row), slot, worker._replace(at="calls", row=row))
    yield Move(f"{NAMES[slot]} claims {mine.mail}", claimed, broken=broken)
    if row is not state.row:
        yield from _lost_answer(state, slot, row, f"claims {mine.mail}")


def _taking_over(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    mine, old, read = worker.claim, worker.old, worker.row
    assert mine is not None
    assert old is not None
    assert read is not None
    row = writes.take_over(state.row, read, old, mine, world)
    if row is None:
        after = _put(state, slot, plan.again(worker, 1))
        yield Move(f"{NAMES[slot]} fails to take over {old.mail}", after)
        return
    broken = "" if row is state.row else _unclaimable(state, read, mine, world)
    broken = broken or _unrepeatable(state, old, world)
    claimed = _put(state._replace(row=row), slot, worker._replace(at="calls", row=row))
    yield Move(f"{NAMES[slot]} takes over {old.mail} as {mine.mail}", claimed, broken=broken)
    if row is not state.row:
        yield from _lost_answer(state, slot, row, f"takes over {old.mail} as {mine.mail}")


def _unclaimable(state: State, read: Row, mine: Claim, world: World) -> str:
    """Name the promise that this claim breaks."""
    if state.left is not None:
        return promises.CLAIM_AFTER_LEAVING
    if state.row.status == PAUSED or (state.paused and state.pause_age > 1):
        return promises.CLAIM_WHILE_PAUSED
    last = state.row.last
    if last is not None and mine.mail.step < last.step:
        return promises.ORDER
    return ""


def _unrepeatable(state: State, old: Claim, world: World) -> str:
    if world.prompt and any(mail == old.mail for mail, _ in state.has):
        return promises.EVIDENCE
    return ""


_ANSWERS = ("try_later", "refused_message", "refused_recipient", "timeout_lost", "timeout_kept")


def _calls(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    mine = worker.claim
    assert mine is not None
    says = f"{NAMES[slot]} calls the ESP with {mine.mail}"
    broken = _unsendable(state, mine.mail, world)
    kept, twice = _accept(state, mine.mail, world)
    heard = _put(kept, slot, worker._replace(at="hears", outcome="accepted"))
    yield Move(f"{says}: accepted", heard, broken=broken or twice)
    if not state.faults:
        return
    for answer in _ANSWERS:
        if answer not in world.answers:
            continue
        before = kept if answer == "timeout_kept" else state
        outcome = "uncertain" if answer.startswith("timeout") else answer
        heard = _put(before, slot, worker._replace(at="hears", outcome=outcome))
        wrong = broken or (twice if answer == "timeout_kept" else "")
        after = heard._replace(faults=state.faults - 1)
        yield Move(f"{says}: {answer}", after, fair=False, broken=wrong)


def _unsendable(state: State, mail: Mail, world: World) -> str:
    if state.left is not None and state.left > 1:
        return promises.SEND_AFTER_LEAVING
    before = Mail(mail.step, mail.attempt - 1)
    journal = state.row.journal
    told = ("bounced", before) in journal or (world.resends and ("uncertain", before) in journal)
    if mail.attempt > 1 and not told:
        return promises.ATTEMPT_RISES
    return ""


def _accept(state: State, mail: Mail, world: World) -> tuple[State, str]:
    times = dict(state.has).get(mail, 0)
    if times and world.honours_key:
        return state, ""
    has = frozenset(item for item in state.has if item[0] != mail) | {(mail, times + 1)}
    reports = state.reports | {("delivered", mail)} if world.prompt else state.reports
    broken = promises.ACCEPTED_ONCE if times else ""
    return state._replace(has=has, reports=reports), broken


def _hears(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    claim = worker.claim
    assert claim is not None
    heard = worker._replace(outcome="", claim=None)
    if worker.outcome != "uncertain":
        after = plan.settling(heard, claim, worker.outcome, world)
    elif not world.keeps(Rule.CALL_ONCE):
        after = heard._replace(at="calls", claim=claim)
    elif not world.keeps(Rule.TIMEOUT_DOUBTS):
        after = plan.settling(heard, claim, "try_later", world)
    else:
        after = plan.doubting(heard, claim, world)
    yield Move(f"{NAMES[slot]} hears: {worker.outcome}", _put(state, slot, after))


def _writes(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    decision = worker.decision
    assert decision is not None
    yield from _WRITES[decision.name](state, slot, worker, world)


def _written(
    state: State, slot: int, worker: Worker, row: Row | None, deed: str, rule: Rule, world: World
) -> Iterator[Move]:
    """Go on after a write of the walk: come back when it is due, or soon if it had moved."""
    if row is None:
        yield Move(f"{NAMES[slot]} fails to {deed}", _put(state, slot, plan.again(worker, 1)))
        return
    after = plan.come_back(worker, worker.due, world)
    if worker.due > HORIZON and not world.keeps(rule):
        after = Worker("hints late", worker.age, due=worker.due)
    yield Move(f"{NAMES[slot]} writes: {deed}", _put(state._replace(row=row), slot, after))
    if row is not state.row:
        yield from _lost_answer(state, slot, row, f"writes: {deed}")


def _write_stand(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    read, decision = worker.row, worker.decision
    assert read is not None
    assert decision is not None
    assert decision.step is not None
    row = writes.stand(state.row, read, decision.step)
    yield from _written(state, slot, worker, row, "wait", Rule.STAND_HINT, world)


def _write_reopen(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    read, decision = worker.row, worker.decision
    assert read is not None
    assert decision is not None
    retry = writes.retry_of(decision)._replace(due=worker.due)
    row = writes.reopen(state.row, read, retry, world)
    yield from _written(state, slot, worker, row, "reopen", Rule.STAND_HINT, world)


def _write_finish(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    read, decision = worker.row, worker.decision
    assert read is not None
    assert decision is not None
    row = writes.finish(state.row, read, decision.status)
    if row is None:
        yield Move(f"{NAMES[slot]} fails to finish", _put(state, slot, plan.again(worker, 1)))
        return
    after = _put(state._replace(row=row), slot, plan.done(worker))
    yield Move(f"{NAMES[slot]} finishes: {decision.status}", after)
    yield from _lost_answer(state, slot, row, f"finishes: {decision.status}")


def _write_doubt(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    old = worker.old
    assert old is not None
    row = writes.doubt(state.row, old, worker.due, world)
    for move in _written(state, slot, worker, row, f"doubt {old.mail}", Rule.DOUBT_HINT, world):
        if row is None or old.owner in {slot, NOBODY}:
            yield move
        else:
            alive = promises.DOUBT_TRULY
            yield move._replace(broken=alive)


def _write_settlement(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    old, read, done = worker.old, worker.row, worker.done
    assert old is not None
    assert read is not None
    assert done is not None
    what = ", ".join(f"{kind} {mail}" for kind, mail in done.facts) or "put off"
    given_up = any(kind == "skipped" for kind, _ in done.facts)
    broken = _unrepeatable(state, old, world) if given_up else ""
    row = writes.settle(state.row, read, old, done, world)
    if row is None:
        row = writes.settle_ended(state.row, old, done, world)
    broken = broken or (promises.CLAIM_SETTLED if row.claim == old else "")
    after = _put(state._replace(row=row), slot, _after_settling(worker, row, world))
    yield Move(f"{NAMES[slot]} settles: {what}", after, broken=broken)
    if row is not state.row:
        yield from _lost_answer(state, slot, row, f"settles: {what}")


def _after_settling(worker: Worker, row: Row, world: World) -> Worker:
    if worker.due > HORIZON and not world.keeps(Rule.SETTLE_HINT):
        return Worker("hints late", worker.age, due=worker.due)
    if writes.bounced(row) and world.keeps(Rule.SETTLE_LOOKS):
        return plan.again(worker, 0)
    if row.status == ACTIVE:
        return plan.come_back(worker, row.due, world)
    return plan.done(worker)


def _parks(state: State, slot: int, worker: Worker, world: World) -> Iterator[Move]:
    at = "looks again" if world.keeps(Rule.PARK_LOOKS) else "acks"
    after = _put(state._replace(held=True), slot, plan.bare(worker, at))
    yield Move(f"{NAMES[slot]} parks", after)


def _looks_again(state: State, slot: int, worker: Worker, _: World) -> Iterator[Move]:
    after = plan.done(worker) if state.paused else plan.again(worker, 0)
    stands = "paused" if state.paused else "active"
    yield Move(f"{NAMES[slot]} reads the campaign again: {stands}", _put(state, slot, after))


def _tells(state: State, slot: int, worker: Worker, _: World) -> Iterator[Move]:
    assert worker.tell is not None
    sent = state._replace(queue=state.queue | {worker.tell})
    delay = f" for {worker.tell} ticks on" if worker.tell else ""
    yield Move(f"{NAMES[slot]} sends a message{delay}", _put(sent, slot, plan.done(worker)))


def _acks(state: State, slot: int, worker: Worker, _: World) -> Iterator[Move]:
    yield Move(f"{NAMES[slot]} acknowledges", end(state, slot))


_Step = Callable[[State, int, Worker, World], Iterator[Move]]
_STEPS: dict[str, _Step] = {
    "reads": _reads,
    "looks": _looks,
    "hints": _hints,
    "hints late": _hints,
    "claims": _claiming,
    "takes over": _taking_over,
    "calls": _calls,
    "hears": _hears,
    "writes": _writes,
    "parks": _parks,
    "looks again": _looks_again,
    "tells": _tells,
    "acks": _acks,
}
_WRITES: dict[str, _Step] = {
    "Stand": _write_stand,
    "Reopen": _write_reopen,
    "Finish": _write_finish,
    "Doubt": _write_doubt,
    "Settle": _write_settlement,
}
