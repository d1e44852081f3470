"""What becomes of a mail in the sandbox: nothing leaves, and the address says what happens."""

import os
from contextlib import suppress
from dataclasses import replace

import pytest

from penguinmails.deliveries.event import EventType
from penguinmails.deliveries.fact import BounceClass
from penguinmails.deliveries.read import read_event
from penguinmails.esp.sandbox import DEEDS, OUTCOMES
from penguinmails.inbox.mail import Origin
from penguinmails.sends.message import NO_ENROLLMENT
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater
from tests.simulation.faults import Fault, Faulty
from tests.simulation.taps import Crash, flow
from tests.unit.esp.sandboxes import LETTER, START_AT, TOKEN, Sandbox, letter

DELIVERED = "delivered"
HEARD: dict[str, list[tuple[str, ...]]] = {
    "hardbounce": [("bounced", "hard")],
    "softbounce": [("bounced", "soft")],
    "complaint": [(DELIVERED,), ("complained",)],
    "open": [(DELIVERED,), ("opened",)],
    "click": [(DELIVERED,), ("clicked",)],
    "unsubscribe": [(DELIVERED,), ("unsubscribed",)],
    "reply": [(DELIVERED,), ("replied",)],
    "ooo": [(DELIVERED,), ("replied", "machine")],
}


def told(sandbox: Sandbox) -> list[tuple[str, ...]]:
    """Read the events as the recorder does."""
    events = [read_event(raw) for raw in sandbox.events()]
    assert all(event.at == START_AT and event.token == LETTER.token for event in events)
    return [
        (
            event.type.value,
            *([event.bounce.value] if event.bounce else []),
            *(["machine"] if event.machine else []),
        )
        for event in events
    ]


@pytest.mark.parametrize("tag", OUTCOMES)
def test_a_mail_that_is_not_taken_leaves_nothing_behind(tag: str) -> None:
    sandbox = Sandbox()
    assert sandbox.esp.send(letter(f"ada+open+{tag}@sandbox.test")) == OUTCOMES[tag]
    assert (sandbox.mails(), sandbox.events()) == ([], [])


def test_every_tag_that_is_told_of_is_checked_here() -> None:
    assert HEARD.keys() == DEEDS.keys()


@pytest.mark.parametrize("tag", DEEDS)
def test_a_recipient_does_what_its_tag_says(tag: str) -> None:
    sandbox = Sandbox()
    assert isinstance(sandbox.esp.send(letter(f"Ada+{tag.title()}@Sandbox.test")), Accepted)
    assert told(sandbox) == HEARD[tag]
    (mail,) = sandbox.mails()
    assert list(mail.does) == [tag]


def test_a_recipient_does_several_things_in_the_order_that_they_are_written_in() -> None:
    sandbox = Sandbox()
    sandbox.esp.send(letter("ada+open+nonsense+click+open@sandbox.test"))
    assert told(sandbox) == [(DELIVERED,), ("opened",), ("clicked",)]
    assert list(sandbox.mails()[0].does) == ["open", "click"]


def test_the_first_of_two_answers_counts() -> None:
    sandbox = Sandbox()
    assert sandbox.esp.send(letter("ada+later+refuse@sandbox.test")) == OUTCOMES["later"]


@pytest.mark.parametrize(
    "address", ["ada@example.com", "ada+refuse@example.com", "ada@sandbox.test", "a+b@sandbox.test"]
)
def test_every_other_address_takes_its_mail_and_keeps_silent(address: str) -> None:
    sandbox = Sandbox()
    assert isinstance(sandbox.esp.send(letter(address)), Accepted)
    assert told(sandbox) == [(DELIVERED,)]
    assert list(sandbox.mails()[0].does) == []


@pytest.mark.parametrize(
    "html", ["<p>Hello</p>", f'<a href="{LETTER.unsubscribe_url}">Unsubscribe</a>', ""]
)
def test_nobody_clicks_in_a_mail_without_a_link(html: str) -> None:
    sandbox = Sandbox()
    sandbox.esp.send(replace(letter("ada+click@sandbox.test"), html=html, text="Hello"))
    assert told(sandbox) == [(DELIVERED,)]
    assert list(sandbox.mails()[0].does) == []


