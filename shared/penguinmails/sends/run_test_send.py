"""Does a test send: writes each of its mails and hands it to the ESP, once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from penguinmails.clock import Clock
from penguinmails.errors import InvalidInput, NotFound
from penguinmails.ids import digest
from penguinmails.jobs.job import Job
from penguinmails.queues.port import LONGEST_DELAY_S, Body, Queue, Queues
from penguinmails.sends.message import NO_ENROLLMENT, Message
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from penguinmails.sends.port import Esp
from penguinmails.sends.test_letters import said
from penguinmails.sends.test_send import (
    Fate,
    Mail,
    Order,
    mails_of,
    order_of,
    owner_of,
    with_mails,
)
from penguinmails.templates.preview import Contacts, Templates, person_of, written
from penguinmails.templates.template import Rendered, Template
from penguinmails.text import masked
from penguinmails.tracking.unsubscribe import TEST_MAIL

LEAST_TIME_S: Final = 12.0
"""Time to leave for one more call, which may take nearly ten seconds, and for writing it down."""
RECHECK_S: Final = 40
"""W, and ten seconds for clocks that differ: whoever was at it then is not any more."""
_LONGEST_DETAIL: Final = 200
_GIVEN_UP: Final = "it was not finished in time; what still waits was not sent, so ask for another"


class Jobs(Protocol):
    """The jobs as they stand."""

    def get(self, tenant: str, job: str) -> Job: ...
    def save(self, old: Job, new: Job) -> Job:
        """Write a job, if it is as it was read; gives what then stands."""
        ...


class Campaigns(Protocol):
    """What launches froze."""

    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template: ...


class Fence(Protocol):
    """Keeps all mail back while the tables are not those that Core knows."""

    def down_since(self) -> datetime | None: ...


class Suppressions(Protocol):
    """Who must not be mailed."""

    def reasons(self, tenant: str, campaign: str, contacts: Sequence[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class RunPorts:
    """What sending touches.

    `contact_id` takes (tenant, address), `image_signature` (tenant, what to sign).
    """

    jobs: Jobs
    templates: Templates
    campaigns: Campaigns
    contacts: Contacts
    suppressions: Suppressions
    queues: Queues
    clock: Clock
    contact_id: Callable[[str, str], str]
    image_signature: Callable[[str, str], str]
    esp_of: Callable[[str], Esp]
    fence: Fence
    public_url: str


def run_test_send(
    body: Body, owner: str, time_left_s: Callable[[], float], given: RunPorts
) -> Counter[str]:
    """Do what a message asks for, and count its mails by what became of them.

    However often the message comes, and wherever an earlier invocation died, no mail is tried
    twice: that it is, is written down before. `owner` names this invocation.
    """
    try:
        stands = given.jobs.get(body["tenant"], body["testSend"])
    except NotFound:
        return Counter(gone=1)
    order = order_of(body)
    if stands.finished:
        return Counter(done=1)
    if order is None:
        return _end(stands, owner, given)
    if given.fence.down_since() is None:
        given.queues.send(Queue.ADVANCE, [body], delay_s=LONGEST_DELAY_S)
        return Counter(fenced=1)
    return _Round(stands, order, owner, given).go(body, time_left_s)


def _end(stands: Job, owner: str, given: RunPorts) -> Counter[str]:
    """Close what was lost on the way; it failed if some of it still waits."""
    now_at = given.clock.now()
    mails = [_interrupted(mail) for mail in mails_of(stands)]
    ended = with_mails(stands, mails, owner, now_at)
    given.jobs.save(stands, ended if ended.finished else ended.failed(_GIVEN_UP, now_at))
    return Counter(given_up=1)


def _interrupted(mail: Mail) -> Mail:
    if mail.fate is not Fate.SENDING:
        return mail
    return mail.met(Fate.UNCERTAIN, "it was interrupted; the mail may have left")


class _Round:
    """One invocation's part of a test send."""

    def __init__(self, job: Job, order: Order, owner: str, given: RunPorts) -> None:
        self._job = job
        self._order = order
        self._owner = owner
        self._given = given
        self._mails = mails_of(job)
        self._letters: dict[int, Rendered] = {}
        self._outcomes: Counter[str] = Counter()

    def go(self, body: Body, time_left_s: Callable[[], float]) -> Counter[str]:
        """Go on with what waits; hand on to the queue what time does not allow."""
        if self._somebody_is_at_it():
            self._given.queues.send(Queue.ADVANCE, [body], delay_s=RECHECK_S)
            return Counter(contested=1)
        self._outcomes["uncertain"] += sum(mail.fate is Fate.SENDING for mail in self._mails)
        self._mails = [_interrupted(mail) for mail in self._mails]
        self._refuse_suppressed()
        esp = self._given.esp_of(self._job.tenant)
        while (place := self._next()) is not None:
            if time_left_s() < LEAST_TIME_S:
                self._write_down()
                self._given.queues.send(Queue.ADVANCE, [body])
                self._outcomes["out_of_time"] += 1
                return self._outcomes
            if not self._send(place, esp):
                return self._outcomes
        self._write_down()
        return self._outcomes

    def _somebody_is_at_it(self) -> bool:
        """Tell whether another invocation may still be waiting for the ESP's answer."""
        is_open = any(mail.fate is Fate.SENDING for mail in self._mails)
        since_at = self._job.updated_at
        return is_open and self._given.clock.now() - since_at < timedelta(seconds=RECHECK_S)

    def _next(self) -> int | None:
        waiting = (n for n, mail in enumerate(self._mails) if mail.fate is Fate.WAITING)
        return next(waiting, None)

    def _refuse_suppressed(self) -> None:
        tenant, order = self._job.tenant, self._order
        contacts = [self._given.contact_id(tenant, address) for address in order.to]
        barred = self._given.suppressions.reasons(tenant, order.campaign, contacts)
        for place, mail in enumerate(self._mails):
            if mail.fate is Fate.WAITING and contacts[mail.to] in barred:
                self._meet(place, Fate.REFUSED, "the address is suppressed by now")

    def _send(self, place: int, esp: Esp) -> bool:
        """Try one mail; tell whether nobody else has taken the job over."""
        mail = self._mails[place]
        try:
            message = self._message(place, mail)
        except (InvalidInput, NotFound) as error:
            self._meet(place, Fate.REFUSED, f"it cannot be written: {error}")
            return True
        self._mails[place] = mail.met(Fate.SENDING)
        if not self._write_down():
            return False
        self._hear(place, esp.send(message))
        return True

    def _write_down(self) -> bool:
        """Save how the mails stand, unless somebody else has since; tell whether it is saved."""
        new = with_mails(self._job, self._mails, self._owner, self._given.clock.now())
        self._job = self._given.jobs.save(self._job, new)
        return owner_of(self._job) == self._owner and mails_of(self._job) == self._mails

    def _hear(self, place: int, outcome: Outcome) -> None:
        """Note what the ESP answered; if all others would fare the same, they are not tried."""
        match outcome:
            case Accepted():
                self._meet(place, Fate.ACCEPTED)
            case TryLater(detail=detail, everyone=everyone):
                self._meet(place, Fate.TRY_LATER, detail)
                self._meet_others(Fate.TRY_LATER, detail, alike=everyone)
            case Refused(scope, detail):
                told = f"{scope}: {detail}" if detail else scope.value
                self._meet(place, Fate.REFUSED, told)
                self._meet_others(Fate.REFUSED, told, alike=scope is Scope.ACCOUNT)
            case Uncertain(detail):
                self._meet(place, Fate.UNCERTAIN, detail)

    def _meet_others(self, fate: Fate, detail: str, *, alike: bool) -> None:
        while alike and (place := self._next()) is not None:
            self._meet(place, fate, detail)

    def _meet(self, place: int, fate: Fate, detail: str = "") -> None:
        told = masked(detail)[:_LONGEST_DETAIL]
        self._mails[place] = self._mails[place].met(fate, told)
        self._outcomes[fate.value] += 1

    def _message(self, place: int, mail: Mail) -> Message:
        sender, rendered = self._order.sender, self._rendered(mail.letter)
        key = digest("test send", self._job.id, place)[:16].hex()
        return Message(
            send_key=key,
            token=NO_ENROLLMENT,
            from_name=sender.name,
            from_email=sender.email,
            reply_to=sender.reply_to or None,
            to_email=self._order.to[mail.to],
            subject=f"[Test] {rendered.subject}",
            text=rendered.text,
            html=rendered.html,
            message_id=f"<{key}@{sender.email.rpartition('@')[2]}>",
            date=self._given.clock.now(),
            unsubscribe_url=None,
        )

    def _rendered(self, letter: int) -> Rendered:
        """Write a letter, once for all addresses."""
        if letter not in self._letters:
            given, tenant = self._given, self._job.tenant
            wanted = self._order.letters[letter]
            template = said(tenant, self._order, wanted, given.campaigns, given.templates)
            person = person_of(tenant, self._order.reader, given.contacts)
            way_out = f"{given.public_url}/u/{TEST_MAIL}"
            sign = partial(given.image_signature, tenant)
            shown = written(template, person, way_out=way_out, sign=sign)
            self._letters[letter] = shown.rendered
        return self._letters[letter]
