"""What every ESP adapter promises, checked on each of them."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from penguinmails.esp.memory import LostAnswer, MemoryEsp
from penguinmails.esp.smtp import Server, SmtpEsp
from penguinmails.meter import Meter
from penguinmails.sends.message import NO_ENROLLMENT, Message
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from penguinmails.sends.port import Esp
from tests.unit.esp.faulty_server import HOST, Inbox, Script, real_server, scripted_server
from tests.unit.esp.messages import MESSAGE, to
from tests.unit.esp.sandboxes import Sandbox

WISHES: dict[str, Outcome] = {
    "refuse": Refused(Scope.RECIPIENT),
    "message": Refused(Scope.MESSAGE),
    "account": Refused(Scope.ACCOUNT),
    "later": TryLater(1),
    "away": TryLater(1, everyone=True),
    "uncertain": Uncertain(),
}
FAULTS = {
    "refuse": {"RCPT": "550 no"},
    "message": {"dot": "554 no"},
    "account": {"MAIL": "530 log in"},
    "later": {"RCPT": "451 later"},
    "away": {"greeting": "421 full"},
    "uncertain": {"dot": "cut"},
}


def scripted(message: Message) -> Outcome:
    wish = message.to_email.partition("@")[0].partition("+")[2]
    return WISHES.get(wish, Accepted("memory"))


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture(params=["memory", "sandbox", "smtp"])
def accepting(request: pytest.FixtureRequest, meter: Meter) -> Iterator[Esp]:
    with ExitStack() as stack:
        match request.param:
            case "memory":
                yield MemoryEsp(meter)
            case "sandbox":
                yield Sandbox().esp
            case _:
                port = stack.enter_context(real_server(Inbox()))
                esp = SmtpEsp(Server(HOST, port), meter, time.monotonic)
                stack.callback(esp.close)
                yield esp


@pytest.mark.parametrize("wish", list(WISHES))
@pytest.mark.parametrize("kind", ["memory", "sandbox", "smtp"])
def test_each_outcome_is_told_the_same_by_every_esp(kind: str, wish: str) -> None:
    esp: Esp
    message = to(f"ada+{wish}@sandbox.test")
    with ExitStack() as stack:
        match kind:
            case "memory":
                esp = MemoryEsp(Meter(), scripted)
            case "sandbox":
                esp = Sandbox().esp
            case _:
                port = stack.enter_context(scripted_server(Script(FAULTS[wish])))
                esp = SmtpEsp(Server(HOST, port), Meter(), time.monotonic)
        outcome, wanted = esp.send(message), WISHES[wish]
    assert type(outcome) is type(wanted)
    assert getattr(outcome, "scope", None) == getattr(wanted, "scope", None)
    assert getattr(outcome, "everyone", None) == getattr(wanted, "everyone", None)


def test_a_good_message_is_accepted(accepting: Esp, meter: Meter) -> None:
    assert isinstance(accepting.send(replace(MESSAGE, token=NO_ENROLLMENT)), Accepted)
    assert meter.round_trips <= 1


def test_a_header_nobody_may_write_is_refused_without_a_round_trip(
    accepting: Esp, meter: Meter
) -> None:
    outcome = accepting.send(to("ada@example.com\r\nBcc: eve@example.com"))
    assert isinstance(outcome, Refused)
    assert outcome.scope is Scope.MESSAGE
    assert meter.round_trips == 0


def test_a_message_taken_without_an_answer_is_kept_and_uncertain() -> None:
    esp = MemoryEsp(Meter(), lambda _message: LostAnswer())
    assert isinstance(esp.send(MESSAGE), Uncertain)
    assert esp.accepted == [MESSAGE]


def test_an_esp_that_honours_the_key_takes_a_message_once() -> None:
    answers: list[Outcome | LostAnswer] = [LostAnswer(), Accepted("again")]
    esp = MemoryEsp(Meter(), lambda _message: answers.pop(0), honours_key=True)
    outcomes = [esp.send(MESSAGE), esp.send(MESSAGE)]
    assert [type(outcome) for outcome in outcomes] == [Uncertain, Accepted]
    assert (len(esp.asked), len(esp.accepted)) == (2, 1)
