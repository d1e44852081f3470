"""Tests of senders: adding them, and showing that an address is the workspace's own."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from penguinmails.clock import ManualClock
from penguinmails.dns.memory import MemoryDns
from penguinmails.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from penguinmails.ids import CountingIds, derived
from penguinmails.senders.add import AddPorts, add_sender
from penguinmails.senders.ask import AskPorts, Letter, ask_verification
from penguinmails.senders.found import found_workspace
from penguinmails.senders.link import SECRET_BYTES, Link, read_link
from penguinmails.senders.sender import NewSender, Sender, VerifiedBy
from penguinmails.senders.standing import Standing, StandingPorts, standing_of
from penguinmails.senders.store import SenderStore
from penguinmails.senders.verify import VerifyPorts, look, verify
from penguinmails.senders.verify_domain import DomainPorts, record_for, verify_domain
from penguinmails.table.memory import MemoryTable
from penguinmails.tenants.create import Asked, TenantPorts
from penguinmails.tenants.store import TenantStore
from penguinmails.tenants.tenant import EspName, Tenant
from tests.simulation.taps import Main, TappedTable, before

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT, OTHER, TRIAL = (derived("tenant", number) for number in (1, 2, 3))
EMAIL = "hello@northlight.example"
HELLO = NewSender(EMAIL, "Northlight", postal_address="1 Pier\nOslo")


class Post:
    """Where senders are added, and mails with links arrive."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW_AT)
        self.main = Main()
        self.table = MemoryTable()
        self.store = SenderStore(TappedTable("core", self.table, self.main))
        self.dns = MemoryDns()
        self.tenants = TenantStore(self.table, self.clock)
        for tenant, esp in ((TENANT, EspName.SES), (OTHER, EspName.SES), (TRIAL, EspName.SANDBOX)):
            self.tenants.add(Tenant(tenant, "Northlight", "UTC", 2, esp, NOW_AT))
        self.verifying = VerifyPorts(self.store, self.clock)

    def add(self, new: NewSender = HELLO, tenant: str = TENANT) -> Sender:
        """Add a sender."""
        return add_sender(tenant, new, AddPorts(self.store, self.clock))

    def ask(self, reference: str = EMAIL, tenant: str = TENANT) -> Letter:
        """Ask for a mail with a link."""
        url = "https://mail.example.com"
        return ask_verification(
            tenant, reference, AskPorts(self.store, self.clock, os.urandom, url)
        )

    def link(self) -> str:
        """Ask for a mail, and take the link out of it."""
        found = re.search(r"https://mail\.example\.com/v/(\S+)", self.ask().text)
        assert found is not None
        return found[1]

    def verify(self, text: str) -> Sender:
        """Press the button."""
        return verify(text, self.verifying)

    def verify_domain(self, reference: str = EMAIL) -> Sender:
        """Ask for the domain's records to be looked at."""
        return verify_domain(TENANT, reference, DomainPorts(self.store, self.dns, self.clock))

    def may(self, email: str = EMAIL, tenant: str = TENANT) -> bool:
        """Ask whether mail may be sent."""
        return self.standing(email, tenant).may_send

    def standing(self, email: str = EMAIL, tenant: str = TENANT) -> Standing:
        """Ask how an address stands."""
        return standing_of(tenant, email, StandingPorts(self.store, self.tenants))


# ---- adding


def test_a_new_sender_may_not_send_yet() -> None:
    post = Post()
    sender = post.add()
    assert (sender.email, sender.slug) == (EMAIL, "hello-northlight-example")
    assert not sender.is_verified
    assert not post.may()


def test_a_sender_is_found_by_its_id_its_slug_and_its_address() -> None:
    post = Post()
    sender = post.add(replace(HELLO, slug="front-desk"))
    for reference in (sender.id, "front-desk", EMAIL, "Hello@Northlight.example"):
        assert post.store.get(TENANT, reference) == sender
        assert post.store.find(OTHER, reference) is None
    for reference in ("", "@", "another", "x@y.example", derived("another")):
        with pytest.raises(NotFound, match="no such sender"):
            post.store.get(TENANT, reference)


def test_adding_an_address_again_changes_its_texts_alone() -> None:
    post = Post()
    first = post.add()
    post.verify(post.link())
    post.clock.move(days=1)
    again = post.add(NewSender("HELLO@northlight.example", "North", "help@northlight.example"))
    assert (again.name, again.reply_to) == ("North", "help@northlight.example")
    assert (again.id, again.slug, again.created_at) == (first.id, first.slug, NOW_AT)
    assert again.updated_at > first.updated_at
    assert post.may()


