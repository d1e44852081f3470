"""What each condition says of attributes that are there, that are not, and that lie in maps."""

import pytest

from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Item,
    Key,
    Table,
    absent,
    below,
    differs,
    equals,
    lacks,
    one_of,
    present,
    smaller,
)

KEY = Key("p", "1")
ITEM: Item = {
    "pk": "p",
    "sk": "1",
    "n": 5,
    "fraction": 0.5,
    "text": "b",
    "raw": b"b",
    "yes": True,
    "none": None,
    "set": frozenset({"a", "b"}),
    "list": ["a", 1],
    "map": {"n": 5, "none": None, "map": {"text": "b"}, "set": frozenset({"a"})},
}

TRUE = [
    equals("n", 5),
    equals("n", 5.0),
    equals("fraction", 0.5),
    equals("text", "b"),
    equals("raw", b"b"),
    equals("yes", value=True),
    equals("none", None),
    equals("set", frozenset({"b", "a"})),
    equals("list", ["a", 1]),
    equals("list", ("a", 1)),
    equals("map.n", 5),
    equals("map.none", None),
    equals("map.map.text", "b"),
    equals("map.map", {"text": "b"}),
    differs("n", 6),
    differs("n", "5"),
    differs("yes", 1),
    differs("nowhere", 5),
    differs("map.n", 6),
    differs("map.nowhere", 5),
    differs("nowhere.n", 5),
    absent("nowhere"),
    absent("map.nowhere"),
    absent("nowhere.n"),
    absent("n.n"),
    present("n"),
    present("none"),
    present("map.none"),
    present("map.map.text"),
    one_of("n", 4, 5),
    one_of("text", "b"),
    one_of("none", None, 1),
    one_of("map.map.text", "a", "b"),
    below("n", 6),
    below("n", 5.5),
    below("fraction", 1),
    below("text", "c"),
    below("text", "ba"),
    below("raw", b"c"),
    below("map.n", 6),
    lacks("set", "c"),
    lacks("nowhere", "a"),
    lacks("map.set", "b"),
    lacks("map.nowhere", "a"),
    smaller("set", 3),
    smaller("map.set", 2),
]

FALSE = [
    equals("n", 6),
    equals("n", "5"),
    equals("yes", 1),
    equals("none", 0),
    equals("none", value=False),
    equals("set", frozenset({"a"})),
    equals("set", ["a", "b"]),
    equals("list", [1, "a"]),
    equals("nowhere", None),
    equals("nowhere", 5),
    equals("map.nowhere", None),
    equals("nowhere.n", 5),
    equals("n.n", 5),
    differs("n", 5),
    differs("n", 5.0),
    differs("none", None),
    differs("map.map.text", "b"),
    absent("n"),
    absent("none"),
    absent("map.none"),
    present("nowhere"),
    present("map.nowhere"),
    present("nowhere.n"),
    present("n.n"),
    one_of("n", 4, 6),
    one_of("n", "5"),
    one_of("yes", 1, 2),
    one_of("nowhere", None, 5),
    one_of("map.nowhere", 5),
    below("n", 5),
    below("n", 4.5),
    below("n", "6"),
    below("text", "b"),
    below("text", 6),
    below("yes", 2),
    below("none", 6),
    below("set", "z"),
    below("nowhere", 6),
    below("map.nowhere", 6),
    lacks("set", "a"),
    lacks("map.set", "a"),
    smaller("set", 2),
    smaller("map.set", 1),
    smaller("nowhere", 1),
    smaller("map.nowhere", 1),
]


def is_met(table: Table, condition: Condition) -> bool:
    try:
        table.update(KEY, Change(expect=[condition]))
    except ConditionFailed:
        return False
    return True


def test_conditions_that_are_true_of_an_item_let_a_change_through(table: Table) -> None:
    table.put(ITEM)
    assert [condition for condition in TRUE if not is_met(table, condition)] == []


def test_conditions_that_are_false_of_an_item_stop_a_change(table: Table) -> None:
    table.put(ITEM)
    assert [condition for condition in FALSE if is_met(table, condition)] == []
    assert table.get(KEY) == ITEM


def test_conditions_are_asked_of_an_item_that_is_not_there_as_of_an_empty_one(
    table: Table,
) -> None:
    met = [absent("pk"), absent("map.n"), differs("n", 5), lacks("set", "a")]
    unmet = [present("pk"), equals("n", None), one_of("n", 5), below("n", 5), smaller("set", 5)]
    assert [condition for condition in unmet if is_met(table, condition)] == []
    for condition in met:
        assert is_met(table, condition)
        table.delete(KEY)


@pytest.mark.parametrize("failing", range(3))
def test_all_conditions_have_to_be_met_in_whatever_order(table: Table, failing: int) -> None:
    table.put(ITEM)
    expect = [equals("n", 5), present("map.n"), lacks("set", "c")]
    table.update(KEY, Change({"n": 5}, expect=expect))
    expect[failing] = absent("n")
    with pytest.raises(ConditionFailed):
        table.update(KEY, Change({"n": 6}, expect=expect))


def test_a_condition_may_name_what_the_change_removes_and_adds_to(table: Table) -> None:
    table.put(ITEM)
    change = Change({"text": "c"}, ["none"], {"n": 1}, [equals("text", "b"), equals("n", 5)])
    changed = table.update(KEY, change)
    assert (changed["text"], changed["n"], "none" in changed) == ("c", 6, False)
