"""Finds, without any I/O, where an enrollment lands in another revision of its campaign."""

from datetime import datetime, timedelta

from penguinmails.campaigns.steps import EmailStep, Sequence, Step, WaitStep
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Place
from penguinmails.enrollments.landing import MIGRATED_AWAY, Landing


def stays(row: Enrollment, revision: int) -> bool:
    """Tell whether there is nothing to move: the walk is over, or goes by it or a later one."""
    return row.ended or row.step is None or row.revision >= revision


def land(row: Enrollment, old: Sequence, new: Sequence, now_at: datetime) -> Landing:
    """Find the place: the same step or, if it is gone, the next after it that is still there.

    Steps are matched by number, so by slug, and are of one kind. A wait counts from when the
    wait or step that one stood at began; a wait that is gone is waited out.
    """
    place = _place(row.place, old, new)
    if row.retry is None or isinstance(new.steps.get(row.retry.mail.step), EmailStep):
        return Landing(place, row.retry)
    mail = row.retry.mail
    given_up = Fact(
        FactType.SKIPPED, now_at, mail.step, mail.visit, mail.attempt, detail=MIGRATED_AWAY
    )
    return Landing(place, None, (given_up,))


def _place(place: Place, old: Sequence, new: Sequence) -> Place:
    if not place.step:
        return place
    stood_at = old.steps[place.step]
    target = _survivor(stood_at, old, new)
    if target is None:
        return Place(None, place.visit, place.due_at)
    due_at = place.due_at
    if isinstance(target, WaitStep):
        due_at = _began_at(place, stood_at) + timedelta(seconds=target.seconds)
    return Place(target.number, place.visit, due_at)


def _began_at(place: Place, stood_at: Step) -> datetime:
    waited_s = stood_at.seconds if isinstance(stood_at, WaitStep) else 0
    return place.due_at - timedelta(seconds=waited_s)


def _survivor(step: Step, old: Sequence, new: Sequence) -> Step | None:
    """Follow the old order; a branch that is gone is left by its last way."""
    number: int | None = step.number
    passed: set[int] = set()
    while number is not None and number not in passed:
        passed.add(number)
        there = new.steps.get(number)
        if type(there) is type(old.steps[number]):
            return there
        number = old.steps[number].next
    return None
