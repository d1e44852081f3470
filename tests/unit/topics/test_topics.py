"""Tests of topics."""

from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.errors import InvalidInput, NotFound
from penguinmails.ids import derived
from penguinmails.table.memory import MemoryTable
from penguinmails.topics.store import TopicStore
from penguinmails.topics.topic import Topic, make_topic, topic_id
from tests.simulation.taps import Main, TappedTable, before

NOW_AT = datetime(2026, 3, 2, tzinfo=UTC)
TENANT, OTHER = derived("tenant", 1), derived("tenant", 2)


def tips(name: str = "Tips", slug: str = "tips", tenant: str = TENANT) -> Topic:
    return make_topic(tenant, slug, name, "How to get more out of it.\nMonthly.", NOW_AT)


def test_a_topic_is_found_by_its_slug_and_by_its_id() -> None:
    store = TopicStore(MemoryTable())
    made = store.save(tips())
    assert store.get(TENANT, "tips") == store.get(TENANT, made.id) == made
    for tenant, reference in ((OTHER, "tips"), (OTHER, made.id), (TENANT, "offers")):
        with pytest.raises(NotFound, match=f"no topic {reference}"):
            store.get(tenant, reference)


def test_every_problem_of_a_topic_is_told_with_its_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        make_topic(TENANT, "With Space", " ", "x" * 1001, NOW_AT)
    pointers = [problem.pointer for problem in refused.value.problems]
    assert pointers == ["/slug", "/name", "/description"]


@pytest.mark.parametrize("slug", ["", "ä", "-tips", "x" * 65, topic_id(TENANT, "x")])
def test_a_bad_slug_is_refused_with_a_good_one(slug: str) -> None:
    with pytest.raises(InvalidInput, match="such as product-tips"):
        tips(slug=slug)


def test_a_topic_that_is_deleted_while_it_is_renamed_is_made_anew() -> None:
    main = Main()
    store = TopicStore(TappedTable("core", MemoryTable(), main))
    first = store.save(tips())
    before(main, "core.update", lambda: store.delete(first))
    later = make_topic(TENANT, "tips", "Hints", "", NOW_AT + timedelta(days=1))
    assert store.save(later) == later
