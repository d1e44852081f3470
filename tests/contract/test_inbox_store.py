"""What the store of inboxes promises."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.errors import InvalidInput, NotFound
from penguinmails.ids import CountingIds, derived
from penguinmails.inbox.browse import browse
from penguinmails.inbox.mail import KeptMail, Origin
from penguinmails.inbox.store import InboxStore
from penguinmails.table.port import Key, Table

TENANT, OTHER = derived("tenant", 1), derived("tenant", 2)
START_AT = datetime(2026, 3, 2, 9, 0, 30, 250_000, tzinfo=UTC)
MAIL = KeptMail(
    tenant=TENANT,
    id=CountingIds().new(),
    send_key="00112233445566778899aabbccddeeff",
    received_at=START_AT,
    from_name="Northlight 🐧",
    from_email="hello@northlight.example",
    to_email="ada+open@sandbox.test",
    subject="Hello 🐧",
    text="Hello",
    html="<p>Hello</p>",
    headers={"Message-ID": "<1@northlight.example>", "List-Unsubscribe": "<https://x/u/1>"},
    does=("open",),
    origin=Origin(derived("campaign"), derived("contact"), revision=2, step=3, attempt=1),
)


def filled(table: Table, count: int, to: str = MAIL.to_email) -> list[KeptMail]:
    """Keep mails in an inbox; gives them newest first."""
    store, ids = InboxStore(table), CountingIds()
    mails = [
        replace(MAIL, id=ids.new(), send_key=f"{to}{number}", to_email=to)
        for number in range(count)
    ]
    for mail in mails:
        store.keep(mail)
    return mails[::-1]


def test_a_mail_is_kept_with_everything_it_has(table: Table) -> None:
    store = InboxStore(table)
    plain = replace(
        MAIL, id=derived("x"), send_key="x", headers={}, does=(), origin=None, html="", from_name=""
    )
    for mail in (MAIL, plain):
        assert store.keep(mail) == mail.id
        assert store.get(TENANT, mail.id) == mail
        with pytest.raises(NotFound, match=f"no mail {mail.id}"):
            store.get(OTHER, mail.id)


def test_a_send_key_keeps_one_mail_under_the_id_that_it_had_first(table: Table) -> None:
    store = InboxStore(table)
    store.keep(MAIL)
    later = replace(MAIL, id=derived("later"), received_at=START_AT + timedelta(hours=1))
    assert store.keep(later) == MAIL.id
    assert list(store.page(TENANT, "", 10).mails) == [MAIL]
    assert store.keep(replace(later, tenant=OTHER)) == later.id


def test_a_mail_that_was_never_written_comes_under_its_first_id(table: Table) -> None:
    store = InboxStore(table)
    store.keep(MAIL)
    table.delete(Key(TENANT, f"inbox#{MAIL.id}"))
    later = replace(MAIL, id=derived("later"), received_at=START_AT + timedelta(hours=1))
    assert store.keep(later) == MAIL.id
    assert list(store.page(TENANT, "", 10).mails) == [replace(later, id=MAIL.id)]


def test_an_inbox_is_read_page_by_page_newest_first(table: Table) -> None:
    store, mails = InboxStore(table), filled(table, 5)
    first = store.page(TENANT, "", 3)
    last = store.page(TENANT, first.after, 3)
    assert [*first.mails, *last.mails] == mails
    assert last.after == ""
    assert list(store.page(OTHER, "", 3).mails) == []


def test_a_mail_that_is_too_large_is_refused_with_its_size(table: Table) -> None:
    store = InboxStore(table)
    with pytest.raises(InvalidInput, match=r"compressed it has [0-9,]+ bytes"):
        store.keep(replace(MAIL, html=os.urandom(400_000).hex()))
    assert list(store.page(TENANT, "", 10).mails) == []


def test_a_mail_as_large_as_can_be_is_kept(table: Table) -> None:
    store = InboxStore(table)
    large = replace(MAIL, html=os.urandom(260_000).hex())
    store.keep(large)
    assert store.get(TENANT, MAIL.id) == large


def test_a_mail_and_what_settles_its_id_are_forgotten_after_thirty_days(table: Table) -> None:
    InboxStore(table).keep(MAIL)
    items = table.query(TENANT).items
    assert {item["ttl"] for item in items} == {int((START_AT + timedelta(days=30)).timestamp())}
    assert len(items) == 2


def test_mails_to_an_address_are_looked_for_until_some_are_found(table: Table) -> None:
    store = InboxStore(table)
    wanted = filled(table, 3, "Bob@sandbox.test")
    later = InboxStore(table)
    for number in range(150):
        later.keep(replace(MAIL, id=derived(number), send_key=f"{number}"))
    first = browse(TENANT, " bob@Sandbox.test ", "", 2, store)
    last = browse(TENANT, "bob@sandbox.test", first.after, 2, store)
    assert [*first.mails, *last.mails] == wanted
    assert last.after == ""
    assert list(browse(TENANT, "eve@sandbox.test", "", 2, store).mails) == []
    assert len(browse(TENANT, "", "", 2, store).mails) == 2
