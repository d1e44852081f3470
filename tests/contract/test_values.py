"""Which values a table keeps, and that they come back as they were."""

import math
from enum import IntEnum, StrEnum

import pytest

from penguinmails.table.coding import decode, encode
from penguinmails.table.port import Change, Key, Table, Value

KEY = Key("p", "1")


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    LARGE = 3


KEPT: list[Value] = [
    None,
    True,
    False,
    0,
    -1,
    1_772_442_000_000,
    10**37,
    10**125,
    -(2**126),
    int("9" * 38),
    0.5,
    -2.25,
    1e-7,
    0.1 + 0.2,
    1.5e-130,
    1 / 3,
    "",
    "plain",
    "Zoë 🐧 中文 \x00\n\"'",
    b"",
    b"\x00\xff",
    bytes(range(256)),
    frozenset({"a"}),
    frozenset({"", "é", "🐧"}),
    [],
    [None, True, 1, 0.5, "a", b"a", frozenset({"a"}), [[]], {"a": [1]}],
    {},
    {"": 1, "a.b": {"c": {"d": [1, {"e": None}]}}, "é": frozenset({"x"}), "raw": b"\xff"},
]


def kinds(value: Value) -> object:
    """Give the types all the way down, which equality alone does not tell apart."""
    match value:
        case dict():
            return {name: kinds(inner) for name, inner in value.items()}
        case list():
            return [kinds(inner) for inner in value]
        case _:
            return type(value)


def returned(table: Table, value: Value) -> Value:
    table.put({"pk": "p", "sk": "1", "value": value})
    item = table.get(KEY)
    assert item is not None
    return item["value"]


def test_a_value_of_every_type_comes_back_as_it_was(table: Table) -> None:
    for value in KEPT:
        found = returned(table, value)
        assert (found, kinds(found)) == (value, kinds(value))


def test_a_change_keeps_values_as_a_put_does(table: Table) -> None:
    for value in KEPT:
        found = table.update(KEY, Change({"value": value}))["value"]
        assert (found, kinds(found)) == (value, kinds(value))


def test_an_insertion_keeps_values_as_a_put_does(table: Table) -> None:
    items = [{"pk": "p", "sk": f"{n:02}", "value": value} for n, value in enumerate(KEPT)]
    table.insert_many(items)
    found = table.query("p").items
    assert (found, kinds(list(found))) == (items, kinds(items))


def test_a_query_and_a_scan_give_the_same_values(table: Table) -> None:
    items = [{"pk": "p", "sk": f"{n:02}", "value": value} for n, value in enumerate(KEPT)]
    table.put_many(items)
    assert table.query("p").items == items
    scanned = table.scan(segment=0, segments=1, after=None, limit=1000).items
    assert sorted(scanned, key=lambda item: str(item["sk"])) == items


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((1, ("a",)), [1, ["a"]]),
        (2.0, 2),
        (-0.0, 0),
        (1e20, 10**20),
        (Colour.RED, "red"),
        (Size.LARGE, 3),
        (frozenset({Colour.RED}), frozenset({"red"})),
    ],
)
def test_what_has_no_form_of_its_own_comes_back_in_another(
    table: Table, given: Value, kept: Value
) -> None:
    found = returned(table, given)
    assert (found, kinds(found)) == (kept, kinds(kept))


@pytest.mark.parametrize(
    "value",
    [
        frozenset(),
        {"deep": [frozenset()]},
        math.nan,
        math.inf,
        -math.inf,
        1e126,
        1e-131,
        10**126,
        int("1" * 39),
    ],
)
def test_a_value_that_no_table_keeps_is_refused(table: Table, value: Value) -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        table.put({"pk": "p", "sk": "1", "value": value})
    with pytest.raises(ValueError, match="cannot be kept"):
        table.update(KEY, Change({"value": value}))
    with pytest.raises(ValueError, match="cannot be kept"):
        table.put_many([{"pk": "p", "sk": "1", "value": value}])
    with pytest.raises(ValueError, match="cannot be kept"):
        table.insert_many([{"pk": "p", "sk": "1", "value": value}])
    assert table.get(KEY) is None


def test_an_empty_set_cannot_be_added(table: Table) -> None:
    table.put({"pk": "p", "sk": "1", "set": frozenset({"a"})})
    with pytest.raises(ValueError, match="empty set"):
        table.update(KEY, Change({}, (), {"set": frozenset()}))


def test_numbers_are_read_in_any_notation() -> None:
    texts = ["1E+3", "1e3", "1000.0", "1.5E-7", "-0", "12345678901234567890123456789012345678"]
    numbers = [1000, 1000, 1000, 1.5e-7, 0, 12345678901234567890123456789012345678]
    assert [decode({"N": text}) for text in texts] == numbers
    assert encode(1e-7) == {"N": "0.0000001"}
