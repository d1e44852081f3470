"""Tests of finding contacts, and of deleting them."""

from dataclasses import replace

import pytest

from penguinmails.contacts import store
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.delete import delete
from penguinmails.contacts.find import Filter, browse, find_by_address, get
from penguinmails.enrollments.enrollment import Status
from penguinmails.errors import InvalidInput, NotFound
from penguinmails.suppressions.suppression import WORKSPACE, Suppression, SuppressionReason
from tests.simulation.taps import after
from tests.world import SEGMENT, START_AT, TENANT, World

OTHER = "01890000-0000-7000-8000-000000000002"
STEPS = [{"wait": "1 day"}, {"email": "hello", "template": "letter"}]


def walk(world: World, wanted: Filter, limit: int) -> list[list[str]]:
    """Turn all pages, and give who is on each."""
    pages: list[list[str]] = []
    page = browse(TENANT, wanted, None, limit, world.contacts)
    pages.append([contact.email for contact in page.contacts])
    while page.after is not None:
        after = world.contacts.place(TENANT, page.after.sk)
        page = browse(TENANT, wanted, after, limit, world.contacts)
        pages.append([contact.email for contact in page.contacts])
    return pages


def test_a_contact_is_found_by_its_id_and_its_exact_address() -> None:
    world = World()
    ada = world.person("ada@example.com")
    assert get(TENANT, ada.id, world.contacts) == ada
    contact_id = world.ring.contact_id
    assert find_by_address(TENANT, " Ada@EXAMPLE.com", world.contacts, contact_id) == ada
    assert find_by_address(TENANT, "eve@example.com", world.contacts, contact_id) is None
    with pytest.raises(InvalidInput):
        find_by_address(TENANT, "nobody", world.contacts, contact_id)


def test_another_workspace_finds_nobody() -> None:
    """I-16."""
    world = World()
    ada = world.person("ada@example.com")
    contact_id = world.ring.contact_id
    with pytest.raises(NotFound, match="there is no contact"):
        get(OTHER, ada.id, world.contacts)
    assert find_by_address(OTHER, ada.email, world.contacts, contact_id) is None
    assert browse(OTHER, Filter(), None, 10, world.contacts).contacts == []


@pytest.mark.parametrize("limit", [1, 3, 7, 20, 100])
def test_all_pages_together_hold_everybody_once_and_none_is_empty(limit: int) -> None:
    world = World(shards=4)
    people = world.people(20)
    world.launched(STEPS)
    pages = walk(world, Filter(), limit)
    assert sorted(email for page in pages for email in page) == sorted(p.email for p in people)
    assert all(pages)
    assert all(len(page) == limit for page in pages[:-1])


def test_contacts_are_listed_by_segment_and_by_tag() -> None:
    world = World()
    world.people(5)
    known = [world.person("ada@example.com"), world.person("bob@example.com")]
    for one in known:
        world.contacts.replace(one, tagged(world, one.id), "test", "test")
    assert sorted(walk(world, Filter(tag="vip"), 10)[0]) == ["ada@example.com", "bob@example.com"]
    assert len(walk(world, Filter(segment=SEGMENT), 10)[0]) == 7
    assert walk(world, Filter(segment="another"), 10) == [[]]
    assert walk(world, Filter(segment="another", tag="vip"), 10) == [[]]


def tagged(world: World, contact: str) -> Contact:
    return replace(get(TENANT, contact, world.contacts), tags=frozenset({"vip"}))


@pytest.mark.parametrize("most", [1, 3, 10])
def test_a_page_reads_only_so_many_rows_and_the_next_goes_on(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_READ", most)
    monkeypatch.setattr(store, "PAGE_ROWS", 2)
    world = World(shards=3)
    world.people(11)
    world.launched(STEPS)
    pages = walk(world, Filter(), 100)
    assert len(pages) >= 22 // most
    assert sorted(email for page in pages for email in page) == sorted(
        f"person{number}@example.com" for number in range(11)
    )


# ---- deleting


def test_deleting_a_contact_ends_what_they_are_enrolled_in() -> None:
    world = World()
    ada, bob = world.person("ada@example.com"), world.person("bob@example.com")
    campaign = world.launched(STEPS)
    assert delete(TENANT, ada.id, world.deleting_contacts()) == 1
    row = world.row(campaign, ada)
    assert (row.status, row.exit_reason) == (Status.EXITED, "contact_deleted")
    world.pass_time(days=2)
    assert world.sent() == [("bob", "hello")]
    with pytest.raises(NotFound):
        get(TENANT, ada.id, world.contacts)
    with pytest.raises(NotFound):
        delete(TENANT, ada.id, world.deleting_contacts())
    assert get(TENANT, bob.id, world.contacts) == bob


def test_whoever_is_enrolled_while_they_are_deleted_leaves_as_well() -> None:
    world = World()
    ada = world.person("ada@example.com")
    campaign = world.campaign(STEPS)
    after(world.main, "contacts.put", lambda: delete(TENANT, ada.id, world.deleting_contacts()))
    world.launch(campaign)
    world.pass_time(days=2)
    assert world.sent() == []
    assert world.row(campaign, ada).ended


def test_a_suppression_outlives_the_contact() -> None:
    world = World()
    ada = world.person("ada@example.com")
    reason = SuppressionReason.HARD_BOUNCED
    world.suppressions.add(Suppression(TENANT, ada.id, WORKSPACE, reason, "test", START_AT))
    delete(TENANT, ada.id, world.deleting_contacts())
    world.person("ada@example.com")
    world.launched([{"email": "hello", "template": "letter"}])
    assert world.sent() == []
