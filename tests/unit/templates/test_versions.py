"""Every save that changes something is a version; any two are compared, any one comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from penguinmails.errors import Conflict, InvalidInput, NotFound
from penguinmails.table.memory import MemoryTable
from penguinmails.templates.save import save_template
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.store import TemplateStore
from penguinmails.templates.template import Format, Sharing, Template, Variant
from penguinmails.templates.versions import (
    diff_versions,
    list_versions,
    read_version,
    restore_version,
)

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT, OTHER = "tenant-a", "tenant-b"
MAIL = Template("hello", "Hello", "Hi", "", "<p>one</p>\n<p>two</p>", "")
RICH = Template(
    *("rich", "Rich", "Hi {{ x }}", "", "# Hi", ""),
    format=Format.MARKDOWN,
    inline_css=False,
    variants={"de": Variant("Hallo", "Kurz", "# Hallo", "Hallo")},
    category="onboarding",
    tags=("new", "b2b"),
    sharing=Sharing.PUBLIC,
)


@pytest.fixture
def store() -> TemplateStore:
    return TemplateStore(MemoryTable())


def saved(store: TemplateStore, minutes: int, **changes: Any) -> SavedTemplate:  # noqa: ANN401
    now_at = NOW_AT + timedelta(minutes=minutes)
    return save_template(TENANT, replace(MAIL, **changes), store, now_at, f"key-{minutes}")


def test_a_template_is_read_as_it_was_saved_with_what_it_became(store: TemplateStore) -> None:
    made = save_template(TENANT, RICH, store, NOW_AT, "key")
    assert store.get(TENANT, "rich") == made
    assert made.template == RICH
    assert "<h1>Hallo</h1>" in made.ready.variants["de"].html
    assert store.read(TENANT, ["rich"])["rich"] == made.ready
    assert [one.code for one in made.warnings] == ["no-fallback"]


def test_only_a_change_makes_a_version(store: TemplateStore) -> None:
    first = saved(store, 1)
    assert saved(store, 2) == first
    second = saved(store, 3, name="Changed")
    assert (first.version, second.version) == (1, 2)
    assert (second.updated_at, second.saved_by) == (NOW_AT + timedelta(minutes=3), "key-3")
    assert read_version(TENANT, "hello", 1, store) == first
    assert read_version(TENANT, "hello", 2, store) == second


def test_versions_are_listed_newest_first_page_by_page(store: TemplateStore) -> None:
    for number in range(1, 6):
        saved(store, number, subject=f"{number}")
    for limit in (1, 2, 3, 5, 9):
        page = list_versions(TENANT, "hello", None, limit, store)
        numbers = [one.version for one in page.templates]
        while page.after is not None:
            page = list_versions(TENANT, "hello", page.after, limit, store)
            assert len(page.templates) <= limit
            numbers += [one.version for one in page.templates]
        assert numbers == [5, 4, 3, 2, 1]


def test_two_versions_are_compared_line_by_line(store: TemplateStore) -> None:
    saved(store, 1)
    saved(store, 2, html="<p>one</p>\n<p>2</p>", subject="Hello")
    assert diff_versions(TENANT, "hello", 1, 1, store).text == ""
    found = diff_versions(TENANT, "hello", 2, None, store)
    assert found == diff_versions(TENANT, "hello", 2, 1, store)
    told = found.text
    assert told.startswith("--- hello version 1\n+++ hello version 2\n@@")
    assert "-Hi\n+Hello\n" in told
    assert "-<p>two</p>\n+<p>2</p>\n" in told


def test_the_first_version_is_new_as_a_whole(store: TemplateStore) -> None:
    saved(store, 1)
    found = diff_versions(TENANT, "hello", 1, None, store)
    assert found.against is None
    assert "+<p>one</p>\n+<p>two</p>\n" in found.text
    assert "\n-" not in found.text


def test_a_version_that_is_brought_back_is_the_next_one(store: TemplateStore) -> None:
    first = saved(store, 1)
    saved(store, 2, html="<p>new")
    back = restore_version(TENANT, "hello", 1, store, NOW_AT, "key")
    assert (back.version, back.template) == (3, first.template)
    assert [one.version for one in list_versions(TENANT, "hello", None, 9, store).templates] == [
        *(3, 2, 1)
    ]


def test_a_version_that_is_not_there_or_somebody_elses_is_not_found(store: TemplateStore) -> None:
    saved(store, 1)
    saved(store, 2, name="Two")
    for tenant, number in ((TENANT, 0), (TENANT, 3), (TENANT, -1), (OTHER, 1), (OTHER, 2)):
        with pytest.raises(NotFound):
            read_version(tenant, "hello", number, store)
    with pytest.raises(NotFound):
        list_versions(OTHER, "hello", None, 9, store)


def test_of_two_who_save_at_once_one_is_told(store: TemplateStore) -> None:
    first = saved(store, 1)
    second = saved(store, 2, name="Two")
    with pytest.raises(Conflict):
        store.save(replace(first, version=2), first)
    assert store.get(TENANT, "hello") == second


def test_a_crash_between_the_two_writes_of_a_save_shows_no_version_twice() -> None:
    store = TemplateStore(MemoryTable())
    first = saved(store, 1)
    store._put_aside(first)
    assert list_versions(TENANT, "hello", None, 9, store).templates == [first]
    saved(store, 2, name="Two")
    numbers = [one.version for one in list_versions(TENANT, "hello", None, 9, store).templates]
    assert numbers == [2, 1]


def test_versions_are_not_among_the_templates(store: TemplateStore) -> None:
    for number in range(3):
        saved(store, number, subject=f"{number}")
    assert [one.template.slug for one in store.page(TENANT, None, 9).templates] == ["hello"]


def test_labels_are_single_words() -> None:
    store = TemplateStore(MemoryTable())
    faulty = replace(MAIL, category="two words", tags=("ok", "", "a b"), slug="A", name="")
    with pytest.raises(InvalidInput) as refused:
        save_template(TENANT, faulty, store, NOW_AT)
    pointers = [one.pointer for one in refused.value.problems]
    assert pointers == ["/slug", "/name", "/category", "/tags/1", "/tags/2"]
    with pytest.raises(InvalidInput):
        save_template(TENANT, replace(MAIL, tags=tuple("abcdefghijklmnopqrstu")), store, NOW_AT)


def test_problems_point_into_the_request() -> None:
    faulty = replace(MAIL, preview_text="{{ x( }}", variants={"de": Variant(preview_text="{{")})
    with pytest.raises(InvalidInput) as refused:
        save_template(TENANT, faulty, TemplateStore(MemoryTable()), NOW_AT)
    pointers = [one.pointer for one in refused.value.problems]
    assert pointers == ["/previewText", "/variants/de/previewText"]
