"""An ESP that does what ESPs do: takes, refuses, times out, and reports what becomes of a mail."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from penguinmails.esp.standard_webhooks import sign
from penguinmails.keyring import Keyring
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from penguinmails.tracking.tokens import Purpose, Token, decode
from tests.simulator.effects import Effects
from tests.simulator.faults import Fault, Faults

if TYPE_CHECKING:
    from penguinmails.tenants.hook import Hook

LONGEST_CALL_S = 9.0
FULL = frozenset({"person3@example.com", "person17@example.com"})
"""Mailboxes that are always full: every mail to them bounces softly."""


REFUSALS: tuple[tuple[Fault, float, Outcome], ...] = (
    (Fault.ESP_RECIPIENT, 0.005, Refused(Scope.RECIPIENT, "no such user")),
    (Fault.ESP_MESSAGE, 0.002, Refused(Scope.MESSAGE, "a word we do not like")),
    (Fault.ESP_ACCOUNT, 0.002, Refused(Scope.ACCOUNT, "pay your bill")),
    (Fault.ESP_LATER, 0.01, TryLater(60, "greylisted")),
    (Fault.ESP_LIMIT, 0.004, TryLater(20, "too fast", everyone=True)),
)
"""What it says instead of taking a message, and how often."""


@dataclass(frozen=True, slots=True)
class Mailed:
    """A message that the ESP accepted: when, and whose it is."""

    at: int
    token: Token
    to_email: str
    subject: str
    send_key: str


@dataclass(frozen=True, slots=True)
class Report:
    """An event that the ESP told and that was answered with success."""

    at: int
    token: Token
    type: str
    bounce: str


@dataclass(slots=True)
class Reader:
    """What becomes of mails to a person: chances of each event."""

    opens: float = 0.4
    clicks: float = 0.2
    replies: float = 0.03
    soft: float = 0.04
    hard: float = 0.01
    complains: float = 0.01
    leaves: float = 0.01


class SimulatedEsp:
    """`log` holds what it accepted, in order; `told` what its webhooks were thanked for.

    `forgotten` holds what it accepted after a backup that was restored.
    """

    def __init__(self, effects: Effects, ring: Keyring, *, honours_key: bool) -> None:
        self.honours_key = honours_key
        self.forgotten: list[Mailed] = []
        self.log: list[Mailed] = []
        self.told: list[Report] = []
        self.reader = Reader()
        self.hook: Hook | None = None
        self.forged_and_believed = 0
        self._keys: set[str] = set()
        self.call_webhook: Callable[[Any, Callable[[Any], None]], None] = lambda _event, _ended: (
            None
        )
        self._effects = effects
        self._ring = ring
        self._numbers = 0

    def forget(self, since: int) -> None:
        """Keep apart what was accepted and told since a backup that was restored."""
        self.forgotten += [mailed for mailed in self.log if mailed.at >= since]
        self.log = [mailed for mailed in self.log if mailed.at < since]
        self.told.clear()

    def send(self, message: Message) -> Outcome:
        """Take a message, or not, or nobody knows; the call takes its time."""
        effects, faults = self._effects, self._effects.faults
        outcome: Outcome = effects.effect("esp", lambda: self._outcome(message, faults))
        effects.schedule.rest(effects.random.uniform(0.01, 0.1))
        return outcome

    def _outcome(self, message: Message, faults: Faults) -> Outcome:
        effects = self._effects
        refusal = self._refusal(faults)
        if refusal is not None:
            return refusal
        early = faults.happens(Fault.HOOK_EARLY, 0.03)
        if not (self.honours_key and message.send_key in self._keys):
            self._accept(message, early=early)
        if early:
            effects.schedule.rest(3.0)
        if faults.happens(Fault.ESP_TIMEOUT_SENT, 0.01):
            effects.schedule.rest(LONGEST_CALL_S)
            return Uncertain("no answer")
        return Accepted(f"sim-{message.send_key}")

    def _refusal(self, faults: Faults) -> Outcome | None:
        """Draw whether it does not take the message, and in what words."""
        if faults.is_away("mail", self._effects.schedule.now):
            return TryLater(120, "away", everyone=True)
        if faults.happens(Fault.ESP_TIMEOUT_UNSENT, 0.01):
            self._effects.schedule.rest(LONGEST_CALL_S)
            return Uncertain("no answer")
        drawn = (outcome for fault, chance, outcome in REFUSALS if faults.happens(fault, chance))
        return next(drawn, None)

    def _accept(self, message: Message, *, early: bool) -> None:
        token = decode(message.token, self._ring, Purpose.MESSAGE)
        self._keys.add(message.send_key)
        effects = self._effects
        effects.note(f"accepted {message.to_email} {message.subject} attempt {token.attempt}")
        mailed = Mailed(
            effects.schedule.now, token, message.to_email, message.subject, message.send_key
        )
        self.log.append(mailed)
        self._becomes(mailed, message.token, early=early)

    def _becomes(self, mailed: Mailed, token: str, *, early: bool) -> None:
        """Draw what becomes of a mail, and report it."""
        random, reader = self._effects.random, self.reader
        after_s = 0.5 if early else random.expovariate(1 / 30)
        drawn = random.random()
        if drawn < reader.soft or mailed.to_email in FULL:
            self.report(mailed.token, token, "bounced", after_s, bounce="soft")
            return
        if drawn < reader.soft + reader.hard:
            self.report(mailed.token, token, "bounced", after_s, bounce="hard")
            return
        self.report(mailed.token, token, "delivered", after_s)
        for kind, chance in (
            ("opened", reader.opens),
            ("clicked", reader.clicks),
            ("replied", reader.replies),
            ("complained", reader.complains),
            ("unsubscribed", reader.leaves),
        ):
            if random.random() < chance:
                self.report(mailed.token, token, kind, after_s + random.expovariate(1 / 7200))

    def report(
        self, token: Token, text: str, kind: str, after_s: float, *, bounce: str = ""
    ) -> None:
        """Tell an event until it is taken in, sometimes twice, sometimes days late."""
        effects, faults = self._effects, self._effects.faults
        if faults.happens(Fault.HOOK_LATE, 0.02):
            after_s += effects.random.uniform(3600, 3 * 86400)
        self._numbers += 1
        event = {
            "id": f"event-{self._numbers}",
            "type": kind,
            "token": text,
        }
        if bounce:
            event["class"] = bounce
        told = Report(0, token, kind, bounce)
        times = 2 if faults.happens(Fault.HOOK_DOUBLED, 0.05) else 1
        at_once = effects.random.random() < 0.5
        for number in range(times):
            later_s = after_s + (0 if at_once else effects.random.uniform(0, 5))
            said_at = effects.schedule.instant() + timedelta(minutes=2 * number)
            copy = {**event, "at": said_at.isoformat()}
            effects.schedule.start("esp", partial(self._tell, copy, told), after_s=later_s)
        if faults.happens(Fault.HOOK_FORGED, 0.01):
            at = effects.schedule.instant().isoformat()
            forged = {**event, "type": "complained", "id": "forged", "at": at}
            effects.schedule.start("forger", lambda: self._tell(forged, None), after_s=after_s)

    def _tell(self, event: Mapping[str, Any], told: Report | None) -> None:
        body = json.dumps([event]).encode()
        hook = self.hook
        assert hook is not None
        secret = hook.secrets[0] if told else "whsec_" + "QUJD" * 8
        name = str(event["id"])
        headers = sign(secret, name, self._effects.schedule.instant(), body)

        def ended(answer: Any) -> None:  # noqa: ANN401
            status = answer["statusCode"] if answer else 502
            if told is None:
                self.forged_and_believed += status == 200
            elif status == 200:
                at = self._effects.schedule.now
                self.told.append(Report(at, told.token, told.type, told.bounce))
            else:
                again = self._effects.random.uniform(5, 60)
                self._effects.schedule.start("esp", lambda: self._tell(event, told), after_s=again)

        request = hook_event(f"/webhooks/{hook.esp}/{hook.id}", headers, body)
        self.call_webhook(request, ended)


def hook_event(path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Give the event of a webhook's request (payload format 2.0)."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **headers},
        "requestContext": {"http": {"method": "POST", "path": path}},
        "pathParameters": {"proxy": path.removeprefix("/webhooks/")},
        "isBase64Encoded": False,
        "body": body.decode(),
    }
