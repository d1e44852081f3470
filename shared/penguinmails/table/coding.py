"""What keys an item can have, and how its values are written in DynamoDB's typed JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from penguinmails.table.port import Item, Key, Value

Typed = dict[str, Any]

_MOST_DIGITS = 38
_LEAST, _MOST = -130, 125
"""The powers of ten between which DynamoDB keeps numbers."""
_LONGEST_PK, _LONGEST_SK = 2048, 1024
"""Bytes of the keys that DynamoDB takes."""


def valid(key: Key) -> Key:
    """Give the key back; one that no item can have is refused by a ValueError."""
    lengths = len(key.pk.encode()), len(key.sk.encode())
    if not all(lengths) or lengths[0] > _LONGEST_PK or lengths[1] > _LONGEST_SK:
        raise ValueError(f"no item can have the key {key}: a part of it is empty or too long")
    return key


def encode(value: Value) -> Typed:
    """Write one value; what DynamoDB cannot keep is refused by a ValueError."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str.__str__(value)}
        case int() | float():
            return {"N": _number(value)}
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
            return _read_number(raw)
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


def as_kept(item: Mapping[str, Value]) -> Item:
    """Copy an item as a table gives it back: a tuple as a list, 2.0 as 2."""
    return decode_item(encode_item(item))


def same(one: Value, other: Value) -> bool:
    """Tell whether two values are one in DynamoDB, where true is not 1."""
    return encode(one) == encode(other)


def sum_of(one: float, more: int) -> int | float:
    """Add as DynamoDB does: in decimals, in which 1 - 0.7 is 0.3."""
    return one + more if isinstance(one, int) else _read_number(str(Decimal(str(one)) + more))


def _number(value: float) -> str:
    """Write a number as DynamoDB gives it back: no exponent, no zeros after the point."""
    exact = Decimal(str(value))
    if not exact:
        return "0"
    if not exact.is_finite() or not _LEAST <= exact.adjusted() <= _MOST:
        raise ValueError(f"{value} cannot be kept: it is no number, too large or too small")
    text = f"{exact:f}"
    if len(text.replace(".", "").strip("-0")) > _MOST_DIGITS:
        raise ValueError(f"{value} cannot be kept: it has more than {_MOST_DIGITS} digits")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_number(text: str) -> int | float:
    exact = Decimal(text)
    whole = int(exact)
    return whole if whole == exact else float(exact)


def _filled(elements: frozenset[str]) -> frozenset[str]:
    if not elements:
        message = "an empty set cannot be kept: leave the attribute out"
        raise ValueError(message)
    return elements
