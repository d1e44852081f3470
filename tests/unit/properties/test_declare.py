"""Tests of declaring properties."""

from datetime import UTC, datetime

import pytest

from penguinmails.clock import ManualClock
from penguinmails.errors import Conflict, InvalidInput, NotFound
from penguinmails.properties import declare
from penguinmails.properties.declare import PropertyPorts
from penguinmails.properties.property import MOST_PROPERTIES, PropertyType
from penguinmails.properties.store import PropertyStore
from penguinmails.table.memory import MemoryTable

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def given() -> PropertyPorts:
    clock = ManualClock(NOW_AT)
    return PropertyPorts(PropertyStore(MemoryTable(), clock), clock)


def test_a_property_is_declared_relabelled_and_removed(given: PropertyPorts) -> None:
    declare.declare(TENANT, "company_size", "number", "Size", given)
    made = declare.declare(TENANT, "company_size", "number", "Company size", given)
    assert (made.type, made.label) == (PropertyType.NUMBER, "Company size")
    declare.declare(TENANT, "birthday", "date", "Birthday", given)
    assert [each.slug for each in declare.page(TENANT, "", 100, given)[0]] == [
        "birthday",
        "company_size",
    ]
    declare.remove(TENANT, "company_size", given)
    assert [each.slug for each in declare.page(TENANT, "", 100, given)[0]] == ["birthday"]


@pytest.mark.parametrize(
    ("slug", "kind", "label", "pointer", "code"),
    [
        ("email", "text", "Email", "/slug", "reserved_slug"),
        ("lead_score", "number", "Score", "/slug", "reserved_slug"),
        ("firstName", "text", "Name", "/slug", "invalid_slug"),
        ("first__name", "text", "Name", "/slug", "invalid_slug"),
        ("", "text", "Name", "/slug", "invalid_slug"),
        ("x" * 65, "text", "Name", "/slug", "invalid_slug"),
        ("size", "integer", "Size", "/type", "unknown_type"),
        ("size", "number", "two\nlines", "/label", "invalid_text"),
    ],
)
def test_a_bad_declaration_says_what_is_wrong_with_it(
    slug: str, kind: str, label: str, pointer: str, code: str, given: PropertyPorts
) -> None:
    with pytest.raises(InvalidInput) as refused:
        declare.declare(TENANT, slug, kind, label, given)
    assert [(p.pointer, p.code) for p in refused.value.problems] == [(pointer, code)]


def test_a_type_never_changes(given: PropertyPorts) -> None:
    declare.declare(TENANT, "size", "number", "Size", given)
    with pytest.raises(Conflict, match="remove the property first"):
        declare.declare(TENANT, "size", "text", "Size", given)


def test_there_are_only_so_many(given: PropertyPorts) -> None:
    for number in range(MOST_PROPERTIES):
        declare.declare(TENANT, f"p{number}", "text", "P", given)
    with pytest.raises(InvalidInput, match="remove one first"):
        declare.declare(TENANT, "more", "text", "More", given)


def test_what_is_not_declared_cannot_be_removed(given: PropertyPorts) -> None:
    with pytest.raises(NotFound):
        declare.remove(TENANT, "size", given)
