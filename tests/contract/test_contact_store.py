"""What the store of contacts promises: one contact for each address, and no lost change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.contacts.audience import Membership
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.effect import Effect
from penguinmails.contacts.store import ContactStore
from penguinmails.ids import derived
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Table
from tests.simulation.taps import Main, TappedTable, before

TENANT, OTHER = derived("tenant", 1), derived("tenant", 2)
SHARDS = 4
START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER_AT = START_AT + timedelta(hours=1)
CAMPAIGN = derived("campaign", 1)
ADA = Contact(
    tenant=TENANT,
    id=derived("ada"),
    email="ada@example.org",
    attributes={"name": "Ada 🐧", "plan": {"level": 2, "since": None}, "ratio": 0.5, "old": []},
    tags=frozenset({"vip"}),
    score=7,
    segments=frozenset({"everybody"}),
    time_zone="Europe/Berlin",
    locale="de",
    created_at=START_AT,
    updated_at=START_AT,
    consents={"form, 2026 🐧": START_AT},
)
PEOPLE = [replace(ADA, id=derived("person", n), email=f"p{n}@example.org") for n in range(40)]


@pytest.fixture
def store(table: Table) -> ContactStore:
    return store_on(table)


def store_on(table: Table) -> ContactStore:
    return ContactStore(table, lambda _tenant: SHARDS)


def ada(store: ContactStore) -> Contact:
    return store.read(TENANT, [ADA.id])[ADA.id]


def test_a_contact_is_created_once_and_kept_with_everything(store: ContactStore) -> None:
    assert store.add(ADA, "first")
    assert not store.add(replace(ADA, email="other@example.org"), "second")
    assert store.read(TENANT, [ADA.id]) == {ADA.id: ADA}
    assert store.origins(TENANT, [ADA.id]) == {ADA.id: (ADA, "first")}


def test_a_contact_may_have_no_tags_and_be_in_no_segment(store: ContactStore) -> None:
    plain = replace(ADA, tags=frozenset(), segments=frozenset(), attributes={})
    store.add(plain, "test")
    assert ada(store) == plain


def test_another_workspace_does_not_find_a_contact(store: ContactStore) -> None:
    """I-16, trap 11."""
    store.add(ADA, "test")
    assert store.read(OTHER, [ADA.id]) == {}


def test_those_who_exist_are_read(store: ContactStore) -> None:
    for person in PEOPLE:
        store.add(person, "test")
    assert store.read(TENANT, [ADA.id, *(person.id for person in PEOPLE)]) == {
        person.id: person for person in PEOPLE
    }
    assert store.read(TENANT, []) == {}


def test_shards_and_their_pages_hold_everybody_once(store: ContactStore) -> None:
    """I-4: the enrollments beside the contacts are nobody."""
    for person in PEOPLE:
        store.add(person, "test")
    store.enroll(TENANT, [Membership(p.id, CAMPAIGN, "1", 8) for p in PEOPLE])
    found: list[Contact] = []
    for shard in range(store.shards(TENANT)):
        page = store.page(TENANT, shard, None, 5)
        found += page.contacts
        while page.after is not None:
            page = store.page(TENANT, shard, page.after, 5)
            found += page.contacts
    assert sorted(found, key=lambda p: p.id) == sorted(PEOPLE, key=lambda p: p.id)


# ---- replacing


def test_a_contact_is_replaced_if_it_is_as_it_was_read(store: ContactStore) -> None:
    store.add(ADA, "first")
    new = replace(
        ADA,
        attributes={"name": "Ada L."},
        tags=ADA.tags | {"new"},
        segments=ADA.segments | {"newcomers"},
        time_zone="UTC",
        locale="en",
        score=8,
        updated_at=LATER_AT,
    )
    assert store.replace(ADA, new, "first", "second")
    assert store.origins(TENANT, [ADA.id]) == {ADA.id: (new, "second")}
    assert not store.replace(ADA, replace(new, score=9), "first", "third")
    assert ada(store) == new


def test_tags_and_segments_may_be_lost_by_a_replacement(store: ContactStore) -> None:
    store.add(ADA, "first")
    fewer = replace(ADA, tags=frozenset({"new"}), segments=frozenset(), updated_at=LATER_AT)
    assert store.replace(ADA, fewer, "first", "")
    assert store.origins(TENANT, [ADA.id]) == {ADA.id: (fewer, "first")}


def test_a_tag_that_an_action_gave_is_not_lost_by_a_replacement(store: ContactStore) -> None:
    store.add(ADA, "first")
    store.apply(TENANT, ADA.id, Effect("key", add_tags=frozenset({"warm"})))
    fewer = replace(ADA, tags=frozenset(), updated_at=LATER_AT)
    assert not store.replace(ADA, fewer, "first", "")
    assert ada(store).tags == {"vip", "warm"}


def test_a_contact_that_was_removed_is_gone_and_its_campaigns_stay(store: ContactStore) -> None:
    store.add(ADA, "first")
    store.enroll(TENANT, [Membership(ADA.id, CAMPAIGN, "1", 8)])
    for _ in range(2):
        store.remove(TENANT, ADA.id)
    assert store.read(TENANT, [ADA.id]) == {}
    assert store.memberships(TENANT, ADA.id) == [Membership(ADA.id, CAMPAIGN, "1", 8)]
    assert not store.replace(ADA, replace(ADA, score=9), "first", "")
    assert store.read(TENANT, [ADA.id]) == {}


def test_a_search_finds_everybody_who_is_wanted_once(store: ContactStore) -> None:
    for person in PEOPLE:
        store.add(person, "test")
    store.enroll(TENANT, [Membership(p.id, CAMPAIGN, "1", 8) for p in PEOPLE])
    wanted = {person.email for person in PEOPLE[::3]}
    page = store.search(TENANT, lambda contact: contact.email in wanted, None, 4)
    found = [*page.contacts]
    while page.after is not None:
        assert len(page.contacts) == 4
        page = store.search(TENANT, lambda contact: contact.email in wanted, page.after, 4)
        found += page.contacts
    assert sorted(p.email for p in found) == sorted(wanted)
    assert store.search(OTHER, lambda _: True, None, 4).contacts == []


def test_the_latest_campaigns_of_a_person_come_first(store: ContactStore) -> None:
    campaigns = sorted(derived("campaign", number) for number in range(12))
    mine = [Membership(ADA.id, campaign, "1", 8) for campaign in campaigns]
    store.enroll(TENANT, mine)
    assert store.recent_memberships(TENANT, ADA.id, 5) == mine[:-6:-1]
    assert store.recent_memberships(OTHER, ADA.id, 5) == []


def test_a_contact_that_does_not_exist_is_not_replaced(store: ContactStore) -> None:
    assert not store.replace(ADA, ADA, "", "test")
    assert store.read(TENANT, [ADA.id]) == {}


def test_replacing_never_undoes_what_an_action_did(store: ContactStore) -> None:
    store.add(ADA, "first")
    store.apply(TENANT, ADA.id, Effect("key", score=5))
    assert not store.replace(ADA, replace(ADA, locale="en", updated_at=LATER_AT), "first", "second")
    assert ada(store).score == 12


# ---- actions


def test_an_action_is_done_once_for_each_key(store: ContactStore) -> None:
    store.add(ADA, "test")
    effect = Effect(
        "first",
        add_tags=frozenset({"warm"}),
        remove_tags=frozenset({"vip", "never"}),
        attributes={"name": "Lady Ada", "steps": [1, 2]},
        score=-3,
    )
    for _ in range(3):
        store.apply(TENANT, ADA.id, effect)
    expected = replace(
        ADA,
        tags=frozenset({"warm"}),
        attributes={**ADA.attributes, "name": "Lady Ada", "steps": [1, 2]},
        score=4,
        applied=frozenset({"first"}),
    )
    assert ada(store) == expected
    store.apply(TENANT, ADA.id, replace(effect, key="second"))
    assert ada(store) == replace(expected, score=1, applied=frozenset({"first", "second"}))


def test_an_action_that_was_done_changes_nothing_when_its_walk_is_repeated() -> None:
    done = Effect("key", score=10).on(ADA)
    assert Effect("key", score=10).on(done) == done


def test_a_tag_given_by_an_import_beside_an_action_is_kept() -> None:
    main, table = Main(), MemoryTable()
    store = store_on(TappedTable("contacts", table, main))
    store.add(ADA, "test")
    fresh = replace(ADA, tags=ADA.tags | {"fresh"}, updated_at=LATER_AT)
    before(main, "contacts.update", lambda: store.replace(ADA, fresh, "test", "import"))
    store.apply(TENANT, ADA.id, Effect("key", add_tags=frozenset({"warm"})))
    assert ada(store).tags == {"vip", "fresh", "warm"}


def test_an_action_may_take_the_last_tag_and_give_the_first(store: ContactStore) -> None:
    store.add(ADA, "test")
    store.apply(TENANT, ADA.id, Effect("take", remove_tags=ADA.tags))
    assert ada(store).tags == frozenset()
    store.apply(TENANT, ADA.id, Effect("give", add_tags=frozenset({"back"})))
    assert ada(store).tags == {"back"}


def test_an_action_on_somebody_who_is_gone_does_nothing(store: ContactStore) -> None:
    store.apply(TENANT, ADA.id, Effect("key", score=1))
    assert store.read(TENANT, [ADA.id]) == {}


def test_two_actions_at_once_are_both_done() -> None:
    main, table = Main(), MemoryTable()
    store = store_on(TappedTable("contacts", table, main))
    store.add(ADA, "test")
    other = Effect("other", add_tags=frozenset({"other"}), attributes={"other": True}, score=1)
    before(main, "contacts.update", lambda: store.apply(TENANT, ADA.id, other))
    store.apply(TENANT, ADA.id, Effect("mine", add_tags=frozenset({"mine"}), score=10))
    found = ada(store)
    assert found.score == 18
    assert found.tags == {"vip", "mine", "other"}
    assert found.attributes["other"] is True


# ---- what a person is enrolled in


def test_memberships_are_those_of_one_person_noted_once(store: ContactStore) -> None:
    campaigns = [derived("campaign", number) for number in range(30)]
    mine = [Membership(ADA.id, campaign, "1", 8) for campaign in campaigns]
    store.enroll(TENANT, [*mine, Membership(derived("eve"), CAMPAIGN, "1", 8)])
    store.enroll(TENANT, mine)
    found = store.memberships(TENANT, ADA.id)
    assert sorted(found, key=lambda m: m.campaign) == sorted(mine, key=lambda m: m.campaign)
    assert store.memberships(OTHER, ADA.id) == []
    assert store.read(TENANT, [ADA.id]) == {}
