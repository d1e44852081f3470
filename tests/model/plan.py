"""What an invocation means to do: each decision, answer or failure as the step that comes next."""

from tests.model import writes
from tests.model.rules import Rule, World
from tests.model.state import (
    ACTIVE,
    HORIZON,
    PATIENCE,
    UNCERTAIN_WAIT,
    Claim,
    Decision,
    Mail,
    Worker,
)


def plan(worker: Worker, slot: int, decision: Decision, world: World) -> Worker:
    """Turn a decision into the first step that carries it out."""
    row = worker.row
    assert row is not None
    match decision.name:
        case "Ignore":
            return done(worker)
        case "NotDue":
            return come_back(worker, decision.due, world)
        case "Contested":
            back = world.keeps(Rule.CONTESTED_RETURNS)
            return again(worker, PATIENCE) if back else done(worker)
        case "Park":
            return bare(worker, "parks")
        case "Send":
            assert decision.mail is not None
            return _claims(worker._replace(claim=Claim(decision.mail, slot)), world)
        case "Finish":
            return worker._replace(at="writes")
        case "Stand" | "Reopen":
            return _hinted(worker._replace(due=decision.due), Rule.STAND_HINT, world)
        case _:
            pass
    assert row.claim is not None
    return _take_in_hand(worker._replace(old=row.claim), slot, decision, world)


def _take_in_hand(worker: Worker, slot: int, decision: Decision, world: World) -> Worker:
    old = worker.old
    assert old is not None
    match decision.name:
        case "Doubt":
            return doubting(worker, old, world)
        case "Confirm":
            return settling(worker, old, "accepted", world)
        case _:
            return _resolving(worker, old, slot, decision, world)


def _resolving(worker: Worker, old: Claim, slot: int, decision: Decision, world: World) -> Worker:
    chosen = world.honours_key or world.resends or not world.keeps(Rule.REPEAT_CHOSEN)
    if not (decision.may_send and chosen) or old.mail.attempt >= world.attempts:
        return settling(worker, old, "skipped", world)
    anew = not world.honours_key and world.keeps(Rule.REPEAT_ATTEMPT)
    mail = Mail(old.mail.step, old.mail.attempt + anew)
    return worker._replace(at="takes over", claim=Claim(mail, slot))


def doubting(worker: Worker, claim: Claim, world: World) -> Worker:
    due = max(0, UNCERTAIN_WAIT - claim.age)
    doubts = worker._replace(old=claim, due=due, decision=Decision("Doubt", claim.mail))
    return _hinted(doubts, Rule.DOUBT_HINT, world)


def settling(worker: Worker, claim: Claim, outcome: str, world: World) -> Worker:
    row = worker.row
    assert row is not None
    made = writes.settlement(row, claim, outcome, world)
    place = (made.step, made.step_due) if made.moves else (row.step, row.step_due)
    due = writes.earlier(*place, made.retry) if made.status == ACTIVE else 0
    settles = worker._replace(old=claim, done=made, due=due, decision=Decision("Settle"))
    return _hinted(settles, Rule.SETTLE_HINT, world)


def _claims(worker: Worker, world: World) -> Worker:
    return worker._replace(at="claims" if world.keeps(Rule.CLAIM_FIRST) else "calls")


def _hinted(worker: Worker, rule: Rule, world: World) -> Worker:
    """Put the wake-up first, if one is needed and the rule holds."""
    return worker._replace(at="hints" if _first(worker, rule, world) else "writes")


def _first(worker: Worker, rule: Rule, world: World) -> bool:
    return worker.due > HORIZON and world.keeps(rule)


def bare(worker: Worker, at: str, tell: int | None = None) -> Worker:
    return Worker(at, worker.age, tell=tell)


def done(worker: Worker) -> Worker:
    return bare(worker, "acks")


def again(worker: Worker, after: int) -> Worker:
    return bare(worker, "tells", after)


def come_back(worker: Worker, due: int, world: World) -> Worker:
    if due > HORIZON or not world.keeps(Rule.NEAR_RETURNS):
        return done(worker)
    return again(worker, due)
