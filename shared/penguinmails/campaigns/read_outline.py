"""Read a sequence from its nested list, finding all that is wrong with the form of it."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from penguinmails.campaigns.conditions import Condition, ConditionError, parse
from penguinmails.campaigns.outline import (
    ActionOutline,
    ArmOutline,
    BranchOutline,
    EmailOutline,
    GotoOutline,
    Outline,
    WaitOutline,
)
from penguinmails.campaigns.read_actions import read_actions
from penguinmails.campaigns.read_duration import read_duration
from penguinmails.campaigns.source import Fields, Source, below, shown, suggestion
from penguinmails.campaigns.steps import SECONDS, Exit, Unit

MAX_STEPS = 150
MAX_ARMS = 20
MAX_DEPTH = 8
MAX_VISITS = 100
MAX_CONDITIONS = 100_000
"""Characters of all conditions together."""
_MAX_WAIT = 365 * SECONDS[Unit.DAYS]
_MAX_SUBJECT = 255


def read_outline(source: Source, data: object, *, at: str) -> tuple[Outline, ...]:
    """Give what can be read of the list of steps; the rest is among the source's problems."""
    return _Reader(source).steps(at, data, depth=0)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._count = 0
        self._written = 0

    def steps(self, at: str, data: object, *, depth: int) -> tuple[Outline, ...]:
        if depth > MAX_DEPTH:
            detail = f"branches nest at most {MAX_DEPTH} deep; make it several branches in a row"
            self._source.refuse(at, "too_deep", detail)
            return ()
        items = self._source.items(at, data, "`steps`")
        found = (self._step(below(at, i), item, depth) for i, item in enumerate(items))
        return tuple(step for step in found if step is not None)

    def _step(self, at: str, data: object, depth: int) -> Outline | None:
        self._count += 1
        if self._count > MAX_STEPS:
            if self._count == MAX_STEPS + 1:
                detail = f"a sequence has at most {MAX_STEPS} steps; split the campaign here"
                self._source.refuse(at, "too_many_steps", detail)
            return None
        fields = self._source.fields(at, data, "a step")
        kind = self._kind(at, fields) if fields is not None else None
        if fields is None or kind is None:
            return None
        self._source.only(at, fields, (kind, *_BESIDE[kind]))
        if kind == "branch":
            return self._branch(at, fields, depth)
        return _SIMPLE[kind](self._source, at, fields)

    def _kind(self, at: str, fields: Fields) -> str | None:
        kinds = [kind for kind in _BESIDE if kind in fields]
        if len(kinds) == 1:
            return kinds[0]
        if kinds:
            detail = f"a step is one thing; write {' and '.join(kinds)} as steps of their own"
            self._source.refuse(at, "ambiguous_step", detail)
            return None
        names = [key for key in fields if key != "id"]
        found = shown(names[0]) + suggestion(names[0], _BESIDE) if names else "nothing"
        detail = f"a step is one of {', '.join(_BESIDE)}; found {found}"
        self._source.refuse(at, "unknown_step", detail)
        return None

    def _branch(self, at: str, fields: Fields, depth: int) -> BranchOutline:
        place = below(at, "branch")
        arms = list(self._arms(place, fields["branch"], depth))
        conditional = tuple(arm for is_else, arm in arms if not is_else)
        others = [arm for is_else, arm in arms if is_else]
        for is_else, arm in arms[:-1]:
            if is_else:
                detail = "`else` is the last arm; move it below the others"
                self._source.refuse(arm.pointer, "else_not_last", detail)
        if not conditional:
            detail = "a branch needs an arm with `if`; write the steps without a branch if all go"
            self._source.refuse(place, "missing_if", detail)
        slug = _own_slug(self._source, at, fields)
        return BranchOutline(at, slug, conditional, others[-1] if others else None)

    def _arms(self, at: str, data: object, depth: int) -> Iterator[tuple[bool, ArmOutline]]:
        """Yield the arms, each with whether it is an `else`."""
        items = self._source.items(at, data, "a branch")
        if len(items) > MAX_ARMS:
            detail = f"a branch has at most {MAX_ARMS} arms; nest another one in its `else`"
            self._source.refuse(at, "too_many_arms", detail)
        for index, item in enumerate(items[:MAX_ARMS]):
            place = below(at, index)
            fields = self._source.fields(place, item, "an arm")
            if fields is not None:
                self._source.only(place, fields, ("if", "else", "steps"))
                is_else = _is_else(self._source, place, fields)
                condition = None if is_else else self._condition(place, fields)
                yield is_else, ArmOutline(place, condition, self._inside(place, fields, depth))

    def _condition(self, at: str, arm: Fields) -> Condition | None:
        before, text = self._written, arm.get("if")
        self._written += len(text) if isinstance(text, str) else 0
        if self._written <= MAX_CONDITIONS:
            return _condition(self._source, at, arm)
        if before <= MAX_CONDITIONS:
            detail = f"all conditions together have at most {MAX_CONDITIONS:,} characters"
            self._source.refuse(below(at, "if"), "too_large", f"{detail}; write shorter ones")
        return None

    def _inside(self, at: str, arm: Fields, depth: int) -> tuple[Outline, ...]:
        if "steps" in arm:
            return self.steps(below(at, "steps"), arm["steps"], depth=depth + 1)
        detail = "say what this arm does: `steps:`, a list, which may be empty: []"
        self._source.refuse(at, "missing_steps", detail)
        return ()


