"""Tests of values: what a declared type makes of them, and what can be kept at all."""

import pytest

from penguinmails.properties.property import PropertyType
from penguinmails.properties.values import Misfit, plain, typed

TEXT, NUMBER, BOOLEAN = PropertyType.TEXT, PropertyType.NUMBER, PropertyType.BOOLEAN
DATE, LIST = PropertyType.DATE, PropertyType.LIST


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (TEXT, "007", "007"),
        (TEXT, 250, "250"),
        (NUMBER, "12", 12),
        (NUMBER, " -1.5 ", -1.5),
        (NUMBER, 3, 3),
        (BOOLEAN, "Yes", True),
        (BOOLEAN, "false", False),
        (BOOLEAN, 1, True),
        (BOOLEAN, False, False),
        (DATE, "2026-03-31", "2026-03-31"),
        (DATE, "2026-03-31T09:00:00+02:00", "2026-03-31T07:00:00Z"),
        (LIST, "a; b;;c", ["a", "b", "c"]),
        (LIST, ["a", 2], ["a", 2]),
        (LIST, 5, [5]),
    ],
)
def test_a_declared_value_is_read_as_its_type(
    kind: PropertyType, value: object, kept: object
) -> None:
    assert typed(value, kind) == kept


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (TEXT, True, "not_text"),
        (TEXT, ["a"], "not_text"),
        (TEXT, "x" * 8_001, "text_too_long"),
        (NUMBER, "1,5", "not_a_number"),
        (NUMBER, "007", "not_a_number"),
        (NUMBER, "١٢", "not_a_number"),
        (NUMBER, True, "not_a_number"),
        (NUMBER, float("nan"), "number_too_large"),
        (NUMBER, 10**15, "number_too_large"),
        (BOOLEAN, "perhaps", "not_a_boolean"),
        (BOOLEAN, 2, "not_a_boolean"),
        (BOOLEAN, [], "not_a_boolean"),
        (DATE, "31.03.2026", "not_a_date"),
        (DATE, "2026-02-30", "not_a_date"),
        (DATE, "2026-03-31T09:00:00", "not_a_date"),
        (DATE, "0001-01-01T00:00+23:59", "not_a_date"),
        (DATE, 20260331, "not_a_date"),
        (LIST, [["a"]], "not_a_list"),
        (LIST, {"a": 1}, "not_a_list"),
        (LIST, "a;" * 101, "too_many_elements"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_to_write(
    kind: PropertyType, value: object, code: str
) -> None:
    refused = typed(value, kind)
    assert isinstance(refused, Misfit)
    assert refused.code == code
    assert refused.detail


def test_an_undeclared_value_may_be_any_json() -> None:
    value = {"name": "Ada", "deep": {"list": [1, 2.5, True, None]}}
    assert plain(value) == value


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"a": {"b": {"c": {"d": {"e": 1}}}}}, "invalid_value"),
        (object(), "invalid_value"),
        (list(range(101)), "too_many_elements"),
        ({str(n): n for n in range(101)}, "too_many_elements"),
        ([float("inf")], "number_too_large"),
        ("\ud800", "text_too_long"),
        ({"a": "x" * 8_001}, "text_too_long"),
    ],
)
def test_what_cannot_be_kept_is_refused(value: object, code: str) -> None:
    refused = plain(value)
    assert isinstance(refused, Misfit)
    assert refused.code == code
