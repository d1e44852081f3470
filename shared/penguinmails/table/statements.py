"""Insertions of many items as one batch of PartiQL statements, and what its answer says of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from penguinmails.table.coding import encode_item
from penguinmails.table.port import Item, Key, key_of

_TAKEN = "DuplicateItem"
_PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "ThrottlingError",
    "TransactionConflict",
}


def insertions(table: str, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Write one statement for each item; an insertion fails where the key is taken."""
    return [_insertion(table, encode_item(item)) for item in items]


def taken(items: Sequence[Item], answer: Mapping[str, Any]) -> list[Key]:
    """Give the keys of the items that stood there already."""
    return [key_of(item) for item, code in _codes(items, answer) if code == _TAKEN]


def left(items: Sequence[Item], answer: Mapping[str, Any]) -> list[Item]:
    """Give the items that the table was too busy for; any other refusal is a ValueError."""
    refused = [(item, code) for item, code in _codes(items, answer) if code not in {"", _TAKEN}]
    wrong = {code for _, code in refused} - _PASSING
    if wrong:
        raise ValueError(f"the table takes no such items: {', '.join(sorted(wrong))}")
    return [item for item, _ in refused]


def _insertion(table: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    places = ", ".join(f"{_quoted(name)}: ?" for name in typed)
    return {
        "Statement": f'INSERT INTO "{table}" VALUE {{{places}}}',
        "Parameters": list(typed.values()),
    }


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _codes(items: Sequence[Item], answer: Mapping[str, Any]) -> Iterator[tuple[Item, str]]:
    """Pair each item with the code of its error, or with nothing."""
    codes = (part.get("Error", {}).get("Code", "") for part in answer["Responses"])
    return zip(items, codes, strict=True)
