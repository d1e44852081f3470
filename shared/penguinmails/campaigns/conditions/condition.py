"""A condition: its text, what it reads, and how it is told whether it holds."""

from dataclasses import dataclass, field

from penguinmails.campaigns.conditions.evaluation import Truth, truth
from penguinmails.campaigns.conditions.expression import Attribute, Engagement, Expression, parts
from penguinmails.campaigns.conditions.grammar import read


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, ready to be evaluated; two with the same text are equal.

    `attributes` are the paths it reads below `contact`, `engagements` the pairs of a step's slug
    and what should have happened to its email.
    """

    text: str
    expression: Expression = field(compare=False, repr=False)
    evaluate: Truth = field(compare=False, repr=False)
    attributes: frozenset[tuple[str, ...]] = field(compare=False, repr=False)
    engagements: frozenset[tuple[str, str]] = field(compare=False, repr=False)


def parse(text: str) -> Condition:
    """Read a condition; raise ConditionError, with the column, if it is none."""
    expression = read(text)
    found = frozenset(parts(expression))
    return Condition(
        text,
        expression,
        truth(expression),
        frozenset(each.path for each in found if isinstance(each, Attribute)),
        frozenset((each.step, each.signal.value) for each in found if isinstance(each, Engagement)),
    )
