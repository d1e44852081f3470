"""Sending over SMTP: each fault is told apart by whether the message can have left."""

import time
from email import message_from_bytes, policy

import pytest

from penguinmails.esp.smtp import Server, SmtpEsp
from penguinmails.meter import Meter
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from tests.unit.esp.faulty_server import (
    CUT,
    DRIP,
    HOST,
    SILENCE,
    Inbox,
    Script,
    free_port,
    real_server,
    scripted_server,
)
from tests.unit.esp.messages import MESSAGE, to


def esp_at(port: int, *, call_s: float = 1.0, user: str = "") -> SmtpEsp:
    return SmtpEsp(Server(HOST, port, user), Meter(), time.monotonic, call_s=call_s)


def sent_to(*connections: dict[str, str]) -> Outcome:
    script = Script(*connections)
    with scripted_server(script) as port:
        esp = esp_at(port, call_s=0.5)
        outcome = esp.send(MESSAGE)
        esp.close()
    return outcome


def test_a_real_server_gets_the_message_byte_for_byte_over_one_connection() -> None:
    inbox, meter = Inbox(), Meter()
    with real_server(inbox) as port:
        esp = SmtpEsp(Server(HOST, port), meter, time.monotonic)
        outcomes = [esp.send(to(f"person{number}@example.com")) for number in range(3)]
        esp.close()
    assert outcomes == [Accepted("2.0.0 queued as 42")] * 3
    assert len(inbox.sessions) == 1
    assert meter.round_trips == 3
    parsed = message_from_bytes(inbox.mails[0], policy=policy.default)
    part = parsed.get_body(("plain",))
    assert part is not None
    assert part.get_content().splitlines() == ["A line", ".a line with a dot", ".", "last"]


@pytest.mark.parametrize(
    ("rcpt", "outcome"),
    [
        ("550 5.1.1 no such user", Refused(Scope.RECIPIENT, "550")),
        ("451 4.7.1 greylisted", TryLater(300, "451")),
        ("421 4.3.2 shutting down", TryLater(60, "421", everyone=True)),
        ("530 5.7.0 log in first", Refused(Scope.ACCOUNT, "530")),
    ],
)
def test_a_reply_to_the_recipient_is_about_the_recipient(rcpt: str, outcome: Outcome) -> None:
    inbox = Inbox(rcpt=rcpt)
    with real_server(inbox) as port:
        esp = esp_at(port)
        assert esp.send(MESSAGE) == outcome
        esp.close()
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        ("554 5.7.1 spam", Refused(Scope.MESSAGE, "554")),
        ("451 4.3.0 try again", TryLater(300, "451")),
        ("421 4.3.2 shutting down", TryLater(60, "421", everyone=True)),
    ],
)
def test_a_reply_to_the_whole_message_is_about_the_message(data: str, outcome: Outcome) -> None:
    with real_server(Inbox(data=data)) as port:
        esp = esp_at(port)
        assert esp.send(MESSAGE) == outcome
        esp.close()


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"greeting": "554 go away"}, TryLater(60, "554", everyone=True)),
        ({"greeting": CUT}, TryLater(60, "SMTPServerDisconnected", everyone=True)),
        ({"greeting": SILENCE}, TryLater(60, "SMTPServerDisconnected", everyone=True)),
        ({"greeting": DRIP}, TryLater(60, "SMTPServerDisconnected", everyone=True)),
        ({"EHLO": CUT}, TryLater(60, "SMTPServerDisconnected", everyone=True)),
        ({"MAIL": "550 5.7.1 sender unknown"}, Refused(Scope.ACCOUNT, "550")),
        ({"MAIL": "451 later"}, TryLater(300, "451")),
        ({"MAIL": CUT}, TryLater(300, "SMTPServerDisconnected")),
        ({"RCPT": CUT}, TryLater(300, "SMTPServerDisconnected")),
        ({"RCPT": SILENCE}, TryLater(300, "SMTPServerDisconnected")),
        ({"DATA": "554 no valid recipients"}, Refused(Scope.MESSAGE, "554")),
        ({"DATA": "451 later"}, TryLater(300, "451")),
        ({"DATA": CUT}, TryLater(300, "SMTPServerDisconnected")),
    ],
)
def test_a_message_whose_end_never_left_was_surely_not_sent(
    replies: dict[str, str], outcome: Outcome
) -> None:
    assert sent_to(replies) == outcome


@pytest.mark.parametrize("dot", [CUT, SILENCE, DRIP, "nonsense", "354 more?"])
def test_without_a_clear_answer_to_the_final_dot_the_send_is_uncertain(dot: str) -> None:
    assert isinstance(sent_to({"dot": dot}), Uncertain)


def test_a_server_that_does_not_listen_is_away_for_everyone() -> None:
    outcome = esp_at(free_port()).send(MESSAGE)
    assert outcome == TryLater(60, "ConnectionRefusedError", everyone=True)


def test_a_kept_connection_that_died_is_replaced_before_anything_left() -> None:
    script = Script({"dot": "250 first"}, {"dot": "250 second"})
    script.connections[0]["MAIL"] = "250 ok"
    with scripted_server(script) as port:
        esp = esp_at(port)
        assert esp.send(MESSAGE) == Accepted("first")
        script.connections[0]["MAIL"] = CUT
        assert esp.send(MESSAGE) == Accepted("second")
        esp.close()
    assert len(script.bodies) == 2


@pytest.mark.parametrize("stale", ["421 4.4.2 idle too long", SILENCE])
def test_a_kept_connection_that_will_not_go_on_is_replaced(stale: str) -> None:
    script = Script({}, {"dot": "250 second"})
    with scripted_server(script) as port:
        esp = esp_at(port, call_s=6.0)
        esp.send(MESSAGE)
        script.connections[0]["MAIL"] = stale
        assert esp.send(MESSAGE) == Accepted("second")
        esp.close()


def test_a_new_connection_that_breaks_is_not_tried_again_at_once() -> None:
    script = Script({"MAIL": CUT}, {})
    with scripted_server(script) as port:
        esp = esp_at(port)
        assert isinstance(esp.send(MESSAGE), TryLater)
        assert len(script.heard) == 1
        assert esp.send(MESSAGE) == Accepted("queued")
        esp.close()


def test_after_a_refusal_the_next_message_starts_clean() -> None:
    script = Script({"RCPT": "550 no"}, {})
    with scripted_server(script) as port:
        esp = esp_at(port)
        assert esp.send(MESSAGE) == Refused(Scope.RECIPIENT, "550")
        assert esp.send(MESSAGE) == Accepted("queued")
        esp.close()


def test_a_login_never_goes_over_a_connection_in_the_clear() -> None:
    script = Script({})
    with scripted_server(script) as port:
        outcome = esp_at(port, user="northlight").send(MESSAGE)
    assert outcome == TryLater(60, "SMTPNotSupportedError", everyone=True)
    assert script.heard == [["EHLO"]]


@pytest.mark.parametrize("fault", ["greeting", "RCPT", "dot"])
def test_a_call_ends_in_time_however_slowly_the_server_answers(fault: str) -> None:
    started = time.monotonic()
    sent_to({fault: DRIP})
    assert time.monotonic() - started < 1.0


def test_a_header_that_cannot_be_written_is_refused_without_a_call() -> None:
    esp = esp_at(free_port())
    outcome = esp.send(to("ada@example.com>\r\nRCPT TO:<eve@example.com"))
    assert isinstance(outcome, Refused)
    assert outcome.scope is Scope.MESSAGE
