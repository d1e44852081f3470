"""What a condition says, as a tree: comparisons, engagement, text tests, and, or, not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Signal(StrEnum):
    """What may have happened to the email of a step."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    BOUNCED = "bounced"
    REPLIED = "replied"


# Who clicked has opened, images or not; and whatever comes back, the email was sent.
EVIDENCE: Mapping[Signal, tuple[Signal, ...]] = MappingProxyType(
    {
        Signal.SENT: tuple(Signal),
        Signal.DELIVERED: (Signal.DELIVERED, Signal.OPENED, Signal.CLICKED, Signal.REPLIED),
        Signal.OPENED: (Signal.OPENED, Signal.CLICKED),
        Signal.CLICKED: (Signal.CLICKED,),
        Signal.BOUNCED: (Signal.BOUNCED,),
        Signal.REPLIED: (Signal.REPLIED,),
    }
)


class Operator(StrEnum):
    """How two values are compared."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Method(StrEnum):
    """What may be asked of a text."""

    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written down."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A contact's attribute: `contact.address.city` has the path (address, city)."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Engagement:
    """Whether something happened to the email of a named step."""

    step: str
    signal: Signal


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of values written down."""

    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and how they must relate; false when one is missing or of another type."""

    left: "Expression"
    operator: Operator
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Membership:
    """A value that must be in a list, written down or a contact's."""

    value: "Expression"
    choices: Choices | Attribute


@dataclass(frozen=True, slots=True)
class TextTest:
    """A test of a contact's text."""

    subject: Attribute
    method: Method
    argument: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Every:
    """True when all operands are."""

    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """True when one operand is."""

    operands: tuple["Expression", ...]


Expression = (
    Literal | Attribute | Engagement | Comparison | Membership | TextTest | Not | Every | Either
)


def parts(expression: Expression) -> Iterator[Expression]:
    """Yield the expression and all within it."""
    yield expression
    for inner in _within(expression):
        yield from parts(inner)


def _within(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Comparison(left, _, right):
            return (left, right)
        case Membership(value, Attribute() as choices):
            return (value, choices)
        case Membership(value, Choices()):
            return (value,)
        case TextTest(subject):
            return (subject,)
        case Not(operand):
            return (operand,)
        case Every(operands) | Either(operands):
            return operands
        case _:
            return ()
