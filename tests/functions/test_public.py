"""The public pages: the open pixel, links that lead on, and the way out."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Ref, Status
from penguinmails.errors import Unavailable
from penguinmails.queues.port import Queue
from penguinmails.senders.add import add_sender
from penguinmails.senders.ask import ask_verification
from penguinmails.senders.sender import NewSender, Sender
from penguinmails.tracking.tokens import Purpose
from tests.functions.listening import TENANT, Listening, world

__all__ = ["world"]

HTML = "<p><a href=\"https://northlight.example/hi/{{ contact.first_name | default('you') }}?a=1\">Go</a></p>"
ALTERED = ["", "x", "A" * 100, "A" * 5000, "%00", "<script>alert(1)", "ü", "a.b", "-_"]


@pytest.fixture
def ref(world: Listening) -> Ref:
    return world.enroll(world.campaign(HTML), world.person(first_name="Ada"))


def suppressed(world: Listening, ref: Ref) -> bool:
    return ref.contact in world.suppressions.reasons(TENANT, ref.campaign, [ref.contact])


def assert_safe(answer: dict[str, Any]) -> None:
    headers = answer["headers"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["content-type"]


def test_the_pixel_is_one_dot_and_counts_an_open(world: Listening, ref: Ref) -> None:
    answer = world.visit(f"/o/{world.text(ref, Purpose.OPEN)}")
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "image/gif"
    assert len(base64.b64decode(answer["body"])) == 43
    assert_safe(answer)
    world.settle()
    assert [(f.type, f.machine, f.step) for f in world.heard(ref)] == [(FactType.OPENED, False, 1)]


@pytest.mark.parametrize("token", ALTERED)
def test_the_pixel_is_given_whatever_the_token_is(world: Listening, token: str) -> None:
    answer = world.visit(f"/o/{token}")
    assert answer["statusCode"] == (200 if token else 404)
    assert not world.queues.waiting


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"user_agent": "Mozilla/5.0"}),
        ("GET", {"user_agent": "Barracuda Sentinel (EE)"}),
        ("GET", {"user_agent": "Googlebot/2.1"}),
        ("GET", {"user_agent": "Mozilla/5.0 Firefox/11.0 (via ggpht.com GoogleImageProxy)"}),
        ("GET", {"sec_purpose": "prefetch;prerender"}),
    ],
)
def test_a_visit_without_a_reader_counts_as_a_machines(
    world: Listening, ref: Ref, method: str, headers: dict[str, str]
) -> None:
    world.visit(f"/o/{world.text(ref, Purpose.OPEN)}", method, **headers)
    world.visit(f"/c/{world.text(ref, Purpose.CLICK)}", method, **headers)
    world.settle()
    assert [fact.machine for fact in world.heard(ref)] == [True, True]


def test_every_open_has_its_own_place_in_the_journal(world: Listening, ref: Ref) -> None:
    for _ in range(3):
        world.visit(f"/o/{world.text(ref, Purpose.OPEN)}")
    world.settle()
    assert len(world.heard(ref)) == 3


def test_a_click_leads_to_the_link_as_written_for_the_reader(world: Listening, ref: Ref) -> None:
    answer = world.visit(f"/c/{world.text(ref, Purpose.CLICK)}")
    assert answer["statusCode"] == 302
    assert answer["headers"]["location"] == "https://northlight.example/hi/Ada?a=1"
    assert_safe(answer)
    world.settle()
    assert [(f.type, f.link) for f in world.heard(ref)] == [(FactType.CLICKED, 0)]


def test_a_click_of_somebody_whose_contact_is_gone_still_leads_on(
    world: Listening, ref: Ref
) -> None:
    world.tables["contacts"].rows.clear()
    answer = world.visit(f"/c/{world.text(ref, Purpose.CLICK)}")
    assert answer["headers"]["location"] == "https://northlight.example/hi/you?a=1"


@pytest.mark.parametrize("token", ALTERED)
def test_a_click_that_we_did_not_sign_leads_nowhere(world: Listening, token: str) -> None:
    answer = world.visit(f"/c/{token}")
    assert answer["statusCode"] == 404
    assert "location" not in answer["headers"]
    assert token not in answer["body"] or token in {"", "x", "-_"}
    assert_safe(answer)
    assert not world.queues.waiting


def test_a_click_on_a_link_that_is_gone_leads_nowhere(world: Listening, ref: Ref) -> None:
    assert world.visit(f"/c/{world.text(ref, Purpose.CLICK, link=9)}")["statusCode"] == 404
    gone = replace(ref, campaign="01890000-0000-7000-8000-0000000000aa")
    assert world.visit(f"/c/{world.text(gone, Purpose.CLICK)}")["statusCode"] == 404


def test_a_token_is_good_for_its_own_purpose_alone(world: Listening, ref: Ref) -> None:
    assert world.visit(f"/u/{world.text(ref, Purpose.OPEN)}", "POST")["statusCode"] == 404
    assert world.visit(f"/c/{world.text(ref, Purpose.UNSUBSCRIBE)}")["statusCode"] == 404
    assert not suppressed(world, ref)


def test_readers_are_served_while_the_queue_is_away(
    world: Listening, ref: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.queues, "send", _away)
    assert world.visit(f"/o/{world.text(ref, Purpose.OPEN)}")["statusCode"] == 200
    assert world.visit(f"/c/{world.text(ref, Purpose.CLICK)}")["statusCode"] == 302


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_i_14_looking_at_the_unsubscribe_page_changes_nothing(
    world: Listening, ref: Ref, method: str
) -> None:
    answer = world.visit(f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}", method)
    assert answer["statusCode"] == 200
    assert ('<form method="post">' in answer["body"]) is (method == "GET")
    assert_safe(answer)
    assert not suppressed(world, ref)
    assert world.row(ref).status is Status.ACTIVE
    assert not world.queues.waiting


def test_i_14_unsubscribing_has_taken_effect_when_it_is_answered(
    world: Listening, ref: Ref
) -> None:
    person = world.contacts.read(TENANT, [ref.contact])[ref.contact]
    elsewhere = world.enroll(world.campaign(), person)
    answer = world.visit(f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}", "POST")
    assert answer["statusCode"] == 200
    assert suppressed(world, ref)
    for one in (ref, elsewhere):
        assert (world.row(one).status, world.row(one).exit_reason) == (
            Status.EXITED,
            "unsubscribed",
        )
    assert [fact.type for fact in world.heard(ref)] == [FactType.UNSUBSCRIBED]
    assert world.heard(elsewhere) == []


def test_i_14_a_claim_in_hand_stays_for_its_holder(world: Listening, ref: Ref) -> None:
    world.claim(ref)
    world.visit(f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}", "POST")
    assert world.row(ref).claim is not None
    assert world.row(ref).status is Status.EXITED


def test_i_14_unsubscribing_twice_is_unsubscribing_once(world: Listening, ref: Ref) -> None:
    path = f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}"
    assert world.visit(path, "POST")["statusCode"] == 200
    once = world.row(ref)
    world.clock.move(days=3)
    assert world.visit(path, "POST")["statusCode"] == 200
    assert world.row(ref) == once


def test_i_14_what_could_not_be_finished_is_not_acknowledged_and_not_forgotten(
    world: Listening, ref: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}"
    with monkeypatch.context() as outage:
        outage.setattr(world.contacts, "memberships", _away)
        answer = world.visit(path, "POST")
    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"] == "60"
    assert suppressed(world, ref)
    world.settle()
    assert world.row(ref).status is Status.EXITED
    assert [fact.type for fact in world.heard(ref)] == [FactType.UNSUBSCRIBED]


def test_i_14_without_a_suppression_nothing_is_acknowledged(
    world: Listening, ref: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.suppressions, "add", _away)
    assert world.visit(f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}", "POST")["statusCode"] == 503


def test_i_15_the_link_is_enough_when_all_else_is_gone(world: Listening, ref: Ref) -> None:
    path = f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}"
    for name in ("core", "contacts", "enrollments"):
        world.tables[name].rows.clear()
    world.tenants._tenants.clear()
    world.ring = world.ring.rotated(lambda size: b"n" * size)
    assert world.visit(path)["statusCode"] == 200
    assert world.visit(path, "POST")["statusCode"] == 200
    assert suppressed(world, ref)


@pytest.mark.parametrize("token", ALTERED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unsubscribe_link_that_we_did_not_sign_does_nothing(
    world: Listening, token: str, method: str
) -> None:
    answer = world.visit(f"/u/{token}", method)
    assert answer["statusCode"] == 404
    assert_safe(answer)
    assert not world.tables["suppressions"].rows


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_the_way_out_of_a_test_mail_says_that_nobody_was_unsubscribed(
    world: Listening, method: str
) -> None:
    answer = world.visit("/u/test", method)
    assert answer["statusCode"] == 200
    assert ("nobody was unsubscribed" in answer["body"]) is (method != "HEAD")
    assert_safe(answer)
    assert not world.tables["suppressions"].rows


def asked(world: Listening) -> str:
    """Add a sender and ask for its link; give the path to which that leads."""
    add_sender(TENANT, NewSender("hello@northlight.example", "N"), world.adding_senders())
    letter = ask_verification(TENANT, "hello@northlight.example", world.asking_senders())
    return letter.text.partition("https://mail.example.com")[2].split()[0]


def sender(world: Listening) -> Sender:
    return world.senders.get(TENANT, "hello@northlight.example")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_page_of_a_sender_verifies_nothing(world: Listening, method: str) -> None:
    answer = world.visit(asked(world), method)
    assert answer["statusCode"] == 200
    assert ('<form method="post">' in answer["body"]) is (method == "GET")
    assert "northlight" not in answer["body"]
    assert_safe(answer)
    assert not sender(world).is_verified


def test_the_pages_button_verifies_a_sender_and_may_be_pressed_twice(world: Listening) -> None:
    path = asked(world)
    for _ in range(2):
        answer = world.visit(path, "POST")
        assert answer["statusCode"] == 200
        assert_safe(answer)
        assert world.may_send_from(TENANT, "hello@northlight.example")
    assert "<form" not in world.visit(path)["body"]


def test_a_sender_link_that_ended_verifies_nothing(world: Listening) -> None:
    old = asked(world)
    world.clock.move(minutes=5)
    new = asked(world)
    assert world.visit(old, "POST")["statusCode"] == 404
    world.clock.move(days=7)
    assert world.visit(new, "POST")["statusCode"] == 404
    assert not sender(world).is_verified


@pytest.mark.parametrize("token", [*ALTERED, "A" * 70])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_sender_link_that_we_did_not_make_does_nothing(
    world: Listening, token: str, method: str
) -> None:
    answer = world.visit(f"/v/{token}", method)
    assert answer["statusCode"] == 404
    assert_safe(answer)


@pytest.mark.parametrize(
    ("kind", "method"), [("o", "POST"), ("c", "DELETE"), ("u", "PUT"), ("v", "PUT")]
)
def test_other_methods_are_not_allowed(world: Listening, kind: str, method: str) -> None:
    answer = world.visit(f"/{kind}/token", method)
    assert answer["statusCode"] == 405
    assert "GET" in answer["headers"]["allow"]


def test_a_page_answers_head_without_a_body(world: Listening, ref: Ref) -> None:
    answer = world.visit(f"/u/{world.text(ref, Purpose.UNSUBSCRIBE)}", "HEAD")
    assert answer["body"] == ""


def test_opens_wait_in_the_queue_of_the_recorder(world: Listening, ref: Ref) -> None:
    world.visit(f"/o/{world.text(ref, Purpose.OPEN)}")
    (body,) = world.queued(Queue.RECORD)
    assert (body["tenant"], body["source"]) == (TENANT, "pixel")
    assert "ada@example.com" not in str(body)


def _away(*_: object, **__: object) -> None:
    raise Unavailable("it did not answer")
