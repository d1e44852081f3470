"""Sends one message of an enrollment: claim, call, settle."""

from dataclasses import dataclass, replace
from datetime import datetime

from penguinmails.campaigns.campaign import Campaign, OnUncertain, PauseReason
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import Sequence
from penguinmails.clock import Clock
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments import ports
from penguinmails.enrollments.decide import UNCERTAIN_WAIT, released_after
from penguinmails.enrollments.enrollment import Claim, Enrollment, Mail, Status
from penguinmails.enrollments.errand import Errands
from penguinmails.enrollments.history import history
from penguinmails.enrollments.settle import accepted, postponed, refused
from penguinmails.enrollments.settlement import Settlement
from penguinmails.enrollments.walk import Send
from penguinmails.holds.hold import HoldReason
from penguinmails.sends.key import send_key
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Accepted, Refused, Scope, TryLater, Uncertain
from penguinmails.sends.port import Esp
from penguinmails.sends.writer import RenderFailed


@dataclass(frozen=True, slots=True)
class SendPorts:
    """What sending touches besides the ESP."""

    clock: Clock
    enrollments: ports.Enrollments
    writer: ports.Writer
    lifecycle: ports.Lifecycle


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one send; `stop` says that the batch must claim nothing more."""

    name: str
    late_s: float | None = None
    stop: bool = False


class Sending:
    """The sends of one batch, one after the other: at most one claim is open at a time."""

    def __init__(
        self, given: SendPorts, campaign: Campaign, esp: Esp, owner: str, errands: Errands
    ) -> None:
        self._given = given
        self._campaign = campaign
        self._esp = esp
        self._owner = owner
        self._errands = errands
        self.away_s = 0

    def send(self, row: Enrollment, contact: Contact, revision: Revision, decision: Send) -> Sent:
        """Send what the walk came to; a message that cannot be written is held, unclaimed."""
        try:
            message = self._write(row, contact, revision, decision.mail)
        except RenderFailed as failure:
            return self._set_aside(row, failure)
        claim = self._claim_of(row, decision.mail)
        claimed = self._given.enrollments.claim(row, claim, decision.moves.facts)
        late_s = (claim.claimed_at - self._release_at(row, decision.mail)).total_seconds()
        return self._call(claimed, claim, revision, message, late_s)

    def repeats(self, revision: Revision) -> bool:
        """Tell whether an uncertain message may be sent again."""
        return self._esp.honours_key or revision.on_uncertain is OnUncertain.RESEND

    def repeat(self, row: Enrollment, contact: Contact, revision: Revision, old: Claim) -> Sent:
        """Send an uncertain message again: with its key where the ESP honours it, else anew."""
        mail = old.mail
        facts: list[Fact] = []
        if not self._esp.honours_key:
            now_at = self._given.clock.now()
            facts = [_fact(FactType.UNCERTAIN, mail, now_at, "resent")]
            mail = replace(mail, attempt=mail.attempt + 1)
        try:
            message = self._write(row, contact, revision, mail)
        except RenderFailed as failure:
            return self._set_aside(row, failure)
        claim = self._claim_of(row, mail)
        claimed = self._given.enrollments.take_over(row, old, claim, facts)
        return self._call(claimed, claim, revision, message, 0.0)

    def settle_accepted(
        self, row: Enrollment, claim: Claim, sequence: Sequence, late_s: float | None = None
    ) -> None:
        """Write down that the ESP has the message."""
        now_at = self._given.clock.now()
        late = None if late_s is None else round(late_s)
        self.settle(row, claim, accepted(row, claim, sequence, now_at, late_s=late))

    def settle(self, row: Enrollment, claim: Claim, done: Settlement) -> None:
        """Write what became of the claim, and see to it that the walk goes on in time."""
        due_at = done.due_at(row)
        if done.status is Status.ACTIVE:
            self._errands.ensure_woken(row.ref, due_at)
        stands = self._given.enrollments.settle(row, claim, done, self._given.clock.now())
        bounced = stands.last is not None and history(stands.facts()).soft_bounced(stands.last)
        if bounced:
            self._errands.again(row.ref)
        elif stands.status is Status.ACTIVE:
            self._errands.come_back(row.ref, stands.due_at)

    def _call(
        self, row: Enrollment, claim: Claim, revision: Revision, message: Message, late_s: float
    ) -> Sent:
        outcome = self._esp.send(message)
        now_at = self._given.clock.now()
        match outcome:
            case Accepted():
                self.settle_accepted(row, claim, revision.sequence, late_s)
                return Sent("accepted", late_s)
            case TryLater(after_s, _, everyone):
                self.away_s = after_s if everyone else 0
                self.settle(row, claim, postponed(row, claim, now_at, after_s))
                return Sent("try_later")
            case Refused(scope=Scope.ACCOUNT):
                return self._refused_account(row, claim, now_at)
            case Refused():
                done = refused(row, claim, revision.sequence, now_at, outcome)
                self.settle(row, claim, done)
                return Sent(f"refused_{outcome.scope}")
            case Uncertain():
                return self._uncertain(row, claim)

    def _refused_account(self, row: Enrollment, claim: Claim, now_at: datetime) -> Sent:
        self.settle(row, claim, postponed(row, claim, now_at, 0))
        self._given.lifecycle.pause(self._campaign, PauseReason.SENDER_REFUSED)
        return Sent("refused_account", stop=True)

    def _uncertain(self, row: Enrollment, claim: Claim) -> Sent:
        due_at = claim.claimed_at + UNCERTAIN_WAIT
        self._errands.ensure_woken(row.ref, due_at)
        stands = self._given.enrollments.doubt(row, claim, due_at)
        if history(stands.facts()).accepted(claim.mail):
            self._errands.again(row.ref)
        else:
            self._errands.come_back(row.ref, due_at)
        return Sent("uncertain")

    def _set_aside(self, row: Enrollment, failure: RenderFailed) -> Sent:
        self._errands.park(row.ref, HoldReason.FAILED, str(failure))
        return Sent(failure.code)

    def _write(self, row: Enrollment, contact: Contact, revision: Revision, mail: Mail) -> Message:
        return self._given.writer.write(row, revision, mail, contact, self._given.clock.now())

    def _claim_of(self, row: Enrollment, mail: Mail) -> Claim:
        ref = row.ref
        key = send_key(
            ref.tenant, ref.campaign, ref.contact, ref.run, mail.step, mail.visit, mail.attempt
        )
        return Claim(key, self._owner, self._given.clock.now(), mail)

    def _release_at(self, row: Enrollment, mail: Mail) -> datetime:
        retrying = row.retry is not None and row.retry.mail == mail
        due_at = row.retry.due_at if retrying and row.retry else row.step_due_at
        return released_after(due_at, row, self._campaign)


def _fact(kind: FactType, mail: Mail, now_at: datetime, detail: str) -> Fact:
    return Fact(kind, now_at, mail.step, mail.visit, mail.attempt, detail=detail)
