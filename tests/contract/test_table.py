"""What a table does with items by key: reads them, pages through them, writes and changes them."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from penguinmails.table.port import (
    Change,
    ConditionFailed,
    Item,
    Key,
    Page,
    Table,
    Value,
    absent,
    equals,
    present,
)

KEY = Key("p", "1")
LONGEST_PK, LONGEST_SK = 2048, 1024


def named(*names: str, pk: str = "p") -> list[Item]:
    return [{"pk": pk, "sk": name} for name in names]


def filled(table: Table, items: Iterable[Item]) -> Table:
    table.put_many(list(items))
    return table


def places(page: Page) -> list[str]:
    return [str(item["sk"]) for item in page.items]


def walked(read: Callable[[Key | None], Page]) -> list[Item]:
    page = read(None)
    items = list(page.items)
    while page.after is not None:
        page = read(page.after)
        items += page.items
    return items


# ---- reading by key


def test_an_item_that_is_not_there_is_none(table: Table) -> None:
    assert table.get(KEY) is None


def test_many_items_are_read_at_once_each_one_time(table: Table) -> None:
    items: list[Item] = [{"pk": f"p{n % 7}", "sk": f"{n}", "n": n} for n in range(230)]
    table.put_many(items)
    keys = [Key(str(item["pk"]), str(item["sk"])) for item in items]
    found = table.get_many([*keys, Key("p0", "none"), *keys[:50]])
    assert sorted(item["n"] for item in found) == list(range(230))  # type: ignore[type-var]


def test_no_keys_give_no_items(table: Table) -> None:
    assert table.get_many([]) == []


def test_what_was_read_is_a_copy(table: Table) -> None:
    table.put({"pk": "p", "sk": "1", "map": {"a": 1}})
    read = table.get(KEY)
    assert read is not None
    read["map"]["a"] = 2  # type: ignore[index]
    assert table.get(KEY) == {"pk": "p", "sk": "1", "map": {"a": 1}}


# ---- queries


def test_a_query_reads_one_partition_in_order(table: Table) -> None:
    filled(table, [*named("b", "a", "c"), *named("a", pk="other")])
    assert table.query("p") == Page(named("a", "b", "c"), None)
    assert places(table.query("p", newest_first=True)) == ["c", "b", "a"]


def test_a_partition_without_items_is_an_empty_page(table: Table) -> None:
    assert table.query("nobody") == Page([], None)


def test_a_query_reads_only_what_starts_with_the_prefix(table: Table) -> None:
    filled(table, named("a", "b", "b#1", "b#2", "bc", "c"))
    assert places(table.query("p", prefix="b#")) == ["b#1", "b#2"]
    assert places(table.query("p", prefix="b", newest_first=True)) == ["bc", "b#2", "b#1", "b"]


def test_sort_keys_are_in_the_order_of_their_utf_8_bytes(table: Table) -> None:
    names = ["", "Z", "a", "~", "é", "ß", "中", "\ufffd", "\U0001f427"]
    ordered = [f"n{name}" for name in names]
    filled(table, named(*reversed(ordered)))
    assert places(table.query("p")) == sorted(ordered, key=str.encode)
    after = Key("p", "n\ufffd")
    assert places(table.query("p", after=after)) == ["n\U0001f427"]
    assert places(table.query("p", after=after, newest_first=True))[0] == "n中"


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_follow_each_other_without_a_gap(table: Table, *, newest_first: bool) -> None:
    names = [f"a{number:02}" for number in range(23)]
    filled(table, named(*names, "b"))
    items = walked(
        lambda after: table.query("p", prefix="a", after=after, limit=5, newest_first=newest_first)
    )
    assert [item["sk"] for item in items] == sorted(names, reverse=newest_first)


def test_a_page_as_long_as_its_limit_has_a_next_one_even_if_it_is_empty(table: Table) -> None:
    filled(table, named("a", "b"))
    first = table.query("p", limit=2)
    assert first.after == Key("p", "b")
    assert table.query("p", after=first.after, limit=2) == Page([], None)


def test_a_page_may_start_after_an_item_that_is_gone(table: Table) -> None:
    filled(table, named("a", "c"))
    assert places(table.query("p", after=Key("p", "b"))) == ["c"]


def test_a_page_cannot_start_outside_its_query(strict_table: Table) -> None:
    filled(strict_table, named("a", "b"))
    for prefix, after in (("", Key("other", "a")), ("a", Key("p", "b"))):
        with pytest.raises(ValueError, match=r"."):
            strict_table.query("p", prefix=prefix, after=after)


def test_a_walk_through_large_items_ends_with_all_of_them(table: Table) -> None:
    filled(table, [{"pk": "p", "sk": f"{n}", "text": "x" * 300_000} for n in range(5)])
    assert len(walked(lambda after: table.query("p", after=after))) == 5


# ---- insertions


def test_items_are_inserted_where_nothing_stands(table: Table) -> None:
    filled(table, [{"pk": "p", "sk": "07", "old": True}, {"pk": "p", "sk": "31", "old": True}])
    items: list[Item] = [{"pk": "p", "sk": f"{n:02}", "n": n} for n in range(60)]
    assert sorted(table.insert_many(items)) == [Key("p", "07"), Key("p", "31")]
    found = table.query("p").items
    assert [item.get("n", "old") for item in found] == [
        "old" if n in {7, 31} else n for n in range(60)
    ]


def test_inserting_again_changes_nothing(table: Table) -> None:
    items = named("a", "b")
    assert table.insert_many(items) == []
    assert table.insert_many([{**item, "n": 1} for item in items]) == [Key("p", "a"), Key("p", "b")]
    assert table.query("p").items == items


def test_no_items_are_inserted_without_a_word(table: Table) -> None:
    assert table.insert_many([]) == []


# ---- scans


@pytest.mark.parametrize("segments", [1, 3])
def test_the_segments_of_a_scan_are_disjoint_and_together_everything(
    table: Table, segments: int
) -> None:
    items: list[Item] = [{"pk": f"p{n % 20}", "sk": f"{n}", "n": n} for n in range(60)]
    table.put_many(items)

    def walk(segment: int) -> list[Item]:
        return walked(
            lambda after: table.scan(segment=segment, segments=segments, after=after, limit=7)
        )

    found = [item["n"] for segment in range(segments) for item in walk(segment)]
    assert sorted(found) == list(range(60))  # type: ignore[type-var]


def test_a_scan_that_is_under_way_misses_nobody_when_others_come(table: Table) -> None:
    filled(table, [item for pk in "bdfhjl" for item in named("1", pk=pk)])
    first = [table.scan(segment=s, segments=2, after=None, limit=1) for s in range(2)]
    filled(table, [item for pk in "aceg" for item in named("1", pk=pk)])
    rest = [
        item
        for s, page in enumerate(first)
        for item in walked(
            lambda after, s=s, page=page: table.scan(  # type: ignore[misc]
                segment=s, segments=2, after=after or page.after, limit=2
            )
        )
    ]
    found = {str(item["pk"]) for item in [*first[0].items, *first[1].items, *rest]}
    assert found >= set("bdfhjl")


# ---- puts and deletes


def test_a_put_replaces_the_whole_item(table: Table) -> None:
    table.put({"pk": "p", "sk": "1", "a": 1})
    table.put({"pk": "p", "sk": "1", "b": 2})
    assert table.get(KEY) == {"pk": "p", "sk": "1", "b": 2}


def test_a_put_that_expects_nothing_succeeds_once(table: Table) -> None:
    first: Item = {"pk": "p", "sk": "1", "by": "first"}
    table.put(first, absent("pk"))
    with pytest.raises(ConditionFailed) as failure:
        table.put({"pk": "p", "sk": "1", "by": "second"}, absent("pk"))
    assert failure.value.item == first
    assert table.get(KEY) == first


def test_a_put_needs_every_condition(table: Table) -> None:
    table.put({"pk": "p", "sk": "1", "a": 1, "b": 1})
    with pytest.raises(ConditionFailed):
        table.put({"pk": "p", "sk": "1"}, equals("a", 1), equals("b", 2))
    table.put({"pk": "p", "sk": "1"}, equals("a", 1), equals("b", 1))
    assert table.get(KEY) == {"pk": "p", "sk": "1"}


def test_many_items_are_written_at_once_and_the_last_of_a_key_stands(table: Table) -> None:
    table.put_many([{"pk": "p", "sk": f"{n % 60:02}", "n": n} for n in range(90)])
    found = [item["n"] for item in table.query("p").items]
    assert found == [*range(60, 90), *range(30, 60)]


def test_writing_no_items_writes_nothing(table: Table) -> None:
    table.put_many([])
    assert table.query("p").items == []


def test_a_delete_removes_one_item_and_may_come_twice(table: Table) -> None:
    filled(table, named("1", "2"))
    table.delete(KEY)
    table.delete(KEY)
    assert places(table.query("p")) == ["2"]


@pytest.mark.parametrize(
    "key",
    [
        Key("p", ""),
        Key("", "1"),
        Key("p", "é" * (LONGEST_SK // 2) + "x"),
        Key("x" * (LONGEST_PK + 1), "1"),
    ],
)
def test_a_key_that_no_item_can_have_is_refused(table: Table, key: Key) -> None:
    deeds: list[Callable[[], object]] = [
        lambda: table.put({"pk": key.pk, "sk": key.sk}),
        lambda: table.update(key, Change({"a": 1})),
        lambda: table.get(key),
    ]
    for deed in deeds:
        with pytest.raises(ValueError, match=r"."):
            deed()


@pytest.mark.parametrize("wrong", [{"sk": ""}, {"sk": "x" * (LONGEST_SK + 1)}, {"a": frozenset()}])
def test_one_wrong_item_keeps_all_from_being_written(table: Table, wrong: dict[str, Value]) -> None:
    items = [*named("a", "b"), {"pk": "p", "sk": "c", **wrong}, *named("d")]
    for deed in (table.put_many, table.insert_many):
        with pytest.raises(ValueError, match=r"."):
            deed(items)
        assert table.query("p").items == []


def test_a_name_with_quotes_is_inserted_as_it_is(table: Table) -> None:
    item: Item = {"pk": "p", "sk": "1", "it's": 1, '"': 2, "''": 3}
    table.insert_many([item])
    assert table.get(KEY) == item


# ---- updates


def test_an_update_puts_removes_and_adds_and_gives_the_new_item(table: Table) -> None:
    table.put({"pk": "p", "sk": "1", "old": 1, "gone": 1, "n": 2, "set": frozenset({"a"})})
    change = Change(
        {"old": "new", "more": [1]}, ["gone", "never"], {"n": -3, "set": frozenset({"a", "b"})}
    )
    expected = {
        "pk": "p",
        "sk": "1",
        "old": "new",
        "more": [1],
        "n": -1,
        "set": frozenset({"a", "b"}),
    }
    assert table.update(KEY, change) == expected
    assert table.get(KEY) == expected


def test_an_update_makes_an_item_that_is_not_there(table: Table) -> None:
    change = Change({"a": 1}, ["gone"], {"n": 2, "set": frozenset({"x"})})
    made = table.update(KEY, change)
    assert made == {"pk": "p", "sk": "1", "a": 1, "n": 2, "set": frozenset({"x"})}


def test_a_change_of_nothing_makes_or_reads_the_item(table: Table) -> None:
    assert table.update(KEY, Change()) == {"pk": "p", "sk": "1"}
    table.put({"pk": "p", "sk": "1", "a": 1})
    assert table.update(KEY, Change()) == {"pk": "p", "sk": "1", "a": 1}


def test_a_dotted_path_removes_inside_a_map(table: Table) -> None:
    table.put({"pk": "p", "sk": "1", "map": {"a": {"x": 1, "y": 2}, "b": 1}})
    assert table.update(KEY, Change({}, ["map.a.x", "map.b", "map.none"]))["map"] == {"a": {"y": 2}}


def test_a_removal_inside_of_an_item_that_is_not_there_is_passed_over(table: Table) -> None:
    assert table.update(KEY, Change({"a": 1}, ["map.a"])) == {"pk": "p", "sk": "1", "a": 1}


def test_names_that_mean_something_to_the_table_are_names_like_others(table: Table) -> None:
    words = ("name", "status", "count", "size", "with space", "a-b")
    change = Change(dict.fromkeys(words, 1), expect=[absent(word) for word in words])
    table.update(KEY, change)
    assert table.update(KEY, Change({}, words, {}, [present(word) for word in words])) == {
        "pk": "p",
        "sk": "1",
    }


def test_an_update_whose_requirement_fails_changes_nothing_and_tells_what_stands(
    table: Table,
) -> None:
    stands: Item = {"pk": "p", "sk": "1", "a": 1, "raw": b"\x00\xff", "set": frozenset({"x"})}
    table.put(stands)
    with pytest.raises(ConditionFailed) as failure:
        table.update(KEY, Change({"a": 3}, ["raw"], {}, [present("pk"), equals("a", 2)]))
    assert failure.value.item == stands
    assert table.get(KEY) == stands


def test_a_requirement_of_an_item_that_is_not_there_fails_with_none(table: Table) -> None:
    with pytest.raises(ConditionFailed) as failure:
        table.update(KEY, Change({"a": 3}, expect=[present("pk")]))
    assert failure.value.item is None
    assert table.get(KEY) is None


def test_sums_are_those_of_decimals(table: Table) -> None:
    table.put({"pk": "p", "sk": "1", "n": -0.7})
    assert table.update(KEY, Change(add={"n": 1}))["n"] == 0.3


def test_a_value_that_no_table_keeps_is_refused_before_a_requirement_is(table: Table) -> None:
    for change in (Change({"a": frozenset()}), Change(add={"a": frozenset()})):
        with pytest.raises(ValueError, match="empty set"):
            table.update(KEY, replace(change, expect=[present("pk")]))


@pytest.mark.parametrize("found", [None, True, "text", b"raw", [1], {"a": 1}, 1, frozenset({"a"})])
def test_only_a_number_or_a_set_can_be_added_to_and_only_its_like(
    table: Table, found: object
) -> None:
    item: Item = {"pk": "p", "sk": "1", "a": found}  # type: ignore[dict-item]
    more = frozenset({"x"}) if found == 1 and found is not True else 1
    table.put(item)
    with pytest.raises(ValueError, match=r"."):
        table.update(KEY, Change({}, (), {"a": more}))
    assert table.get(KEY) == item


@pytest.mark.parametrize(
    ("put", "remove", "add"),
    [
        ({"a": 1}, ["a"], {}),
        ({"a": 1}, [], {"a": 1}),
        ({"a": {}}, ["a.b"], {}),
        ({}, ["a", "a.b"], {}),
        ({}, ["a.b.c", "a.b"], {}),
        ({}, ["a"], {"a": 1}),
    ],
)
def test_a_change_that_touches_an_attribute_twice_is_refused(
    put: dict[str, int], remove: list[str], add: dict[str, int | frozenset[str]]
) -> None:
    with pytest.raises(ValueError, match="twice"):
        Change(put, remove, add)


def test_a_change_that_touches_the_key_is_refused() -> None:
    for put, remove in (({"pk": "q"}, []), ({}, ["sk"])):
        with pytest.raises(ValueError, match="key"):
            Change(put, remove)
