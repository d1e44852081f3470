"""Compile a sequence from its nested list, which falls through, to the graph that is walked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from types import MappingProxyType

from penguinmails.campaigns.conditions import parse
from penguinmails.campaigns.outline import (
    ActionOutline,
    ArmOutline,
    BranchOutline,
    EmailOutline,
    GotoOutline,
    Outline,
    WaitOutline,
    arms_of,
    flat,
)
from penguinmails.campaigns.read_outline import read_outline
from penguinmails.campaigns.source import Source
from penguinmails.campaigns.steps import (
    ActionStep,
    Arm,
    ConditionStep,
    EmailStep,
    GotoStep,
    Sequence,
    Step,
    WaitStep,
)
from penguinmails.campaigns.validate import Draft, problems_of
from penguinmails.errors import InvalidInput, Problem

# Stands in for a condition that could not be read, which is reported.
_ALWAYS = parse("true")
_NO_NUMBERS: Mapping[str, int] = MappingProxyType({})


def compile_sequence(
    data: object, *, numbers: Mapping[str, int] = _NO_NUMBERS, at: str = ""
) -> Sequence:
    """Compile the list under `steps`; raise InvalidInput with everything that is wrong with it.

    `numbers` are those of the revision before: a slug keeps its number, and no number is given
    to another. Pointers lead to the list by `at`, such as /steps.
    """
    source = Source()
    outline = read_outline(source, data, at=at)
    slugs = dict(_slugs(outline))
    sequence = _linked(outline, slugs, numbers)
    problems = [*source.problems, *problems_of(Draft(at, outline, slugs, sequence))]
    if problems:
        raise InvalidInput(*sorted(problems, key=_place))
    return sequence


def _place(problem: Problem) -> list[tuple[int, str]]:
    parts = problem.pointer.split("/")
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _slugs(outline: tuple[Outline, ...]) -> Iterator[tuple[str, str]]:
    """Pair each step's pointer with its slug; a nameless one is called after the email above."""
    taken = {step.slug for step in flat(outline)}
    email = ""
    for step in flat(outline):
        if isinstance(step, EmailOutline):
            email = step.slug
        slug = step.slug or _free(f"{email}_{_kind(step)}".lstrip("_"), taken)
        taken.add(slug)
        yield step.pointer, slug


def _kind(step: Outline) -> str:
    match step:
        case EmailOutline():
            return "email"
        case WaitOutline():
            return "wait"
        case BranchOutline():
            return "branch"
        case ActionOutline(exits=exits):
            return "exit" if exits else "action"
        case GotoOutline():
            return "goto"


def _free(name: str, taken: set[str]) -> str:
    tries = chain([name], (f"{name}_{number}" for number in count(2)))
    return next(each for each in tries if each not in taken)


def _linked(
    outline: tuple[Outline, ...], slugs: Mapping[str, str], known: Mapping[str, int]
) -> Sequence:
    live = set(slugs.values())
    retired = {slug: number for slug, number in known.items() if slug not in live}
    linker = _Linker(slugs, _numbers(slugs.values(), known))
    steps = {step.number: step for step in linker.steps(outline, after=None)}
    return Sequence(steps, linker.first(outline, after=None), retired)


def _numbers(slugs: Iterable[str], known: Mapping[str, int]) -> Mapping[str, int]:
    free = count(max(known.values(), default=0) + 1)
    numbers: dict[str, int] = {}
    for slug in slugs:
        if slug not in numbers:
            numbers[slug] = known[slug] if slug in known else next(free)
    return numbers


@dataclass(frozen=True, slots=True)
class _Linker:
    slugs: Mapping[str, str]
    numbers: Mapping[str, int]

    def steps(self, outline: tuple[Outline, ...], *, after: int | None) -> Iterator[Step]:
        """Link each step to the one below it, and the last to what comes after them all."""
        for index, step in enumerate(outline):
            following = self.first(outline[index + 1 :], after=after)
            yield self._step(step, following)
            for arm in arms_of(step):
                yield from self.steps(arm.steps, after=following)

    def first(self, outline: tuple[Outline, ...], *, after: int | None) -> int | None:
        return self._number(outline[0]) if outline else after

    def _number(self, step: Outline) -> int:
        return self.numbers[self.slugs[step.pointer]]

    def _step(self, step: Outline, following: int | None) -> Step:
        number, slug = self._number(step), self.slugs[step.pointer]
        match step:
            case EmailOutline(template=template, subject=subject):
                return EmailStep(number, slug, following, template, subject)
            case WaitOutline(value=value, unit=unit):
                return WaitStep(number, slug, following, value, unit)
            case ActionOutline(actions=actions, exits=exits):
                return ActionStep(number, slug, None if exits else following, actions)
            case GotoOutline(target=target, at_most=at_most):
                back = self.numbers.get(target, number)
                return GotoStep(number, slug, following, back, at_most)
            case BranchOutline(arms=arms, otherwise=otherwise):
                onward = self.first(otherwise.steps if otherwise else (), after=following)
                return ConditionStep(number, slug, onward, tuple(self._arms(arms, following)))

    def _arms(self, arms: tuple[ArmOutline, ...], following: int | None) -> Iterator[Arm]:
        for arm in arms:
            yield Arm(arm.condition or _ALWAYS, self.first(arm.steps, after=following))
