"""Turn an expression into a closure: all choices are made once, none while it runs."""

import operator
from collections.abc import Callable
from decimal import Decimal
from math import isfinite
from typing import Any, Protocol

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
    Method,
    Not,
    Operator,
    TextTest,
)


class Facts(Protocol):
    """What a condition asks about one contact's walk."""

    def attribute(self, path: tuple[str, ...]) -> object | None:
        """Give the contact's attribute at the path (without `contact`), None if it is missing."""
        ...

    def happened(self, step_slug: str, what: str) -> bool:
        """Tell whether the step's email was `sent`, `opened` …, as recorded and not implied."""
        ...


Truth = Callable[[Facts], bool]
_Value = Callable[[Facts], object]

_RELATIONS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.UNEQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}
_KINDS: dict[type, str] = {str: "text", bool: "truth", int: "number", float: "number"}
_METHODS: dict[Method, Callable[[str, str], bool]] = {
    Method.STARTS_WITH: str.startswith,
    Method.ENDS_WITH: str.endswith,
    Method.CONTAINS: str.__contains__,
}


def truth(expression: Expression) -> Truth:
    """Give the closure that tells whether the expression holds; it never raises."""
    match expression:
        case Comparison(left, relation, right):
            return _comparison(left, relation, right)
        case Membership(value, choices):
            return _membership(_value(value), choices)
        case TextTest(subject, method, argument):
            return _text_test(_value(subject), _METHODS[method], argument)
        case Not(operand):
            return _opposite(truth(operand))
        case Every(operands):
            return _every(tuple(truth(each) for each in operands))
        case Either(operands):
            return _either(tuple(truth(each) for each in operands))
        case Engagement(step, signal):
            return _engagement(step, tuple(each.value for each in EVIDENCE[signal]))
        case Literal() | Attribute():
            return _is_true(_value(expression))


def holds(left: object, relation: Operator, right: object) -> bool:
    """Compare two values; false unless they are of one kind."""
    return _comparable(left, right) and _RELATIONS[relation](left, right)


def _comparable(left: object, right: object) -> bool:
    kind = _kind(left)
    return kind is not None and kind == _kind(right)


def _kind(value: object) -> str | None:
    if isinstance(value, Decimal):
        return "number" if value.is_finite() else None
    if isinstance(value, float) and not isfinite(value):
        return None
    return _KINDS.get(type(value))


def _value(expression: Expression) -> _Value:
    match expression:
        case Attribute(path):
            return lambda facts: facts.attribute(path)
        case Literal(value):
            return lambda _: value
        case _:
            return truth(expression)


def _comparison(left: Expression, relation: Operator, right: Expression) -> Truth:
    null = Literal(None)
    if null in (left, right):
        return _presence(_value(left), _value(right), absent=relation is Operator.EQUAL)
    first, second = _value(left), _value(right)
    compare = _RELATIONS[relation]

    def compared(facts: Facts) -> bool:
        a, b = first(facts), second(facts)
        return _comparable(a, b) and compare(a, b)

    return compared


def _presence(left: _Value, right: _Value, *, absent: bool) -> Truth:
    return lambda facts: (left(facts) is None and right(facts) is None) is absent


def _membership(value: _Value, choices: Choices | Attribute) -> Truth:
    if isinstance(choices, Choices):
        return _among(value, choices.values)
    return _within(value, _value(choices))


def _among(value: _Value, choices: tuple[Literal, ...]) -> Truth:
    known = frozenset((_kind(each.value), each.value) for each in choices)

    def found(facts: Facts) -> bool:
        asked = value(facts)
        kind = _kind(asked)
        return kind is not None and (kind, asked) in known

    return found


def _within(value: _Value, choices: _Value) -> Truth:
    def found(facts: Facts) -> bool:
        asked, known = value(facts), choices(facts)
        if not isinstance(known, list | tuple | set | frozenset):
            return False
        return any(holds(asked, Operator.EQUAL, each) for each in known)

    return found


def _text_test(subject: _Value, test: Callable[[str, str], bool], argument: str) -> Truth:
    def tested(facts: Facts) -> bool:
        text = subject(facts)
        return isinstance(text, str) and test(text, argument)

    return tested


def _opposite(operand: Truth) -> Truth:
    return lambda facts: not operand(facts)


def _every(operands: tuple[Truth, ...]) -> Truth:
    return lambda facts: all(operand(facts) for operand in operands)


def _either(operands: tuple[Truth, ...]) -> Truth:
    return lambda facts: any(operand(facts) for operand in operands)


def _engagement(step: str, evidence: tuple[str, ...]) -> Truth:
    return lambda facts: any(facts.happened(step, what) for what in evidence)


def _is_true(value: _Value) -> Truth:
    return lambda facts: value(facts) is True
