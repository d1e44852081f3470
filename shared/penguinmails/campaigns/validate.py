"""Find what is wrong with a sequence as a whole: names, order, cycles, arms that never win."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from penguinmails.campaigns.conditions import Condition, can_be_true
from penguinmails.campaigns.outline import (
    ArmOutline,
    BranchOutline,
    EmailOutline,
    GotoOutline,
    Outline,
    arms_of,
    ends,
    flat,
)
from penguinmails.campaigns.source import below, suggestion
from penguinmails.campaigns.steps import Sequence, WaitStep, ways_on
from penguinmails.errors import Problem


@dataclass(frozen=True, slots=True)
class Draft:
    """An outline, where it stands, and what it compiles to; `slugs` by pointer."""

    at: str
    outline: tuple[Outline, ...]
    slugs: Mapping[str, str]
    sequence: Sequence

    def number(self, step: Outline) -> int:
        """Give the number of a step of the outline."""
        return self.sequence.numbers[self.slugs[step.pointer]]


def problems_of(draft: Draft) -> Iterator[Problem]:
    """Yield everything that is wrong with a sequence whose form is right."""
    yield from _emptiness(draft.outline, draft.at)
    yield from _repeated_slugs(draft.outline)
    yield from _gotos(draft)
    yield from _unreachable(draft.outline)
    yield from _conditions(draft)
    yield from _arms_that_never_win(draft.outline)


def _emptiness(outline: tuple[Outline, ...], at: str) -> Iterator[Problem]:
    if not outline:
        yield Problem(at, "empty_sequence", "there is no step; begin with `- email: <slug>`")
    elif not any(isinstance(step, EmailOutline) for step in flat(outline)):
        yield Problem(at, "no_email", "nothing is ever sent; add a step `- email: <slug>`")


def _repeated_slugs(outline: tuple[Outline, ...]) -> Iterator[Problem]:
    first: dict[str, Outline] = {}
    for step in flat(outline):
        if step.slug and first.setdefault(step.slug, step) is not step:
            earlier = first[step.slug].pointer
            detail = f"{step.slug} is the name of the step at {earlier} already; choose another"
            yield Problem(step.pointer, "duplicate_slug", detail)


def _gotos(draft: Draft) -> Iterator[Problem]:
    named: dict[str, Outline] = {}
    for step in flat(draft.outline):
        if isinstance(step, GotoOutline) and step.target:
            yield from _goto(draft, step, named)
        if step.slug:
            named.setdefault(step.slug, step)


def _goto(draft: Draft, step: GotoOutline, earlier: Mapping[str, Outline]) -> Iterator[Problem]:
    place = below(below(step.pointer, "goto"), "step")
    if step.target in earlier:
        target = draft.number(earlier[step.target])
        if draft.number(step) in _reachable(draft.sequence, target, through_waits=False):
            detail = f"the way from {step.target} back to it has no wait in it; add one"
            yield Problem(step.pointer, "cycle_without_wait", detail)
    elif any(other.slug == step.target for other in flat(draft.outline)):
        detail = f"{step.target} comes later, and goto goes back only; use a branch to pass over"
        yield Problem(place, "goto_forward", detail)
    else:
        detail = f"there is no step called {step.target}{suggestion(step.target, earlier)}"
        yield Problem(place, "unknown_step_name", f"{detail}; name the step to go to with `id`")


def _unreachable(outline: tuple[Outline, ...]) -> Iterator[Problem]:
    for before, step in pairwise(outline):
        if ends((before,)):
            detail = "nobody gets here, as everybody has left before; move it up or remove it"
            yield Problem(step.pointer, "unreachable", detail)
            break
    for step in outline:
        for arm in arms_of(step):
            yield from _unreachable(arm.steps)


def _conditions(draft: Draft) -> Iterator[Problem]:
    steps = {step.slug: step for step in flat(draft.outline) if step.slug}
    for branch in flat(draft.outline):
        for arm in arms_of(branch):
            if arm.condition is not None:
                place = below(arm.pointer, "if")
                for slug in sorted({slug for slug, _ in arm.condition.engagements}):
                    yield from _engagement(draft, branch, steps, slug, place)


def _engagement(
    draft: Draft, branch: Outline, steps: Mapping[str, Outline], slug: str, place: str
) -> Iterator[Problem]:
    step = steps.get(slug)
    emails = [name for name, each in steps.items() if isinstance(each, EmailOutline)]
    if step is None:
        detail = f"there is no step called {slug}{suggestion(slug, emails)}"
        yield Problem(place, "unknown_step_name", f"{detail}; the emails are {', '.join(emails)}")
    elif not isinstance(step, EmailOutline):
        detail = f"{slug} is no email, so nothing is opened or clicked; name an email step"
        yield Problem(place, "not_an_email", detail)
    elif draft.number(branch) not in _reachable(draft.sequence, draft.number(step)):
        detail = f"nobody here has been sent {slug}: it does not come before this branch"
        yield Problem(place, "cannot_have_happened", detail)


def _arms_that_never_win(outline: tuple[Outline, ...]) -> Iterator[Problem]:
    for branch in flat(outline):
        if isinstance(branch, BranchOutline):
            for index, arm in enumerate(branch.arms):
                yield from _never_wins(arm, branch.arms[:index])


def _never_wins(arm: ArmOutline, earlier: tuple[ArmOutline, ...]) -> Iterator[Problem]:
    if arm.condition is None:
        return
    before = [each.condition for each in earlier if each.condition is not None]
    if not can_be_true(arm.condition.expression, after=[each.expression for each in before]):
        detail = _why_never(arm.condition, before)
        yield Problem(below(arm.pointer, "if"), "never_wins", detail)


def _why_never(condition: Condition, before: list[Condition]) -> str:
    if not can_be_true(condition.expression):
        return f"`{condition.text}` can never be true; correct it or remove the arm"
    for earlier in before:
        if not can_be_true(condition.expression, after=[earlier.expression]):
            return (
                f"this arm never wins: whenever `{condition.text}` is true, `{earlier.text}` "
                "above it is too; put the stronger condition first"
            )
    return "this arm never wins: one of those above it always does; put it before them"


def _reachable(sequence: Sequence, start: int, *, through_waits: bool = True) -> frozenset[int]:
    """Give the steps that may come after a step, itself only if a way leads back to it."""
    seen: set[int] = set()
    ahead = [start]
    while ahead:
        step = sequence.steps[ahead.pop()]
        if through_waits or not isinstance(step, WaitStep):
            new = set(ways_on(step)) - seen
            seen |= new
            ahead.extend(new)
    return frozenset(seen)
