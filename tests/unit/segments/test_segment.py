"""Tests of segments."""

from datetime import UTC, datetime

import pytest

from penguinmails.errors import InvalidInput
from penguinmails.segments.segment import make_segment, segment_id
from penguinmails.segments.store import SegmentStore
from penguinmails.table.memory import MemoryTable

NOW_AT = datetime(2026, 3, 2, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"


def test_a_segment_is_found_by_its_slug_and_by_its_id() -> None:
    store = SegmentStore(MemoryTable())
    made = store.save(make_segment(TENANT, "customers", "Customers", NOW_AT))
    assert store.find(TENANT, "customers") == store.find(TENANT, made.id) == made
    assert store.find("another", "customers") is None


def test_saving_again_names_anew_and_keeps_the_rest() -> None:
    store = SegmentStore(MemoryTable())
    first = store.save(make_segment(TENANT, "customers", "Customers", NOW_AT))
    again = store.save(make_segment(TENANT, "customers", "Clients", NOW_AT.replace(year=2027)))
    assert (again.name, again.created_at) == ("Clients", first.created_at)


@pytest.mark.parametrize("slug", ["", "With Space", "ä", "x" * 65, segment_id(TENANT, "x")])
def test_a_bad_slug_is_refused(slug: str) -> None:
    with pytest.raises(InvalidInput):
        make_segment(TENANT, slug, "Name", NOW_AT)
