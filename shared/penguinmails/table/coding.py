"""How values of an item are written in DynamoDB's typed JSON, and read back."""

from collections.abc import Mapping
from typing import Any, cast

from penguinmails.table.port import Item, Value

Typed = dict[str, Any]


def encode(value: Value) -> Typed:
    """Write one value; an empty set has no form in DynamoDB and is refused."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case bytes():
            return {"B": value}
        case frozenset():
            return {"SS": sorted(_filled(value))}
        case Mapping():
            return {"M": {name: encode(inner) for name, inner in value.items()}}
        case _:
            return {"L": [encode(inner) for inner in value]}


def decode(typed: Typed) -> Value:
    """Read one value."""
    ((kind, raw),) = typed.items()
    match kind:
        case "N":
            return float(raw) if "." in raw or "e" in raw or "E" in raw else int(raw)
        case "SS":
            return frozenset(raw)
        case "M":
            return {name: decode(inner) for name, inner in raw.items()}
        case "L":
            return [decode(inner) for inner in raw]
        case "NULL":
            return None
        case "B":
            return bytes(raw)
        case _:
            return cast("Value", raw)


def encode_item(item: Mapping[str, Value]) -> dict[str, Typed]:
    """Write a whole item."""
    return {name: encode(value) for name, value in item.items()}


def decode_item(typed: Mapping[str, Typed]) -> Item:
    """Read a whole item."""
    return {name: decode(value) for name, value in typed.items()}


def _filled(elements: frozenset[str]) -> frozenset[str]:
    if not elements:
        message = "an empty set cannot be kept: leave the attribute out"
        raise ValueError(message)
    return elements
