"""Checks a campaign: its times and addresses, its sequence, and what its conditions ask for."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from penguinmails.campaigns.conditions import Condition, ConditionError, can_be_true, parse
from penguinmails.campaigns.conditions.expression import Literal, Not
from penguinmails.campaigns.outline import (
    ArmOutline,
    BranchOutline,
    EmailOutline,
    Outline,
    WaitOutline,
    arms_of,
    ends,
    flat,
)
from penguinmails.campaigns.read_outline import read_outline
from penguinmails.campaigns.schedule import instant_of
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.source import Source, below
from penguinmails.errors import InvalidInput, Problem
from penguinmails.resources.attributes import misnamed
from penguinmails.resources.document import Document
from penguinmails.resources.finding import Finding
from penguinmails.resources.read import finding_of
from penguinmails.resources.rules import rule
from penguinmails.tenants.zone import zone_named

_OPENED: Final = "opened"
_AT: Final = "/steps"
_SENT: Final = "sent"


def campaign_findings(document: Document, now_at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with a campaign beyond its form, and what may be."""
    yield from (finding_of(document, problem) for problem in _times(document.data, now_at))
    steps = document.data.get("steps")
    if isinstance(steps, list) and steps:
        yield from (_step_finding(document, problem) for problem in _sequence_problems(steps))
        outline = read_outline(Source(), steps, at=_AT)
        for branch in flat(outline):
            if isinstance(branch, BranchOutline):
                yield from _branch(document, branch)
        yield from _too_soon(document, outline)


def _times(data: Mapping[str, object], now_at: datetime) -> Iterator[Problem]:
    given = data.get("time_zone")
    zone = given if isinstance(given, str) and zone_named(given) else "UTC"
    instants: list[datetime] = []
    for name in ("start", "end"):
        if isinstance(text := data.get(name), str):
            try:
                instants.append(instant_of(text, zone, now_at, below("", name)))
            except InvalidInput as error:
                yield from error.problems
    if len(instants) > 1 and instants[1] <= instants[0]:
        yield Problem("/end", "end_before_start", "the end is not after the start; move it")


def _sequence_problems(steps: list[object]) -> tuple[Problem, ...]:
    try:
        compile_sequence(steps, at=_AT)
    except InvalidInput as error:
        return error.problems
    return ()


def _step_finding(document: Document, problem: Problem) -> Finding:
    """Place a problem of the sequence; one within a condition at its very column."""
    text = document.value(problem.pointer)
    if problem.code == ConditionError.code and isinstance(text, str):
        try:
            parse(text)
        except ConditionError as error:
            mark = document.mark_within(problem.pointer, error.column - 1)
            return Finding(document.file, mark, rule(problem.code), error.detail)
    return finding_of(document, problem)


def _branch(document: Document, branch: BranchOutline) -> Iterator[Finding]:
    known = [arm.condition for arm in branch.arms if arm.condition is not None]
    for arm in branch.arms:
        if arm.condition is not None:
            yield from _arm(document, arm, arm.condition)
    always = any(not can_be_true(Not(each.expression)) for each in known)
    denied = [each.expression for each in known]
    if branch.otherwise and not always and not can_be_true(Literal(value=True), after=denied):
        mark = document.mark(below(branch.otherwise.pointer, "else"), key=True)
        detail = "nobody gets to this `else`: one of the conditions above it is always true"
        yield Finding(document.file, mark, rule("else-never"), detail)


def _arm(document: Document, arm: ArmOutline, condition: Condition) -> Iterator[Finding]:
    pointer = below(arm.pointer, "if")

    def found(name: str, part: str, detail: str) -> Finding:
        mark = document.mark_within(pointer, max(condition.text.find(part), 0))
        return Finding(document.file, mark, rule(name), detail)

    if not can_be_true(Not(condition.expression)):
        yield found("constant-condition", "", f"`{condition.text}` is always true")
    for step, signal in sorted(condition.engagements):
        if signal == _OPENED:
            asked = f"steps.{step}.{signal}"
            yield found("open-based", asked, f"{asked} counts opens that no person made")
    for path in sorted(condition.attributes):
        if better := misnamed(path[0], in_condition=True):
            asked = f"contact.{'.'.join(path)}"
            yield found("unknown-attribute", asked, f"{asked} reads like contact.{better}")


def _too_soon(document: Document, outline: tuple[Outline, ...]) -> Iterator[Finding]:
    """Find branches that ask what became of an email that is sent right before them."""
    found: list[tuple[ArmOutline, str]] = []
    _fresh_after(outline, frozenset(), found)
    for arm, slug in found:
        mark = document.mark(below(arm.pointer, "if"))
        detail = f"no time has passed since {slug} was sent, when this is asked"
        yield Finding(document.file, mark, rule("too-soon"), detail)


def _fresh_after(
    outline: tuple[Outline, ...], fresh: frozenset[str], found: list[tuple[ArmOutline, str]]
) -> frozenset[str]:
    """Give the emails since which no wait has surely been, and find the arms that ask of them."""
    for step in outline:
        match step:
            case EmailOutline(slug=slug):
                fresh |= {slug}
            case WaitOutline():
                fresh = frozenset()
            case BranchOutline():
                fresh = _fresh_after_branch(step, fresh, found)
            case _:
                continue
    return fresh


def _fresh_after_branch(
    branch: BranchOutline, fresh: frozenset[str], found: list[tuple[ArmOutline, str]]
) -> frozenset[str]:
    for arm in branch.arms:
        asked = arm.condition.engagements if arm.condition else frozenset()
        found += [
            (arm, slug) for slug, signal in sorted(asked) if slug in fresh and signal != _SENT
        ]
    onward = frozenset() if branch.otherwise else fresh
    for arm in arms_of(branch):
        after = _fresh_after(arm.steps, fresh, found)
        onward |= frozenset() if ends(arm.steps) else after
    return onward
