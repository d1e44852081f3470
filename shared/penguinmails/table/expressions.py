"""Conditions and changes as PynamoDB expressions, with their placeholders filled in."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

from pynamodb.expressions.condition import And, Not, size
from pynamodb.expressions.condition import Condition as Expression
from pynamodb.expressions.operand import Path
from pynamodb.expressions.operand import Value as Operand
from pynamodb.expressions.update import Action, AddAction, RemoveAction, SetAction, Update

from penguinmails.table.coding import encode
from penguinmails.table.port import Change, Condition, Op, Value


class Expressions:
    """Collects the expressions of one call, which share their placeholders."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self.arguments: dict[str, Any] = {}

    def partition(self, pk: str, prefix: str) -> "Expressions":
        """Select a partition's items whose `sk` starts with the prefix."""
        within: Expression = Path("pk") == _operand(pk)
        if prefix:
            within = And(within, Path("sk").startswith(prefix))
        self.arguments["KeyConditionExpression"] = within.serialize(self._names, self._values)
        return self

    def require(self, expect: Sequence[Condition]) -> "Expressions":
        """Require all of the conditions, and ask for the old item if one fails."""
        if expect:
            all_of = reduce(And, (_expression(condition) for condition in expect))
            self.arguments["ConditionExpression"] = all_of.serialize(self._names, self._values)
            self.arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return self

    def change(self, change: Change) -> "Expressions":
        """Put, remove and add what the change says."""
        text = Update(*_actions(change)).serialize(self._names, self._values)
        if text:
            self.arguments["UpdateExpression"] = text
        return self

    def filled(self) -> dict[str, Any]:
        """Give the call's arguments with the placeholders that were used."""
        names = {short: name for name, short in self._names.items()}
        extra = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": self._values}
        return self.arguments | {name: used for name, used in extra.items() if used}


def _operand(value: Value) -> Operand:
    return Operand(encode(value))


def _expression(condition: Condition) -> Expression:
    path = Path(condition.path.split("."))
    match condition.op:
        case Op.EQUALS:
            return path == _operand(condition.value)
        case Op.DIFFERS:
            return path != _operand(condition.value)
        case Op.ABSENT:
            return path.does_not_exist()
        case Op.PRESENT:
            return path.exists()
        case Op.ONE_OF:
            return path.is_in(*(_operand(value) for value in _sequence(condition.value)))
        case Op.BELOW:
            return path < _operand(condition.value)
        case Op.LACKS:
            return Not(path.contains(_operand(condition.value)))
        case Op.SMALLER:
            fewer: Expression = size(path) < _operand(condition.value)  # type: ignore[no-untyped-call]
            return fewer


def _sequence(value: Value) -> Sequence[Value]:
    return value if isinstance(value, list) else [value]


def _actions(change: Change) -> list[Action]:
    return [
        *(SetAction(Path([name]), _operand(value)) for name, value in change.put.items()),
        *(RemoveAction(Path(path.split("."))) for path in change.remove),
        *(AddAction(Path([name]), _operand(more)) for name, more in change.add.items()),
    ]
