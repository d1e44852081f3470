"""What the meter counts is what DynamoDB bills: units by the size of items."""

import pytest

from penguinmails.table.units import read_units, size_of, write_units


def item(size: int) -> dict[str, dict[str, str]]:
    return {"x": {"S": "y" * (size - 1)}}


def test_an_item_is_as_large_as_its_names_and_values() -> None:
    found: dict[str, dict[str, object]] = {
        "pk": {"S": "Zoë"},
        "n": {"N": "-1700000000000"},
        "set": {"SS": ["ab", "cde"]},
        "map": {"M": {"a": {"BOOL": True}}},
        "raw": {"B": b"1234"},
    }
    assert size_of(found) == (2 + 4) + (1 + 3) + (3 + 5) + (3 + 3 + 1 + 1 + 1) + (3 + 4)


@pytest.mark.parametrize(("size", "units"), [(1, 1), (1024, 1), (1025, 2), (9000, 9)])
def test_a_failed_condition_costs_what_stood_there(size: int, units: float) -> None:
    assert write_units(item(size)) == units


def test_a_failed_condition_on_nothing_costs_one() -> None:
    assert write_units(None) == 1


def test_a_consistent_read_costs_by_four_kilobytes() -> None:
    assert read_units("GetItem", {"ConsistentRead": True}, {"Item": item(9000)}) == 3
    assert read_units("GetItem", {"ConsistentRead": True}, {}) == 1


def test_a_batch_costs_each_item_for_itself_and_each_missing_one() -> None:
    asked = {"RequestItems": {"t": {"Keys": [1, 2, 3, 4], "ConsistentRead": True}}}
    answer = {
        "Responses": {"t": [item(10), item(5000)]},
        "UnprocessedKeys": {"t": {"Keys": [4]}},
    }
    assert read_units("BatchGetItem", asked, answer) == 1 + 2 + 1


def test_a_page_costs_by_the_sum_of_its_items() -> None:
    answer = {"Items": [item(3000), item(3000)]}
    assert read_units("Query", {"ConsistentRead": True}, answer) == 2
    assert read_units("Scan", {}, answer) == 1
