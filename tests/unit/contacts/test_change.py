"""Tests of changing contacts one at a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from penguinmails.contacts.change import join, leave, patch, tag, upsert
from penguinmails.contacts.contact import Contact
from penguinmails.errors import Conflict, InvalidInput, NotFound
from penguinmails.properties import declare
from penguinmails.segments.segment import make_segment
from tests.simulation.taps import before
from tests.world import START_AT, TENANT, World

OTHER = "01890000-0000-7000-8000-000000000002"
ADA = "ada@example.org"
VIPS = make_segment(TENANT, "vips", "VIPs", START_AT)


@pytest.fixture
def world() -> World:
    world = World()
    world.segments.add(VIPS)
    return world


def put(world: World, said: Mapping[str, object], *segments: str) -> Contact:
    contact, _ = upsert(TENANT, {"email": ADA, **said}, segments, world.changing_contacts())
    return stored(world, contact.id)


def stored(world: World, contact: str) -> Contact:
    return world.contacts.read(TENANT, [contact])[contact]


def refused(world: World, said: Mapping[str, object], *segments: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        put(world, said, *segments)
    assert all(problem.detail for problem in caught.value.problems)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


# ---- upsert


def test_a_contact_is_created_with_all_that_is_said(world: World) -> None:
    said = {
        "attributes": {"First Name": "Ada", "plan": {"level": 2}, "gone": None},
        "tags": ["vip"],
        "lead_score": 7,
        "time_zone": "Europe/Berlin",
        "locale": "de",
        "consent": "signup form",
    }
    found = put(world, said, "vips")
    assert found == Contact(
        tenant=TENANT,
        id=world.ring.contact_id(TENANT, ADA),
        email=ADA,
        attributes={"first_name": "Ada", "plan": {"level": 2}},
        tags=frozenset({"vip"}),
        score=7,
        segments=frozenset({VIPS.id}),
        time_zone="Europe/Berlin",
        locale="de",
        created_at=START_AT,
        updated_at=START_AT,
        consents={"signup form": START_AT},
    )


def test_an_address_is_one_contact_however_it_is_written(world: World) -> None:
    ports = world.changing_contacts()
    first, created = upsert(TENANT, {"email": " Ada@Example.ORG"}, [], ports)
    second, again = upsert(TENANT, {"email": ADA}, [], ports)
    assert (created, again) == (True, False)
    assert first == second


def test_an_upsert_merges_and_a_null_removes(world: World) -> None:
    put(world, {"attributes": {"name": "Ada", "city": "Bonn"}, "tags": ["a"], "lead_score": 3})
    world.clock.move(hours=1)
    found = put(world, {"attributes": {"name": None, "size": 5}, "tags": ["b"]}, "vips")
    assert found.attributes == {"city": "Bonn", "size": 5}
    assert found.tags == {"a", "b"}
    assert (found.score, len(found.segments)) == (3, 1)
    assert found.updated_at == START_AT + timedelta(hours=1)


def test_an_upsert_that_says_nothing_new_changes_nothing(world: World) -> None:
    first = put(world, {"attributes": {"name": "Ada"}, "consent": "form"})
    world.clock.move(hours=1)
    assert put(world, {"attributes": {"name": "Ada"}, "consent": "form"}) == first


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ({"email": "nobody"}, [("/email", "invalid_address")]),
        ({"email": None}, [("/email", "invalid_address")]),
        ({"attributes": ["a"]}, [("/attributes", "invalid_attributes")]),
        ({"attributes": {"Email": "x"}}, [("/attributes/Email", "reserved_name")]),
        ({"attributes": {"a/b": object()}}, [("/attributes/a~1b", "invalid_value")]),
        ({"lead_score": 1.5}, [("/leadScore", "invalid_score")]),
        ({"lead_score": True}, [("/leadScore", "invalid_score")]),
        ({"time_zone": "Mars"}, [("/timezone", "unknown_time_zone")]),
        ({"locale": "!"}, [("/locale", "invalid_locale")]),
        ({"tags": ["", "x"]}, [("/tags", "invalid_tags")]),
        ({"tags": {"a": 1}}, [("/tags", "invalid_tags")]),
        ({"tags": ["x"] * 51}, [("/tags", "invalid_tags")]),
        ({"consent": "two\nlines"}, [("/consent", "invalid_consent")]),
        (
            {"email": "nobody", "locale": "!"},
            [("/email", "invalid_address"), ("/locale", "invalid_locale")],
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    world: World, said: Mapping[str, object], problems: list[tuple[str, str]]
) -> None:
    assert refused(world, said) == problems
    assert world.contacts.page(TENANT, 0, None, 10).contacts == []


def test_a_segment_that_is_not_there_is_named_by_its_place(world: World) -> None:
    assert refused(world, {}, "vips", "nobodies") == [("/segments/1", "unknown_segment")]


def test_a_declared_attribute_is_checked_and_coerced(world: World) -> None:
    declare.declare(TENANT, "company_size", "number", "Size", world.declaring())
    assert put(world, {"attributes": {"companySize": "250"}}).attributes == {"company_size": 250}
    problems = refused(world, {"attributes": {"companySize": "many"}})
    assert problems == [("/attributes/companySize", "not_a_number")]


def test_attributes_pile_up_to_a_bound(world: World) -> None:
    long = "x" * 8_000
    for number in range(24):
        put(world, {"attributes": {f"a{number}": long}})
    assert refused(world, {"attributes": {"more": long}}) == [("", "contact_too_large")]


def test_a_change_beside_an_upsert_is_kept(world: World) -> None:
    put(world, {"attributes": {"name": "Ada"}})
    beside = {"attributes": {"city": "Bonn"}}
    before(world.main, "contacts.update", lambda: put(world, beside))
    assert put(world, {"attributes": {"size": 5}}).attributes == {
        "name": "Ada",
        "city": "Bonn",
        "size": 5,
    }


def test_somebody_who_is_added_meanwhile_is_merged_with(world: World) -> None:
    before(world.main, "contacts.put", lambda: put(world, {"tags": ["first"]}))
    assert put(world, {"tags": ["second"]}).tags == {"first", "second"}


# ---- patch


def test_a_patch_sets_what_it_names_and_null_clears(world: World) -> None:
    said = {"tags": ["a"], "lead_score": 3, "time_zone": "UTC", "locale": "de"}
    old = put(world, {"attributes": {"name": "Ada", "city": "Bonn"}, **said})
    patch(
        TENANT,
        old.id,
        {"attributes": {"city": None}, "tags": ["b"], "lead_score": None, "time_zone": None},
        world.changing_contacts(),
    )
    found = stored(world, old.id)
    assert found.attributes == {"name": "Ada"}
    assert found.tags == {"b"}
    assert (found.score, found.time_zone, found.locale) == (0, "", "de")
    patch(TENANT, old.id, {"tags": None}, world.changing_contacts())
    assert stored(world, old.id).tags == frozenset()


def test_a_patch_never_changes_an_address(world: World) -> None:
    contact = put(world, {})
    with pytest.raises(InvalidInput, match="an address never changes"):
        patch(TENANT, contact.id, {"email": "new@example.org"}, world.changing_contacts())


def test_another_workspaces_contact_is_not_there(world: World) -> None:
    """I-16."""
    contact = put(world, {})
    with pytest.raises(NotFound, match=contact.id):
        patch(OTHER, contact.id, {"locale": "de"}, world.changing_contacts())


def test_of_two_patches_in_one_millisecond_none_is_lost(world: World) -> None:
    contact, ports = put(world, {}), world.changing_contacts()
    before(
        world.main,
        "contacts.update",
        lambda: patch(TENANT, contact.id, {"locale": "de"}, ports),
    )
    patch(TENANT, contact.id, {"time_zone": "UTC"}, ports)
    found = stored(world, contact.id)
    assert (found.locale, found.time_zone) == ("de", "UTC")


def test_a_patch_that_never_gets_its_turn_is_a_conflict(world: World) -> None:
    contact, ports = put(world, {}), world.changing_contacts()

    class Busy:
        origins = world.contacts.origins
        add = world.contacts.add

        def replace(self, *_: object) -> bool:
            return False

    with pytest.raises(Conflict, match="try again"):
        patch(TENANT, contact.id, {"locale": "de"}, replace(ports, contacts=Busy()))


# ---- tags and segments


def test_tags_are_added_and_removed_and_again_does_no_harm(world: World) -> None:
    contact, ports = put(world, {"tags": ["a", "b"]}), world.changing_contacts()
    for _ in range(2):
        tag(TENANT, contact.id, ["c"], ["a", "never"], ports)
    assert stored(world, contact.id).tags == {"b", "c"}
    with pytest.raises(InvalidInput) as caught:
        tag(TENANT, contact.id, ["x" * 65], [], ports)
    assert caught.value.problems[0].pointer == "/add"


def test_a_contact_joins_and_leaves_a_segment_by_slug_or_id(world: World) -> None:
    contact, ports = put(world, {}), world.changing_contacts()
    for _ in range(2):
        join(TENANT, contact.id, "vips", ports)
    assert stored(world, contact.id).segments == {VIPS.id}
    for _ in range(2):
        leave(TENANT, contact.id, VIPS.id, ports)
    assert stored(world, contact.id).segments == frozenset()


def test_nobody_joins_what_is_not_there(world: World) -> None:
    contact, ports = put(world, {}), world.changing_contacts()
    with pytest.raises(NotFound, match="there is no segment"):
        join(TENANT, contact.id, "nobodies", ports)
    with pytest.raises(NotFound, match="there is no contact"):
        join(TENANT, world.ring.contact_id(TENANT, "x@example.org"), "vips", ports)
