"""Walks a sequence from where an enrollment stands to its next email, wait or end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from penguinmails.campaigns.steps import (
    Action,
    ActionStep,
    AddScore,
    AddTag,
    ConditionStep,
    EmailStep,
    Exit,
    GotoStep,
    RemoveTag,
    Sequence,
    SetAttribute,
    WaitStep,
)
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.effect import Effect
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Mail, Place, Ref, Status
from penguinmails.enrollments.history import History
from penguinmails.ids import digest


@dataclass(frozen=True, slots=True)
class Moves:
    """What a walk passes on its way: facts for the journal and effects on the contact."""

    facts: tuple[Fact, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Send:
    """An email is next."""

    step: EmailStep
    mail: Mail
    moves: Moves


@dataclass(frozen=True, slots=True)
class Stand:
    """A wait begins."""

    place: Place
    moves: Moves


@dataclass(frozen=True, slots=True)
class Finish:
    """The walk is over."""

    status: Status
    reason: str
    moves: Moves


@dataclass(slots=True)
class _Walk:
    ref: Ref
    sequence: Sequence
    visit: int
    contact: Contact | None
    past: History
    now_at: datetime
    facts: list[Fact] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def attribute(self, path: tuple[str, ...]) -> object | None:
        return self.contact.attribute(path) if self.contact else None

    def happened(self, step_slug: str, what: str) -> bool:
        return self.past.happened(self.sequence.numbers[step_slug], what)

    def moves(self) -> Moves:
        return Moves(tuple(self.facts), tuple(self.effects))

    def note(self, kind: FactType, step: int, detail: str = "") -> None:
        self.facts.append(Fact(kind, self.now_at, step, self.visit, attempt=0, detail=detail))


def walk(
    row: Enrollment, sequence: Sequence, contact: Contact | None, past: History, now_at: datetime
) -> Send | Stand | Finish:
    """Go on from where a row stands; bounded, as a sequence has no free cycle.

    An email that this visit has had already is passed: a revision may put it further on.
    """
    steps = _Walk(row.ref, sequence, row.visit, contact, past, now_at)
    number = _after(sequence, row.place)
    while number is not None:
        match sequence.steps[number]:
            case EmailStep() as step if past.dealt_with(number, steps.visit):
                number = step.next
            case EmailStep() as step:
                return Send(step, Mail(number, steps.visit), steps.moves())
            case WaitStep() as step:
                due_at = now_at + timedelta(seconds=step.seconds)
                return Stand(Place(number, steps.visit, due_at), steps.moves())
            case ConditionStep() as step:
                number = _choose(steps, step)
            case ActionStep() as step:
                reason = _act(steps, step)
                if reason is not None:
                    return Finish(Status.EXITED, reason, steps.moves())
                number = step.next
            case GotoStep() as step:
                number = _jump(steps, step)
    return Finish(Status.COMPLETED, "", steps.moves())


def _after(sequence: Sequence, place: Place) -> int | None:
    if not place.step:
        return sequence.first if place.step == 0 else None
    step = sequence.steps[place.step]
    return step.next if isinstance(step, WaitStep) else step.number


def _choose(steps: _Walk, step: ConditionStep) -> int | None:
    for number, arm in enumerate(step.arms, start=1):
        if arm.condition.evaluate(steps):
            steps.note(FactType.BRANCHED, step.number, str(number))
            return arm.next
    steps.note(FactType.BRANCHED, step.number, "else")
    return step.next


def _act(steps: _Walk, step: ActionStep) -> str | None:
    steps.note(FactType.ACTED, step.number)
    for ordinal, action in enumerate(step.actions):
        if isinstance(action, Exit):
            return action.reason
        ref = steps.ref
        name = digest("effect", ref.campaign, ref.run, step.number, steps.visit, ordinal)
        _affect(steps, _effect(action, name[:6].hex()))
    return None


def _affect(steps: _Walk, effect: Effect) -> None:
    steps.effects.append(effect)
    if steps.contact is not None:
        steps.contact = effect.on(steps.contact)


def _effect(action: Action, key: str) -> Effect:
    match action:
        case AddTag(tag):
            return Effect(key, add_tags=frozenset({tag}))
        case RemoveTag(tag):
            return Effect(key, remove_tags=frozenset({tag}))
        case SetAttribute(name, value):
            return Effect(key, attributes={name: value})
        case AddScore(points):
            return Effect(key, score=points)
        case Exit():
            return Effect(key)


def _jump(steps: _Walk, step: GotoStep) -> int | None:
    if steps.visit >= step.at_most:
        return step.next
    steps.visit += 1
    return step.target