def _is_else(source: Source, at: str, arm: Fields) -> bool:
    if "else" not in arm or "if" in arm:
        return False
    if arm["else"] is not None:
        detail = "leave `else:` empty and write its steps under `steps:` beside it"
        source.refuse(below(at, "else"), "wrong_type", detail)
    return True


def _condition(source: Source, at: str, arm: Fields) -> Condition | None:
    if "if" not in arm or "else" in arm:
        detail = "an arm has either `if`, with a condition, or `else`, the last one"
        source.refuse(at, "missing_if", detail)
        return None
    text = arm["if"]
    if not isinstance(text, str):
        detail = f"a condition is a text such as steps.intro.clicked, not {shown(text)}"
        source.refuse(below(at, "if"), "wrong_type", detail)
        return None
    try:
        return parse(text)
    except ConditionError as error:
        source.refuse(below(at, "if"), error.code, str(error))
        return None


def _own_slug(source: Source, at: str, fields: Fields) -> str:
    return source.slug(below(at, "id"), fields["id"], "an id") if "id" in fields else ""


def _email(source: Source, at: str, fields: Fields) -> EmailOutline:
    place, given, key = at, fields, "email"
    if isinstance(fields["email"], Mapping):
        place, key = below(at, "email"), "id"
        given = fields["email"]
        source.only(at, fields, ("email",))
        source.only(place, given, ("id", "template", "subject"))
    slug = source.slug(below(place, key), given.get(key), "an email's slug")
    template, subject = "", None
    if "template" in given:
        template = source.template(below(place, "template"), given["template"])
    else:
        detail = "say which template to send: `template: <slug>` beside `email`"
        source.refuse(place, "missing_template", detail)
    if given.get("subject") is not None:
        where = below(place, "subject")
        subject = source.line(where, given["subject"], "a subject", longest=_MAX_SUBJECT)
    return EmailOutline(at, slug, template, subject)


def _wait(source: Source, at: str, fields: Fields) -> WaitOutline:
    place = below(at, "wait")
    value, unit = read_duration(source, place, fields["wait"])
    if not SECONDS[Unit.MINUTES] <= value * SECONDS[unit] <= _MAX_WAIT:
        detail = f"a wait lasts from 1 minute to 365 days, not {value} {unit}"
        source.refuse(place, "invalid_wait", detail)
    return WaitOutline(at, _own_slug(source, at, fields), value, unit)


def _action(source: Source, at: str, fields: Fields) -> ActionOutline:
    actions = read_actions(source, below(at, "action"), fields["action"])
    return ActionOutline(at, _own_slug(source, at, fields), actions, exits=False)


def _exit(source: Source, at: str, fields: Fields) -> ActionOutline:
    reason = source.slug(below(at, "exit"), fields["exit"], "a reason")
    return ActionOutline(at, _own_slug(source, at, fields), (Exit(reason),), exits=True)


def _goto(source: Source, at: str, fields: Fields) -> GotoOutline:
    place, slug = below(at, "goto"), _own_slug(source, at, fields)
    given = source.fields(place, fields["goto"], "goto: {step: intro, at_most: 3}, so it")
    if given is None:
        return GotoOutline(at, slug, "", MAX_VISITS)
    source.only(place, given, ("step", "at_most"))
    target = source.slug(below(place, "step"), given.get("step"), "the step to go back to")
    if "at_most" not in given:
        detail = "a way back needs a bound, or it would go on for ever: add `at_most: 3`"
        source.refuse(place, "unbounded_cycle", detail)
        return GotoOutline(at, slug, target, MAX_VISITS)
    what, where = "at_most (how often its target is visited in all)", below(place, "at_most")
    at_most = source.whole(where, given["at_most"], what, least=2, most=MAX_VISITS)
    return GotoOutline(at, slug, target, at_most)


_SIMPLE: Mapping[str, Callable[[Source, str, Fields], Outline]] = MappingProxyType(
    {"email": _email, "wait": _wait, "action": _action, "goto": _goto, "exit": _exit}
)
_BESIDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "email": ("template", "subject"),
        "wait": ("id",),
        "branch": ("id",),
        "action": ("id",),
        "goto": ("id",),
        "exit": ("id",),
    }
)
