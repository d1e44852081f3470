"""The steps of a sequence, compiled to a graph: what an enrollment walks along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from penguinmails.campaigns.conditions import Condition, parse

Data = dict[str, Any]
Scalar = str | int | float | bool | None


class Unit(StrEnum):
    """In what a wait is measured."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


SECONDS: Mapping[Unit, int] = MappingProxyType(
    {Unit.MINUTES: 60, Unit.HOURS: 3_600, Unit.DAYS: 86_400, Unit.WEEKS: 604_800}
)


@dataclass(frozen=True, slots=True)
class AddTag:
    """Give the contact a tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class RemoveTag:
    """Take a tag from the contact."""

    tag: str


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Write one of the contact's attributes; null empties it."""

    name: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class AddScore:
    """Raise the contact's lead score, or lower it."""

    points: int


@dataclass(frozen=True, slots=True)
class Exit:
    """Leave the sequence for a reason."""

    reason: str


Action = AddTag | RemoveTag | SetAttribute | AddScore | Exit


@dataclass(frozen=True, slots=True)
class Arm:
    """One way on from a condition step; without `next` the walk is complete."""

    condition: Condition
    next: int | None


@dataclass(frozen=True, slots=True)
class EmailStep:
    """Send a template, at once: an email adds no delay of its own."""

    number: int
    slug: str
    next: int | None
    template: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class WaitStep:
    """Let time pass."""

    number: int
    slug: str
    next: int | None
    value: int
    unit: Unit

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.value * SECONDS[self.unit]


@dataclass(frozen=True, slots=True)
class ConditionStep:
    """Go the way of the first arm whose condition holds, else on to `next`."""

    number: int
    slug: str
    next: int | None
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class ActionStep:
    """Change the contact or leave; after an exit nothing follows."""

    number: int
    slug: str
    next: int | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class GotoStep:
    """Go back to `target` while the enrollment's visit is below `at_most`, raising it; else on."""

    number: int
    slug: str
    next: int | None
    target: int
    at_most: int


Step = EmailStep | WaitStep | ConditionStep | ActionStep | GotoStep


@dataclass(frozen=True, slots=True)
class Sequence:
    """All steps by their number; `retired` are the numbers of slugs that earlier revisions had."""

    steps: Mapping[int, Step]
    first: int | None
    retired: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(init=False, repr=False, compare=False)
    """Every slug's number for ever: what the next revision is compiled with."""

    def __post_init__(self) -> None:
        mine = {step.slug: step.number for step in self.steps.values()}
        object.__setattr__(self, "numbers", {**self.retired, **mine})

    @property
    def templates(self) -> frozenset[str]:
        """The slugs of the templates that its emails send."""
        return frozenset(s.template for s in self.steps.values() if isinstance(s, EmailStep))


def ways_on(step: Step) -> tuple[int, ...]:
    """Give the numbers of all steps that may come right after this one."""
    match step:
        case ConditionStep(arms=arms):
            ways = (*(arm.next for arm in arms), step.next)
        case GotoStep(target=target):
            ways = (target, step.next)
        case _:
            ways = (step.next,)
    return tuple(number for number in ways if number is not None)


def to_json(sequence: Sequence) -> Data:
    """Give the sequence as JSON-compatible data, the same for the same sequence."""
    steps = [_step(step) for _, step in sorted(sequence.steps.items())]
    return {"first": sequence.first, "steps": steps, "retired": dict(sequence.retired)}


def from_json(data: Mapping[str, Any]) -> Sequence:
    """Read what `to_json` wrote; the conditions are parsed here, once for all evaluations."""
    steps = [_read_step(step) for step in data["steps"]]
    retired = {slug: int(number) for slug, number in data["retired"].items()}
    return Sequence({step.number: step for step in steps}, data["first"], retired)


def _step(step: Step) -> Data:
    place: Data = {"number": step.number, "slug": step.slug, "next": step.next}
    match step:
        case EmailStep(template=template, subject=subject):
            return {**place, "kind": "email", "template": template, "subject": subject}
        case WaitStep(value=value, unit=unit):
            return {**place, "kind": "wait", "value": value, "unit": unit.value}
        case ConditionStep(arms=arms):
            coded = [{"if": arm.condition.text, "next": arm.next} for arm in arms]
            return {**place, "kind": "condition", "arms": coded}
        case ActionStep(actions=actions):
            return {**place, "kind": "action", "actions": [action_data(each) for each in actions]}
        case GotoStep(target=target, at_most=at_most):
            return {**place, "kind": "goto", "target": target, "at_most": at_most}


def action_data(action: Action) -> Data:
    """Give an action as its author writes it."""
    match action:
        case AddTag(tag):
            return {"add_tag": tag}
        case RemoveTag(tag):
            return {"remove_tag": tag}
        case SetAttribute(name, value):
            return {"set": {name: value}}
        case AddScore(points):
            return {"add_score": points}
        case Exit(reason):
            return {"exit": reason}


def _read_step(data: Mapping[str, Any]) -> Step:
    place = (int(data["number"]), str(data["slug"]), data["next"])
    match data["kind"]:
        case "email":
            return EmailStep(*place, data["template"], data["subject"])
        case "wait":
            return WaitStep(*place, data["value"], Unit(data["unit"]))
        case "condition":
            return ConditionStep(*place, tuple(_read_arm(arm) for arm in data["arms"]))
        case "action":
            return ActionStep(*place, tuple(_read_action(each) for each in data["actions"]))
        case "goto":
            return GotoStep(*place, data["target"], data["at_most"])
        case kind:
            message = f"a revision holds a step of the unknown kind {kind!r}"
            raise ValueError(message)


def _read_arm(data: Mapping[str, Any]) -> Arm:
    return Arm(parse(data["if"]), data["next"])


def _read_action(data: Mapping[str, Any]) -> Action:
    ((kind, value),) = data.items()
    match kind:
        case "add_tag":
            return AddTag(value)
        case "remove_tag":
            return RemoveTag(value)
        case "set":
            ((name, content),) = value.items()
            return SetAttribute(name, content)
        case "add_score":
            return AddScore(value)
        case "exit":
            return Exit(value)
        case _:
            message = f"a revision holds an action of the unknown kind {kind!r}"
            raise ValueError(message)
