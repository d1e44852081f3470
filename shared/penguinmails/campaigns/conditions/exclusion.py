"""Tell whether a condition can be true at all, so that arms which never win are found early."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from penguinmails.campaigns.conditions.evaluation import holds, truth
from penguinmails.campaigns.conditions.expression import (
    EVIDENCE,
    Attribute,
    Choices,
    Comparison,
    Either,
    Engagement,
    Every,
    Expression,
    Literal,
    Membership,
    Not,
    Operator,
    TextTest,
)

_MOST_STEPS = 400
_FLIPPED = {
    Operator.LESS: Operator.MORE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
}
_UPWARD = frozenset({Operator.MORE, Operator.AT_LEAST})
_DOWNWARD = frozenset({Operator.LESS, Operator.AT_MOST})
_NULL = Literal(None)


@dataclass(frozen=True, slots=True)
class _Claim:
    """That an expression holds, or does not."""

    said: Expression
    holds: bool


@dataclass(frozen=True, slots=True)
class _State:
    """A place in the search: what is still to be looked at, and what is taken to be so."""

    goals: tuple[_Claim, ...]
    taken: tuple[_Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class _Just:
    """Facts of which one value is all that is known."""

    value: object

    def attribute(self, _path: tuple[str, ...]) -> object | None:
        return self.value

    def happened(self, _step_slug: str, _what: str) -> bool:
        return False


def can_be_true(expression: Expression, *, after: Iterable[Expression] = ()) -> bool:
    """Tell whether the expression can hold when none of those before it does.

    A false answer is certain. A true one may be too kind: the search is bounded.
    """
    denied = (_Claim(earlier, holds=False) for earlier in after)
    states = [_State((_Claim(expression, holds=True), *denied))]
    for _ in range(_MOST_STEPS):
        if not states:
            return False
        state = states.pop()
        if not state.goals:
            return True
        states.extend(_onward(_plain(state.goals[0]), state.goals[1:], state.taken))
    return True


def _onward(goal: _Claim, goals: tuple[_Claim, ...], taken: tuple[_Claim, ...]) -> Iterator[_State]:
    match goal.said:
        case Not(operand):
            yield _State((_Claim(operand, not goal.holds), *goals), taken)
        case Every(operands) | Either(operands):
            inner = tuple(_Claim(operand, goal.holds) for operand in operands)
            if isinstance(goal.said, Every) is goal.holds:
                yield _State(inner + goals, taken)
            else:
                yield from (_State((one, *goals), taken) for one in inner)
        case Literal(bool() as value):
            if value is goal.holds:
                yield _State(goals, taken)
        case _:
            if not any(_contradict(goal, other) for other in taken):
                yield _State(goals, (*taken, goal))


def _plain(claim: _Claim) -> _Claim:
    """Write a claim the one way: the attribute first, presence as `== null`."""
    match claim.said:
        case Attribute():
            return _Claim(Comparison(claim.said, Operator.EQUAL, Literal(True)), claim.holds)  # noqa: FBT003 - a value, not a switch
        case Comparison(Literal() as left, relation, Attribute() as right):
            turned = Comparison(right, _FLIPPED.get(relation, relation), left)
            return _plain(_Claim(turned, claim.holds))
        case Comparison(left, Operator.UNEQUAL, Literal(None)):
            return _Claim(Comparison(left, Operator.EQUAL, _NULL), not claim.holds)
        case _:
            return claim


def _contradict(one: _Claim, other: _Claim) -> bool:
    if one.holds and other.holds:
        return _excludes(one.said, other.said) or _excludes(other.said, one.said)
    if one.holds:
        return _implies(one.said, other.said)
    return other.holds and _implies(other.said, one.said)


def _implies(one: Expression, other: Expression) -> bool:
    if _same(one, other):
        return True
    if isinstance(one, Engagement) and isinstance(other, Engagement):
        return one.step == other.step and one.signal in EVIDENCE[other.signal]
    if _subject(one) is None or _subject(one) != _subject(other):
        return False
    values = _values(one)
    if values is None:
        return _is_stricter(one, other)
    return all(truth(other)(_Just(value.value)) for value in values)


def _excludes(one: Expression, other: Expression) -> bool:
    if _subject(one) is None or _subject(one) != _subject(other):
        return False
    values = _values(one)
    if values is None:
        return isinstance(other, Comparison) and other.right == _NULL
    return not any(truth(other)(_Just(value.value)) for value in values)


def _same(one: Expression, other: Expression) -> bool:
    # To Python 1, 1.0 and True are equal, and so would the comparisons with them be.
    return one == other and repr(one) == repr(other)


def _subject(said: Expression) -> Attribute | None:
    match said:
        case (
            Comparison(Attribute() as subject, _, Literal())
            | Membership(Attribute() as subject, Choices())
            | TextTest(subject)
        ):
            return subject
        case _:
            return None


def _values(said: Expression) -> tuple[Literal, ...] | None:
    """Give the only values for which it holds, if they are finite."""
    match said:
        case Comparison(_, Operator.EQUAL, Literal() as value):
            return (value,)
        case Membership(_, Choices(values)):
            return values
        case _:
            return None


def _is_stricter(one: Expression, other: Expression) -> bool:
    """Tell whether a bound lies within another: `x > 80` within `x > 50`."""
    match one, other:
        case Comparison(_, first, Literal(near)), Comparison(_, second, Literal(far)):
            if not any({first, second} <= way for way in (_UPWARD, _DOWNWARD)):
                return False
            needed = {Operator.MORE: Operator.AT_LEAST, Operator.LESS: Operator.AT_MOST}
            return holds(near, needed.get(first, second), far)
        case _:
            return False
