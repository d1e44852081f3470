"""What the stores of the audit log, of API keys, topics and senders promise."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from penguinmails.audit.entry import Deed, Entry, Head, Outcome, Subject, Waiting, sealed
from penguinmails.audit.ports import AuditPorts
from penguinmails.audit.store import REPEATED, AuditStore
from penguinmails.audit.verify import verify
from penguinmails.audit.write import begin, finish
from penguinmails.clock import ManualClock
from penguinmails.errors import Conflict, NotFound
from penguinmails.ids import derived
from penguinmails.senders.sender import NewSender, Proof, Sender, VerifiedBy, make_sender
from penguinmails.senders.store import CLAIMED, SenderStore
from penguinmails.table.port import Key, Table
from penguinmails.tenants.api_key import ApiKey, KeyMode
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.store import TenantStore
from penguinmails.topics.store import TopicStore
from penguinmails.topics.topic import make_topic
from tests.contract.places import Place

TENANT, OTHER = derived("tenant", 1), derived("tenant", 2)
NOW_AT = datetime(2026, 3, 2, 9, 0, 30, 250_000, tzinfo=UTC)
TODAY = date(2026, 3, 2)


# ---- the audit log


def deed(name: str = "a") -> Deed:
    subject = Subject("campaign", derived(name))
    action = "campaigns.launch"
    return Deed(TENANT, f"deed-{name}", NOW_AT, "0123456789abcdef", action, subject, "request=")


def test_of_two_entries_with_one_number_the_first_stands(table: Table) -> None:
    """I-30."""
    store = AuditStore(table)
    first = sealed(deed("a"), Outcome.DONE, Head())
    assert store.append(first) == first
    assert store.append(sealed(deed("b"), Outcome.DONE, Head())) == first
    assert store.append(first) == first
    assert store.entry(TENANT, 1) == first
    assert store.entry(TENANT, 2) is store.entry(OTHER, 1) is None


def test_the_head_moves_from_entry_to_entry_and_never_back(table: Table) -> None:
    store = AuditStore(table)
    assert store.head(TENANT) == Head()
    first = sealed(deed("a"), Outcome.DONE, Head())
    second = sealed(deed("b"), Outcome.UNKNOWN, first.head)
    store.move(Head(), first)
    store.move(first.head, second)
    store.move(first.head, second)
    store.move(Head(), first)
    assert store.head(TENANT) == second.head
    assert store.head(OTHER) == Head()


def test_a_chain_is_read_in_both_directions(table: Table) -> None:
    store, head = AuditStore(table), Head()
    chain: list[Entry] = []
    for name in "abcde":
        chain.append(store.append(sealed(deed(name), Outcome.DONE, head)))
        head = chain[-1].head
    page = store.page(TENANT, None, 3)
    assert [*page.entries, *store.page(TENANT, page.after, 3).entries] == chain[::-1]
    onwards = store.onwards(TENANT, None, 3)
    assert [*onwards.entries, *store.onwards(TENANT, onwards.after, 3).entries] == chain
    assert store.page(OTHER, None, 3).entries == []


def test_a_deed_waits_until_it_is_closed(table: Table) -> None:
    store = AuditStore(table)
    assert store.open(deed("b"))
    assert store.open(deed("a"))
    assert not store.open(deed("a"))
    assert store.oldest(TENANT, 10) == [Waiting(deed("a")), Waiting(deed("b"))]
    assert store.oldest(TENANT, 1) == [Waiting(deed("a"))]
    store.close(deed("a"))
    store.close(deed("a"))
    assert store.oldest(TENANT, 10) == [Waiting(deed("b"))]
    assert store.oldest(OTHER, 10) == []


def test_all_who_write_a_deeds_entry_aim_at_one_number(table: Table) -> None:
    store = AuditStore(table)
    store.open(deed())
    named = replace(deed(), subject=Subject("campaign", "made"))
    aimed = store.aim(Waiting(named), 7, Outcome.DONE)
    assert aimed == Waiting(named, Outcome.DONE, 7)
    assert store.aim(Waiting(deed()), 8, Outcome.UNKNOWN) == aimed
    assert store.aim(aimed, 9, Outcome.UNKNOWN) == replace(aimed, number=9)
    assert store.aim(Waiting(deed("b")), 1, Outcome.DONE) is None
    assert store.oldest(TENANT, 10) == [replace(aimed, number=9)]


def test_a_deed_is_remembered_as_long_as_it_may_be_repeated(table: Table) -> None:
    store = AuditStore(table)
    assert store.settled(TENANT, "deed-a") == 0
    store.settle(replace(sealed(deed(), Outcome.DONE, Head()), number=4))
    store.settle(sealed(deed(), Outcome.DONE, Head()))
    assert store.settled(TENANT, "deed-a") == 4
    assert store.settled(OTHER, "deed-a") == 0
    (item,) = table.query(f"{TENANT}#audit", prefix="done#").items
    assert item["ttl"] == int((NOW_AT + REPEATED).timestamp())


def test_deeds_of_many_workers_are_one_chain(table_place: Place) -> None:
    """I-30, with real requests at once."""
    store = AuditStore(table_place.new_table("audit"))
    ports = AuditPorts(store, ManualClock(NOW_AT))

    def do(number: int) -> Entry | None:
        opened = begin(deed(f"{number % 20}"), ports)
        return finish(opened.deed, ports)

    with ThreadPoolExecutor(8) as workers:
        entries = list(workers.map(do, range(40)))
    verdict = verify(TENANT, store)
    assert (verdict.whole, verdict.head.number) == (True, 20)
    assert all(entry and entry.deed.id == f"deed-{n % 20}" for n, entry in enumerate(entries))
    assert store.oldest(TENANT, 10) == []


# ---- API keys


def api_key(name: str = "0", tenant: str = TENANT) -> ApiKey:
    scopes = frozenset({Scope.KEYS_READ, Scope.AUDIT_READ})
    identity = name.rjust(16, "0")
    return ApiKey(identity, tenant, b"h" * 32, scopes, NOW_AT, mode=KeyMode.TEST, name="Key 🐧")


def tenants(table: Table) -> TenantStore:
    return TenantStore(table, ManualClock(NOW_AT))


def test_a_key_is_kept_with_everything_it_has(table: Table) -> None:
    store = tenants(table)
    assert store.add_key(api_key())
    assert not store.add_key(replace(api_key(), name="Another"))
    assert store.key(api_key().id) == store.own_key([TENANT], api_key().id) == api_key()
    for tenant, key in ((OTHER, api_key().id), (TENANT, "1".rjust(16, "0")), (TENANT, "tenant")):
        with pytest.raises(NotFound, match=f"no API key {key}"):
            store.own_key([tenant], key)


def test_the_keys_of_a_tenant_are_listed(table: Table) -> None:
    store = tenants(table)
    own = [api_key(f"{number}") for number in range(5)]
    for key in [*own, api_key("a", OTHER)]:
        store.add_key(key)
    store.revoke(own[0])
    first = store.keys([TENANT], None, 3)
    last = store.keys([TENANT], first.after, 3)
    assert [*first.keys, *last.keys] == [replace(own[0], revoked=True), *own[1:]]
    assert last.after is None


def test_the_keys_of_two_tenants_are_listed_one_after_the_other(table: Table) -> None:
    store = tenants(table)
    keys = [api_key("3"), api_key("4"), api_key("1", OTHER), api_key("2", OTHER)]
    for key in reversed(keys):
        store.add_key(key)
    found: list[ApiKey] = []
    after: Key | None = None
    while not found or after is not None:
        page = store.keys([TENANT, OTHER], after, 1)
        found, after = [*found, *page.keys], page.after
    assert found == keys == [*store.keys([TENANT, OTHER], None, 4).keys]
    assert store.own_key([TENANT, OTHER], keys[2].id) == keys[2]


def test_a_key_is_written_over_until_it_is_used_or_revoked(table: Table) -> None:
    store = tenants(table)
    first, second = api_key(), replace(api_key(), hash=b"i" * 32)
    assert store.put_key(first)
    assert store.put_key(second)
    assert store.key(first.id) == second
    assert not store.put_key(replace(first, tenant=OTHER))
    store.mark_used(first.id, None, TODAY)
    assert not store.put_key(first)
    store.add_key(api_key("1"))
    store.revoke(api_key("1"))
    assert not store.put_key(api_key("1"))


def test_a_last_day_moves_on_from_the_one_that_was_read(table: Table) -> None:
    store = tenants(table)
    assert not store.mark_used(api_key().id, None, TODAY)
    store.add_key(api_key())
    assert store.mark_used(api_key().id, None, TODAY)
    assert not store.mark_used(api_key().id, None, TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert store.mark_used(api_key().id, TODAY, tomorrow)
    assert store.key(api_key().id) == replace(api_key(), last_used_on=tomorrow)


# ---- topics


def test_topics_are_saved_listed_and_deleted(table: Table) -> None:
    store = TopicStore(table)
    topics = [
        make_topic(TENANT, f"topic-{n}", f"Topic {n} 🐧", "All\nof it", NOW_AT) for n in "abc"
    ]
    assert [store.save(topic) for topic in topics] == topics
    store.save(make_topic(OTHER, "topic-a", "Theirs", "", NOW_AT))
    by_id = sorted(topics, key=lambda topic: topic.id)
    first = store.page(TENANT, None, 2)
    assert [*first.topics, *store.page(TENANT, first.after, 2).topics] == by_id
    store.delete(topics[0])
    store.delete(topics[0])
    assert topics[0] not in store.page(TENANT, None, 10).topics
    assert store.get(OTHER, "topic-a").name == "Theirs"


def test_a_saved_topic_is_named_anew_and_keeps_the_rest(table: Table) -> None:
    store = TopicStore(table)
    first = store.save(make_topic(TENANT, "tips", "Tips", "", NOW_AT))
    later_at = NOW_AT + timedelta(days=1)
    again = store.save(make_topic(TENANT, "tips", "Hints", "New", later_at))
    assert again == replace(first, name="Hints", description="New", updated_at=later_at)
    assert store.get(TENANT, "tips") == again


# ---- senders


def sender(email: str = "ada@example.org", slug: str = "ada") -> Sender:
    new = NewSender(email, "Ada 🐧", "answers@example.org", "1 Pier\nOslo", slug)
    return make_sender(TENANT, new, NOW_AT)


def test_a_sender_is_kept_with_everything_it_has(table: Table) -> None:
    store = SenderStore(table)
    vouched = replace(sender(), verified_at=NOW_AT, verified_by=VerifiedBy.OPERATOR)
    assert store.save(vouched) == vouched
    assert store.get(TENANT, vouched.id) == store.get(TENANT, "ada@example.org") == vouched
    later_at = NOW_AT + timedelta(days=1)
    renamed = replace(sender(), name="Lovelace", updated_at=later_at)
    assert store.save(renamed) == replace(vouched, name="Lovelace", updated_at=later_at)
    assert store.find(OTHER, vouched.id) is None


def test_a_slug_is_claimed_before_its_sender_is_saved(table: Table) -> None:
    store, other = SenderStore(table), sender("bob@example.org")
    assert store.claim(sender())
    assert store.claim(sender())
    assert not store.claim(other)
    store.save(sender())
    assert store.get(TENANT, "ada") == sender()
    later_at = NOW_AT + CLAIMED + timedelta(milliseconds=1)
    assert not store.claim(replace(other, updated_at=later_at))
    store.remove(sender())
    assert store.claim(other)


def test_a_slug_that_came_to_nothing_is_free_after_a_while(table: Table) -> None:
    store, other = SenderStore(table), sender("bob@example.org")
    store.claim(sender())
    assert not store.claim(replace(other, updated_at=NOW_AT + CLAIMED))
    assert store.claim(replace(other, updated_at=NOW_AT + CLAIMED + timedelta(milliseconds=1)))
    assert not store.claim(replace(sender(), updated_at=NOW_AT + CLAIMED))


def test_a_proof_is_kept_and_replaced_as_it_was_read(table: Table) -> None:
    store = SenderStore(table)
    new = store.save(sender())
    first = Proof(b"1" * 32, NOW_AT, NOW_AT + timedelta(days=7))
    store.ask(new, first)
    asked = store.get(TENANT, new.id)
    assert asked == replace(new, proof=first)
    with pytest.raises(Conflict):
        store.ask(new, replace(first, hash=b"2" * 32))
    store.ask(asked, replace(first, hash=b"2" * 32))
    with pytest.raises(Conflict):
        store.verify(asked, VerifiedBy.LINK, NOW_AT)
    verified = store.verify(store.get(TENANT, new.id), VerifiedBy.LINK, NOW_AT)
    assert (verified.verified_at, verified.verified_by) == (NOW_AT, VerifiedBy.LINK)
    store.remove(new)
    with pytest.raises(Conflict):
        store.verify(verified, VerifiedBy.LINK, NOW_AT)


def test_senders_are_listed_with_what_their_domains_say(table: Table) -> None:
    store = SenderStore(table)
    names = [f"{name}@{domain}.example" for name in "ab" for domain in ("one", "two")]
    for number, email in enumerate(names):
        store.save(sender(email, f"s{number}"))
    store.verify_domain(TENANT, "one.example", NOW_AT)
    store.verify_domain(TENANT, "one.example", NOW_AT + timedelta(days=1))
    store.verify_domain(OTHER, "two.example", NOW_AT)
    first = store.page(TENANT, None, 3)
    found = [*first.senders, *store.page(TENANT, first.after, 3).senders]
    assert {one.email: one.verified_at for one in found} == {
        email: NOW_AT if "@one." in email else None for email in names
    }
    assert store.page(OTHER, None, 3).senders == []
