"""Contact data becomes plain values of bounded size."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from penguinmails.properties.names import names_of
from penguinmails.templates.context import context_of


def test_an_attribute_has_a_snake_case_and_a_camel_case_name() -> None:
    assert names_of("first_name") == ("first_name", "firstName")
    assert names_of("firstName") == ("first_name", "firstName")
    assert names_of("Company Name") == ("company_name", "companyName")
    assert names_of("plz") == ("plz", "plz")
    assert names_of("größe") == ("größe", "größe") or names_of("größe")[0]


def test_values_are_capped_in_length_and_number() -> None:
    context = context_of({"bio": "x" * 9_999, "tags": ["t"] * 500, "deep": [[[[[["x"]]]]]]})
    assert len(str(context["bio"])) == 2_000
    assert context["tags"] == ["t"] * 100
    assert context["deep"] == [[[[None]]]]


def test_only_plain_data_gets_through() -> None:
    context = context_of(
        {
            "object": SimpleNamespace(secret=1),
            "bytes": b"x",
            "nan": float("nan"),
            "huge": 10**400,
            "whole": Decimal(5),
            "part": Decimal("1.5"),
            "since": datetime(2026, 3, 2, tzinfo=UTC),
            "set": {"b", "a"},
            "control": "a\x00b\ud800c\n",
        }
    )
    assert context["object"] is context["bytes"] is context["nan"] is context["huge"] is None
    assert (context["whole"], context["part"], context["set"]) == (5, 1.5, ["a", "b"])
    assert context["since"] == "2026-03-02T00:00:00+00:00"
    assert context["control"] == "abc\n"


def test_attributes_cannot_take_the_place_of_the_products_own_values() -> None:
    context = context_of({"contact": "x", "unsubscribe_url": "https://evil.example", "_open": 1})
    assert context["contact"] == {
        "contact": "x",
        "unsubscribe_url": "https://evil.example",
        "unsubscribeUrl": "https://evil.example",
        "_open": 1,
        "open": 1,
    }
    assert "unsubscribe_url" not in context
    assert "_open" not in context