def test_a_click_is_on_the_first_link() -> None:
    sandbox = Sandbox()
    sandbox.esp.send(letter("ada+click@sandbox.test"))
    (clicked,) = [raw for raw in sandbox.events() if raw["type"] == EventType.CLICKED]
    assert read_event(clicked).link == 0


def test_a_mail_is_kept_as_its_recipient_gets_it() -> None:
    sandbox = Sandbox()
    sandbox.esp.send(replace(letter("ada+reply@sandbox.test"), reply_to="team@example.com"))
    (mail,) = sandbox.mails()
    assert (mail.from_name, mail.from_email, mail.to_email) == (
        LETTER.from_name,
        LETTER.from_email,
        "ada+reply@sandbox.test",
    )
    assert (mail.subject, mail.text, mail.html) == (LETTER.subject, LETTER.text, LETTER.html)
    assert mail.received_at == START_AT
    assert mail.headers == {
        "Message-ID": LETTER.message_id,
        "Reply-To": "team@example.com",
        "List-Unsubscribe": f"<{LETTER.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert mail.origin == Origin(TOKEN.campaign, TOKEN.contact, revision=2, step=3, attempt=1)


def test_a_mail_outside_any_enrollment_is_kept_and_nobody_is_told() -> None:
    sandbox = Sandbox()
    message = replace(
        letter("ada+open+hardbounce@sandbox.test"), token=NO_ENROLLMENT, unsubscribe_url=None
    )
    assert isinstance(sandbox.esp.send(message), Accepted)
    (mail,) = sandbox.mails()
    assert (mail.origin, list(mail.does), dict(mail.headers)) == (
        None,
        [],
        {"Message-ID": LETTER.message_id},
    )
    assert sandbox.events() == []


def test_a_mail_that_no_inbox_keeps_is_refused_and_says_why() -> None:
    sandbox = Sandbox()
    message = replace(letter("ada+open@sandbox.test"), html=os.urandom(400_000).hex())
    refused = sandbox.esp.send(message)
    assert isinstance(refused, Refused)
    assert refused.scope is Scope.MESSAGE
    assert "an inbox keeps 300,000" in refused.detail
    assert (sandbox.mails(), sandbox.events()) == ([], [])


def test_i_1_the_same_send_twice_is_one_mail_and_one_of_each_event() -> None:
    sandbox = Sandbox()
    message = letter("ada+open+softbounce@sandbox.test")
    first = sandbox.esp.send(message)
    sandbox.pass_time(hours=1)
    assert sandbox.esp.send(replace(message, date=sandbox.clock.now())) == first
    assert len(sandbox.mails()) == 1
    told_of = [(raw["id"], raw["type"]) for raw in sandbox.events()]
    assert told_of[:2] == told_of[2:]
    assert {kind for _, kind in told_of} == {EventType.OPENED, EventType.BOUNCED}
    assert BounceClass.SOFT in {raw.get("class") for raw in sandbox.events()}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_whatever_fails_on_the_way_the_next_try_loses_and_doubles_nothing(
    fault: Fault, number: int
) -> None:
    sandbox = Sandbox()
    message = letter("ada+click@sandbox.test")
    sandbox.main.tap = Faulty({number: fault}).tap
    outcome: Outcome | None = None
    with suppress(Crash):
        outcome = sandbox.esp.send(message)
    sandbox.main.tap = flow
    assert isinstance(outcome, TryLater | None) or fault is Fault.ASKED_TWICE
    assert isinstance(sandbox.esp.send(message), Accepted)
    assert len(sandbox.mails()) == 1
    assert {raw["type"] for raw in sandbox.events()} == {EventType.DELIVERED, EventType.CLICKED}
    assert len({raw["id"] for raw in sandbox.events()}) == 2


@pytest.mark.parametrize(
    ("number", "kept", "away"), [(1, 0, "core.put"), (2, 0, "core.put"), (3, 1, "queue.record")]
)
def test_a_mail_that_is_not_kept_and_told_of_is_asked_for_again(
    number: int, kept: int, away: str
) -> None:
    sandbox = Sandbox()
    sandbox.main.tap = Faulty({number: Fault.FAILS_BEFORE}).tap
    outcome = sandbox.esp.send(letter("ada@sandbox.test"))
    assert outcome == TryLater(30, f"{away} did not answer")
    assert (len(sandbox.mails()), sandbox.events()) == (kept, [])
