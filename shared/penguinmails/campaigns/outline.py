"""A sequence as its author wrote it: a nested list, every part with its place in the source."""

from collections.abc import Iterator
from dataclasses import dataclass

from penguinmails.campaigns.conditions import Condition
from penguinmails.campaigns.steps import Action, Unit


@dataclass(frozen=True, slots=True)
class EmailOutline:
    """`email`: a template to send."""

    pointer: str
    slug: str
    template: str
    subject: str | None


@dataclass(frozen=True, slots=True)
class WaitOutline:
    """`wait`: time to let pass."""

    pointer: str
    slug: str
    value: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class ArmOutline:
    """One arm of a branch; its condition is None in `else`, and where it could not be read."""

    pointer: str
    condition: Condition | None
    steps: tuple["Outline", ...]


@dataclass(frozen=True, slots=True)
class BranchOutline:
    """`branch`: arms of which the first that holds is taken, and maybe an `else`."""

    pointer: str
    slug: str
    arms: tuple[ArmOutline, ...]
    otherwise: ArmOutline | None


@dataclass(frozen=True, slots=True)
class ActionOutline:
    """`action`: changes to the contact; or `exit`."""

    pointer: str
    slug: str
    actions: tuple[Action, ...]
    exits: bool


@dataclass(frozen=True, slots=True)
class GotoOutline:
    """`goto`: back to a named step, a bounded number of times."""

    pointer: str
    slug: str
    target: str
    at_most: int


Outline = EmailOutline | WaitOutline | BranchOutline | ActionOutline | GotoOutline


def flat(outline: tuple[Outline, ...]) -> Iterator[Outline]:
    """Yield all steps in the order of the source, a branch before what is in it."""
    for step in outline:
        yield step
        for arm in arms_of(step):
            yield from flat(arm.steps)


def arms_of(step: Outline) -> tuple[ArmOutline, ...]:
    """Give the ways through a branch, the `else` last; other steps have none."""
    if not isinstance(step, BranchOutline):
        return ()
    return (*step.arms, step.otherwise) if step.otherwise else step.arms


def ends(outline: tuple[Outline, ...]) -> bool:
    """Tell whether nobody comes out at the end of these steps."""
    return any(_leaves(step) for step in outline)


def _leaves(step: Outline) -> bool:
    match step:
        case ActionOutline(exits=exits):
            return exits
        case BranchOutline(otherwise=None):
            return False
        case BranchOutline():
            return all(ends(arm.steps) for arm in arms_of(step))
        case _:
            return False
