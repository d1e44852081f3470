"""A list over partitions, in memory and in the emulator: full pages, none of them empty."""

import pytest

from penguinmails.table.listing import listed
from penguinmails.table.port import Item, Key, Page, Table, key_of

SHARDS = ("p0", "p1", "p2", "p3", "p4")
LIMIT = 3


def filled(table: Table, *keys: tuple[str, str]) -> None:
    """Put an item at each partition and place."""
    table.put_many([{"pk": pk, "sk": sk} for pk, sk in keys])


def pages(table: Table, *, prefix: str = "", newest_first: bool = False) -> list[list[str]]:
    """Read a list to its end; give the items of each page, as one word each."""
    found: list[list[str]] = []
    after: Key | None = None
    while True:
        page = listed(table, SHARDS, after, LIMIT, prefix=prefix, newest_first=newest_first)
        found.append([named(item) for item in page.items])
        after = page.after
        if after is None:
            return found


def named(item: Item) -> str:
    return "".join(key_of(item))


def test_a_list_goes_on_where_partitions_are_empty(table: Table) -> None:
    filled(table, ("p1", "a"), ("p3", "b"), ("p3", "c"), ("p3", "d"), ("p4", "e"))
    assert pages(table) == [["p1a", "p3b", "p3c"], ["p3d", "p4e"]]


def test_a_full_page_has_no_next_one_if_nothing_is_left(table: Table) -> None:
    filled(table, ("p0", "a"), ("p1", "b"), ("p2", "c"))
    assert pages(table) == [["p0a", "p1b", "p2c"]]
    filled(table, ("p4", "d"))
    assert pages(table) == [["p0a", "p1b", "p2c"], ["p4d"]]


def test_a_list_of_nothing_is_one_empty_page(table: Table) -> None:
    filled(table, ("another", "a"))
    assert pages(table) == [[]]


def test_a_list_keeps_to_its_prefix_and_its_order(table: Table) -> None:
    filled(table, *(("p2", f"a{number}") for number in range(4)), ("p2", "b"), ("p3", "c"))
    assert pages(table, prefix="a", newest_first=True) == [["p2a3", "p2a2", "p2a1"], ["p2a0"]]


def test_a_page_starts_after_an_item_that_is_gone(table: Table) -> None:
    filled(table, ("p1", "a"), ("p2", "b"))
    assert listed(table, SHARDS, Key("p1", "aa"), LIMIT) == Page([{"pk": "p2", "sk": "b"}], None)


def test_a_page_of_large_items_ends_early_and_is_not_empty(table: Table) -> None:
    large: list[Item] = [{"pk": "p1", "sk": sk, "text": "x" * 300_000} for sk in "abcdef"]
    table.put_many(large)
    found = pages(table)
    assert all(found)
    assert [name for page in found for name in page] == [f"p1{sk}" for sk in "abcdef"]


def test_a_page_starts_in_one_of_the_partitions(table: Table) -> None:
    with pytest.raises(ValueError, match=r"."):
        listed(table, SHARDS, Key("another", "a"), LIMIT)