def test_the_slug_of_an_address_does_not_change() -> None:
    post = Post()
    post.add()
    with pytest.raises(Conflict, match="does not change"):
        post.add(replace(HELLO, slug="front-desk"))
    assert post.add(replace(HELLO, slug="hello-northlight-example")).name == HELLO.name


def test_a_slug_is_one_senders() -> None:
    post = Post()
    post.add(replace(HELLO, slug="team"))
    with pytest.raises(Conflict, match="choose one that is free"):
        post.add(NewSender("other@northlight.example", "Other", slug="team"))
    post.add(NewSender("other@northlight.example", "Other", slug="team"), OTHER)
    post.store.remove(post.store.get(TENANT, "team"))
    assert post.add(NewSender("other@northlight.example", "Other", slug="team")).slug == "team"


def test_a_slug_whose_sender_never_came_is_free_after_a_minute() -> None:
    post = Post()
    lost = replace(post.add(replace(HELLO, slug="team")))
    post.table.rows[TENANT].pop(f"sender#{lost.id}")
    other = NewSender("other@northlight.example", "Other", slug="team")
    with pytest.raises(Conflict):
        post.add(other)
    post.clock.move(seconds=61)
    assert post.add(other).slug == "team"


def test_every_problem_of_a_sender_is_told_with_its_place() -> None:
    bad = NewSender("nobody", "two\nlines", "x@", "\x00", "No Slug")
    with pytest.raises(InvalidInput) as refused:
        Post().add(bad)
    pointers = [problem.pointer for problem in refused.value.problems]
    assert pointers == ["/email", "/name", "/replyTo", "/postalAddress", "/slug"]


def test_a_removed_sender_may_not_send_and_its_link_opens_nothing() -> None:
    post = Post()
    sender = post.add()
    text = post.link()
    post.store.remove(sender)
    post.store.remove(sender)
    with pytest.raises(Forbidden):
        post.verify(text)
    again = post.add()
    assert not again.is_verified
    with pytest.raises(Forbidden):
        post.verify(text)


# ---- by a mailed link


def test_the_mail_goes_to_the_address_and_names_nothing_that_the_asker_wrote() -> None:
    post = Post()
    post.add(NewSender(EMAIL, "Win a prize at evil.example"))
    letter = post.ask()
    assert letter.to_email == EMAIL
    assert "evil" not in letter.text + letter.html + letter.subject
    assert '<a href="https://mail.example.com/v/' in letter.html


def test_only_the_button_verifies() -> None:
    post = Post()
    post.add()
    text = post.link()
    assert not look(text, post.verifying).is_verified
    assert not post.may()
    verified = post.verify(text)
    assert (verified.verified_at, verified.verified_by) == (NOW_AT, VerifiedBy.LINK)
    assert post.may("HELLO@northlight.example")
    assert not post.may(tenant=OTHER)


def test_a_second_press_changes_nothing() -> None:
    post = Post()
    post.add()
    text = post.link()
    first = post.verify(text)
    post.clock.move(days=30)
    assert post.verify(text) == first


def test_a_link_counts_for_seven_days() -> None:
    post = Post()
    post.add()
    text = post.link()
    post.clock.move(days=7)
    with pytest.raises(Forbidden, match="seven days"):
        post.verify(text)
    assert not post.may()


def test_a_newer_link_replaces_the_older_one() -> None:
    post = Post()
    post.add()
    older = post.link()
    post.clock.move(minutes=5)
    newer = post.link()
    with pytest.raises(Forbidden, match="newer"):
        post.verify(older)
    assert post.verify(newer).is_verified


def test_a_link_that_is_replaced_while_its_button_is_pressed_verifies_nothing() -> None:
    post = Post()
    post.add()
    text = post.link()
    post.clock.move(minutes=5)
    before(post.main, "core.update", post.link)
    with pytest.raises(Forbidden):
        post.verify(text)
    assert not post.may()


def test_nobody_is_pestered_with_mails() -> None:
    post = Post()
    post.add()
    post.ask()
    post.clock.move(minutes=4)
    with pytest.raises(Conflict, match="on its way"):
        post.ask()
    post.clock.move(minutes=1)
    post.verify(post.link())
    post.clock.move(minutes=5)
    with pytest.raises(Conflict, match="verified already"):
        post.ask()


def test_two_who_ask_at_once_send_one_mail() -> None:
    post = Post()
    post.add()
    before(post.main, "core.update", post.ask)
    with pytest.raises(Conflict, match="meanwhile"):
        post.ask()


def test_a_mail_is_asked_for_an_own_sender_only() -> None:
    """I-16."""
    post = Post()
    sender = post.add()
    for reference in (sender.id, EMAIL, sender.slug):
        with pytest.raises(NotFound, match="no such sender"):
            post.ask(reference, OTHER)


