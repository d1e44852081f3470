"""What a call costs in DynamoDB's units, from the sizes of items, where its answer does not say."""

from collections.abc import Mapping, Sequence
from typing import Any

Typed = Mapping[str, Any]

_READ_BYTES, _WRITE_BYTES = 4096, 1024
_EVENTUAL = 0.5
"""A read that need not be consistent costs half."""


def write_units(item: Mapping[str, Typed] | None) -> float:
    """Units of a write that a condition stopped: those of what stood there, and at least one."""
    return _started(size_of(item or {}), _WRITE_BYTES)


def read_units(operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Units of a read: by item where items are named, by page where they are found."""
    match operation:
        case "DescribeTable":
            return 0.0
        case "GetItem":
            units = _started(size_of(answer.get("Item", {})), _READ_BYTES)
        case "BatchGetItem":
            return sum(_batch_units(name, part, answer) for name, part in _parts(asked))
        case _:
            units = _started(sum(map(size_of, answer["Items"])), _READ_BYTES)
    return units if asked.get("ConsistentRead") else units * _EVENTUAL


def size_of(item: Mapping[str, Typed]) -> int:
    """Bytes of an item as DynamoDB bills it: names and values."""
    return sum(_bytes(name) + _value_size(value) for name, value in item.items())


def _parts(asked: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    return list(asked["RequestItems"].items())


def _batch_units(name: str, part: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    found = answer["Responses"].get(name, [])
    left = answer.get("UnprocessedKeys", {}).get(name, {}).get("Keys", [])
    missing = len(part["Keys"]) - len(left) - len(found)
    units = missing + sum(_started(size_of(item), _READ_BYTES) for item in found)
    return units if part.get("ConsistentRead") else units * _EVENTUAL


def _started(size: int, step: int) -> float:
    return float(max(1, -(-size // step)))


def _value_size(value: Typed) -> int:
    ((kind, raw),) = value.items()
    match kind:
        case "S":
            return _bytes(raw)
        case "N":
            return (len(str(raw).strip("-.0")) + 1) // 2 + 1 + str(raw).startswith("-")
        case "B":
            return len(raw)
        case "SS":
            return sum(map(_bytes, raw))
        case "M":
            return 3 + len(raw) + size_of(raw)
        case "L":
            return 3 + len(raw) + sum(map(_value_size, raw))
        case _:
            return 1


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
