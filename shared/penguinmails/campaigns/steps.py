"""The steps of a sequence, compiled to a graph: what an enrollment walks along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from penguinmails.campaigns.conditions import Condition

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

    def number_of(self, slug: str) -> int:
        """Give a step's number; KeyError for a slug that no revision had."""
        return self.numbers[slug]


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