@pytest.mark.parametrize("text", ["", "x", "a" * 70, "é" * 70, "a" * 71])
def test_what_is_no_link_of_ours_is_refused(text: str) -> None:
    with pytest.raises(Forbidden):
        look(text, Post().verifying)


def test_no_part_of_a_link_can_be_altered() -> None:
    post = Post()
    sender = post.add()
    link = read_link(post.link())
    altered = [
        replace(link, tenant=OTHER),
        replace(link, sender=derived("another")),
        replace(link, secret=bytes(SECRET_BYTES)),
        Link(TENANT, sender.id, b"x" * SECRET_BYTES),
    ]
    for other in altered:
        with pytest.raises(Forbidden):
            post.verify(other.text)
    assert post.verify(link.text).is_verified


def test_the_secret_of_a_link_and_the_address_are_not_to_be_seen() -> None:
    post = Post()
    post.add()
    text = post.link()
    link = read_link(text)
    assert link.text == text
    assert repr(link.secret) not in str(post.table.rows)
    assert repr(link.secret) not in repr(link)


# ---- by a domain's record


def test_a_domains_record_verifies_all_its_senders_those_to_come_as_well() -> None:
    post = Post()
    post.add()
    record = record_for(TENANT, "northlight.example")
    post.dns.records[record.name] = ["v=spf1 -all", record.value]
    found = post.verify_domain()
    assert (found.verified_at, found.verified_by) == (NOW_AT, VerifiedBy.DOMAIN)
    post.clock.move(days=1)
    assert post.verify_domain().verified_at == NOW_AT
    assert post.add(NewSender("new@northlight.example", "New")).is_verified
    assert not post.add(NewSender("new@sub.northlight.example", "New")).is_verified
    assert not post.may("nobody@northlight.example")
    assert [sender.is_verified for sender in post.store.page(TENANT, None, 10).senders].count(
        True
    ) == 2


def test_a_record_that_is_not_there_is_told_word_for_word() -> None:
    post = Post()
    post.add()
    with pytest.raises(Conflict) as refused:
        post.verify_domain()
    record = record_for(TENANT, "northlight.example")
    assert record.name == "_penguinmails.northlight.example"
    assert record.name in str(refused.value)
    assert record.value in str(refused.value)
    assert not post.may()


def test_another_workspaces_record_verifies_nothing() -> None:
    post = Post()
    post.add()
    foreign = record_for(OTHER, "northlight.example")
    post.dns.records[foreign.name] = [foreign.value]
    with pytest.raises(Conflict):
        post.verify_domain()


def test_a_dns_that_does_not_answer_verifies_nothing() -> None:
    post = Post()
    post.add()
    post.dns.away.add(record_for(TENANT, "northlight.example").name)
    with pytest.raises(Unavailable):
        post.verify_domain()
    assert not post.may()


# ---- how an address stands


def test_an_address_stands_as_its_sender_does() -> None:
    post = Post()
    unknown = Standing(is_verified=False, postal_address="", is_sandboxed=False)
    assert post.standing("nobody") == post.standing("@") == post.standing() == unknown
    post.add()
    assert post.standing() == replace(unknown, postal_address="1 Pier\nOslo")
    post.verify(post.link())
    assert post.standing("Hello@northlight.example").is_verified


def test_in_the_sandbox_mail_may_be_from_anybody() -> None:
    post = Post()
    assert post.may("nobody@northlight.example", TRIAL)
    assert not post.standing("nobody@northlight.example", TRIAL).is_verified


# ---- by an operator


def test_an_operator_vouches_for_the_first_sender_of_a_workspace() -> None:
    post = Post()
    ports = TenantPorts(post.tenants, CountingIds(), post.clock, os.urandom, lambda: None)
    senders = AddPorts(post.store, post.clock)
    made = found_workspace(Asked("Northlight"), HELLO, ports, senders)
    assert post.may(tenant=made.tenant.id)
    assert post.store.get(made.tenant.id, EMAIL).verified_by is VerifiedBy.OPERATOR
    rows = len(post.table.rows)
    with pytest.raises(InvalidInput, match="/sender/email"):
        found_workspace(Asked("Northlight"), NewSender("x", "X"), ports, senders)
    assert len(post.table.rows) == rows


def test_an_operator_vouches_for_a_sender_that_is_there() -> None:
    post = Post()
    added = post.add()
    vouched = add_sender(TENANT, HELLO, AddPorts(post.store, post.clock), operator=True)
    assert (vouched.id, vouched.verified_by) == (added.id, VerifiedBy.OPERATOR)
    assert post.may()


def test_an_operators_word_replaces_no_proof() -> None:
    post = Post()
    post.add()
    post.verify(post.link())
    again = add_sender(TENANT, HELLO, AddPorts(post.store, post.clock), operator=True)
    assert again.verified_by is VerifiedBy.LINK
