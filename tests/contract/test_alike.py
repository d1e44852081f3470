"""Whatever is done to both, the table in memory and the one in the emulator answer alike."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Item,
    Key,
    Op,
    Page,
    Table,
    Value,
    key_of,
)
from tests.contract.places import Place

pytestmark = pytest.mark.emulator

EXAMPLES, STEPS = 60, 20

Deed = Callable[[Table], object]

keys = st.builds(Key, st.sampled_from(["p", "q"]), st.sampled_from(["a", "aa", "b", "é", "🐧"]))
names = st.sampled_from(["n", "t", "m", "x"])
paths = st.sampled_from(["n", "s", "t", "m", "x", "m.a", "m.b", "m.a.a", "n.a", "x.y", "pk", "sk"])
sets = st.frozensets(st.sampled_from("abc"), min_size=1)
numbers = st.integers(-3, 3) | st.sampled_from([0.5, 2.0, 10**20])
plain = st.none() | st.booleans() | numbers | st.text(max_size=2) | st.binary(max_size=2)
values = st.recursive(
    plain | sets,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)
typed: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {},
    optional={"n": numbers, "s": sets, "t": st.sampled_from(["", "a", "b"]), "m": values},
)


def conditions() -> st.SearchStrategy[Condition]:
    orderable = numbers | st.sampled_from(["", "a", "b"]) | st.sampled_from([b"", b"a"])
    return st.one_of(
        st.builds(Condition, paths, st.sampled_from([Op.EQUALS, Op.DIFFERS]), values),
        st.builds(Condition, paths, st.sampled_from([Op.ABSENT, Op.PRESENT])),
        st.builds(Condition, paths, st.just(Op.ONE_OF), st.lists(values, min_size=1, max_size=3)),
        st.builds(Condition, paths, st.just(Op.BELOW), orderable),
        st.builds(Condition, paths, st.just(Op.LACKS), st.sampled_from("abc")),
        st.builds(Condition, st.just("s"), st.just(Op.SMALLER), st.integers(0, 3)),
    )


@st.composite
def changes(draw: st.DrawFn) -> Change:
    put = draw(st.one_of(typed, st.dictionaries(names, values, max_size=2)))
    free = [name for name in ("n", "s", "x") if name not in put]
    remove = draw(st.lists(st.sampled_from(free), unique=True, max_size=1)) if free else []
    add: dict[str, int | frozenset[str]] = {}
    untouched = [name for name in free if name not in remove and draw(st.booleans())]
    if "n" in untouched:
        add["n"] = draw(st.integers(-3, 3))
    if "s" in untouched:
        add["s"] = draw(sets)
    return Change(put, remove, add, draw(st.lists(conditions(), max_size=2)))


def item(key: Key, attributes: dict[str, Value]) -> Item:
    return {**attributes, "pk": key.pk, "sk": key.sk}


items = st.builds(item, keys, typed)
prefixes = st.sampled_from(["", "a", "é", "z"])


def put(one: Item, expect: list[Condition]) -> Deed:
    return lambda table: table.put(one, *expect)


def put_many(several: list[Item]) -> Deed:
    return lambda table: table.put_many(several)


def insert_many(several: list[Item]) -> Deed:
    return lambda table: sorted(table.insert_many(several))


def update(key: Key, change: Change) -> Deed:
    return lambda table: table.update(key, change)


def delete(key: Key) -> Deed:
    return lambda table: table.delete(key)


def get(key: Key) -> Deed:
    return lambda table: table.get(key)


def get_many(several: list[Key]) -> Deed:
    return lambda table: in_order(table.get_many(several))


def query(pk: str, prefix: str, after: str | None, limit: int, *, newest_first: bool) -> Deed:
    start = None if after is None else Key(pk, prefix + after)
    return lambda table: table.query(
        pk, prefix=prefix, after=start, limit=limit, newest_first=newest_first
    )


def scan() -> Deed:
    return lambda table: in_order(
        list(table.scan(segment=0, segments=1, after=None, limit=1000).items)
    )


def in_order(found: list[Item]) -> list[Item]:
    return sorted(found, key=lambda one: (str(one["pk"]), str(one["sk"])))


deeds = st.one_of(
    st.builds(put, items, st.lists(conditions(), max_size=2)),
    st.builds(put_many, st.lists(items, max_size=4)),
    st.builds(insert_many, st.lists(items, max_size=4, unique_by=key_of)),
    st.builds(update, keys, changes()),
    st.builds(update, keys, changes()),
    st.builds(delete, keys),
    st.builds(get, keys),
    st.builds(get_many, st.lists(keys, max_size=6)),
    st.builds(
        query,
        st.sampled_from(["p", "q", "nobody"]),
        prefixes,
        st.none() | st.sampled_from(["a", "b", "é"]),
        st.integers(1, 4),
        newest_first=st.booleans(),
    ),
    st.builds(scan),
)


def answer(deed: Deed, table: Table) -> object:
    """Give what came of it: the answer, or which error, and what stood there."""
    try:
        return deed(table)
    except ConditionFailed as failure:
        return "not as expected", failure.item
    except ValueError:
        return "refused"


@given(steps=st.lists(deeds, min_size=STEPS // 2, max_size=STEPS))
@settings(max_examples=EXAMPLES)
def test_the_same_deeds_have_the_same_answers(place: Place, steps: list[Deed]) -> None:
    real, fake = place.new_table("alike"), MemoryTable()
    for deed in steps:
        assert told_apart(answer(deed, fake)) == told_apart(answer(deed, real))
    assert told_apart(answer(scan(), fake)) == told_apart(answer(scan(), real))


def told_apart(found: object) -> object:
    """Make true and 1, which are equal, differ."""
    match found:
        case dict():
            return {name: told_apart(inner) for name, inner in found.items()}
        case list() | tuple():
            return [told_apart(inner) for inner in found]
        case frozenset():
            return found
        case Page():
            return told_apart(list(found.items)), found.after
        case _:
            return type(found), found
