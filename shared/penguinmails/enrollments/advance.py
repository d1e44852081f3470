"""Advances a batch of enrollments: read, decide, and carry each decision out."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from penguinmails.campaigns.campaign import Campaign, PauseReason
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.effect import Effect
from penguinmails.enrollments import decide as d
from penguinmails.enrollments import ports
from penguinmails.enrollments.enrollment import Claim, Enrollment, Mail, Ref
from penguinmails.enrollments.errand import Errands
from penguinmails.enrollments.messages import pack
from penguinmails.enrollments.send import Sending, SendPorts
from penguinmails.enrollments.settle import next_place, skipped
from penguinmails.enrollments.walk import Finish, Send, Stand
from penguinmails.errors import Conflict, NotFound, Unavailable
from penguinmails.holds.hold import Hold, HoldReason
from penguinmails.queues.port import Queue, Queues
from penguinmails.sends.port import Esp

CLAIM_RECHECK_S = 40
LEAST_TIME_S = 6.0
"""Time to leave for one more claim, call and settle, and for handing on what is left."""


@dataclass(frozen=True, slots=True)
class AdvancePorts:
    """Everything that advancing touches. `horizon_s` is 0 where the clock is virtual."""

    clock: Clock
    enrollments: ports.Enrollments
    contacts: ports.Contacts
    campaigns: ports.Campaigns
    suppressions: ports.Suppressions
    holds: ports.Holds
    timer: ports.Timer
    queues: Queues
    writer: ports.Writer
    esp_of: Callable[[str], Esp]
    lifecycle: ports.Lifecycle
    fence: ports.Fence
    horizon_s: int


@dataclass(slots=True)
class Advanced:
    """What became of a batch: enrollments by outcome, and the lateness of each send."""

    outcomes: Counter[str] = field(default_factory=Counter)
    late_s: list[float] = field(default_factory=list)


def advance(
    refs: Sequence[Ref], owner: str, time_left_s: Callable[[], float], given: AdvancePorts
) -> Advanced:
    """Give every enrollment of one campaign what it needs now.

    Nothing is claimed unless there is time to settle it; what is not reached goes back to the
    queue. Doing the same batch twice, or at once, sends nothing twice. Behind the fence all wait.
    """
    down_since = given.fence.down_since()
    if down_since is None:
        return _fenced(refs, given)
    advanced = Advanced()
    try:
        campaign = given.campaigns.get(refs[0].tenant, refs[0].campaign)
    except NotFound:
        advanced.outcomes["campaign_gone"] += len(refs)
        return advanced
    batch = _Batch(given, _free_since(down_since, campaign), owner, advanced)
    decided = batch.decide(refs)
    batch.hint(decided)
    for row, contact, decision in decided:
        if time_left_s() < LEAST_TIME_S:
            batch.errands.again(row.ref)
            advanced.outcomes["out_of_time"] += 1
        else:
            batch.carry_out(row, contact, decision)
    batch.errands.run(campaign)
    return advanced


def _fenced(refs: Sequence[Ref], given: AdvancePorts) -> Advanced:
    """Park everybody as they are. A fence that fell while we parked is looked up again."""
    now_at, advance_queue = given.clock.now(), Queue.ADVANCE
    given.holds.park(
        [
            Hold(refs[0].tenant, refs[0].campaign, HoldReason.FENCE, advance_queue, body, now_at)
            for body in pack(refs)
        ]
    )
    if given.fence.down_since() is not None:
        given.queues.send(advance_queue, list(pack(refs)))
    return Advanced(Counter(fenced=len(refs)))


def _free_since(down_since: datetime, campaign: Campaign) -> Campaign:
    """Take the fence's fall for a release: nothing that came due behind it is late for that."""
    return replace(campaign, released_at=max(down_since, campaign.released_at or down_since))


_Decided = list[tuple[Enrollment, Contact | None, d.Decision]]


class _Batch:
    def __init__(
        self, given: AdvancePorts, campaign: Campaign, owner: str, advanced: Advanced
    ) -> None:
        self._given = given
        self._campaign = campaign
        self._owner = owner
        self._advanced = advanced
        self._stopped = False
        self.errands = Errands(given)
        self._sending = Sending(
            SendPorts(given.clock, given.enrollments, given.writer, given.lifecycle),
            campaign,
            given.esp_of(campaign.tenant),
            owner,
            self.errands,
        )

    def decide(self, refs: Sequence[Ref]) -> _Decided:
        given, campaign = self._given, self._campaign
        rows = given.enrollments.read(refs)
        self._advanced.outcomes["gone"] += len(refs) - len(rows)
        people = given.contacts.read(campaign.tenant, [ref.contact for ref in rows])
        barred = given.suppressions.reasons(campaign.tenant, campaign.id, list(people))
        now_at = given.clock.now()
        return [
            (row, person, d.decide(d.Situation(row, person, why, campaign, revision, now_at)))
            for ref, row in rows.items()
            for person in [people.get(ref.contact)]
            for why in [barred.get(ref.contact, "")]
            for revision in [self._revision(row)]
        ]

    def hint(self, decided: _Decided) -> None:
        """Put one packed wake-up for each far instant that the batch is about to wait for."""
        now_at = self._given.clock.now() + timedelta(seconds=0.01 * len(decided))
        for row, _, decision in decided:
            if isinstance(decision, Stand):
                self.errands.wake(row.ref, decision.place.due_at)
            elif isinstance(decision, Send) and not self._is_retry(row, decision.mail):
                sequence = self._revision(row).sequence
                mail = decision.mail
                place = next_place(sequence, mail.step, mail.visit, now_at)
                self.errands.wake(row.ref, place.due_at)
            elif isinstance(decision, d.Reopen):
                self.errands.wake(row.ref, decision.retry.due_at)
            elif isinstance(decision, d.Doubt):
                self.errands.wake(row.ref, decision.claim.claimed_at + d.UNCERTAIN_WAIT)
        self.errands.put_wake_ups()

    def carry_out(self, row: Enrollment, contact: Contact | None, decision: d.Decision) -> None:
        name = type(decision).__name__.lower()
        try:
            name = self._act(row, contact, decision) or name
        except Conflict:
            name = "moved"
            self.errands.again(row.ref, 1)
        except Unavailable:
            name = "unavailable"
            self.errands.again(row.ref, CLAIM_RECHECK_S)
        self._advanced.outcomes[name] += 1

    def _act(self, row: Enrollment, contact: Contact | None, decision: d.Decision) -> str | None:
        match decision:
            case d.Ignore() | d.NotDue() | d.Park() | d.Late() | d.Contested():
                return self._wait(row, decision)
            case d.Doubt() | d.Confirm() | d.Resolve():
                return self._resolve(row, contact, decision)
            case d.Reopen(bounced, retry):
                self._given.lifecycle.reopen(self._campaign)
                self._given.enrollments.reopen(row, bounced, retry)
                self.errands.come_back(row.ref, retry.due_at)
            case Send():
                return self._send(row, contact, decision)
            case Stand(place, moves):
                self._affect(row, moves.effects)
                self._given.enrollments.stand(row, place, moves.facts)
                self.errands.come_back(row.ref, place.due_at)
            case Finish():
                return self._finish(row, decision)
        return None

    def _wait(self, row: Enrollment, decision: d.Waiting) -> str | None:
        match decision:
            case d.Ignore(reason):
                return f"ignored_{reason}"
            case d.NotDue(due_at):
                self.errands.come_back(row.ref, due_at)
            case d.Contested():
                self.errands.again(row.ref, CLAIM_RECHECK_S)
            case d.Park():
                self.errands.park(row.ref, HoldReason.PAUSE)
            case d.Late():
                self._stop()
                self.errands.park(row.ref, HoldReason.PAUSE)
        return None

    def _resolve(self, row: Enrollment, contact: Contact | None, decision: d.InHand) -> str | None:
        match decision:
            case d.Doubt(claim):
                due_at = claim.claimed_at + d.UNCERTAIN_WAIT
                self._given.enrollments.doubt(row, claim, due_at)
                self.errands.come_back(row.ref, due_at)
            case d.Confirm(claim):
                self._sending.settle_accepted(row, claim, self._revision(row).sequence)
            case d.Resolve(claim, may_send):
                return self._repeat_or_skip(row, contact if may_send else None, claim)
        return None

    def _finish(self, row: Enrollment, end: Finish) -> str:
        self._affect(row, end.moves.effects)
        now_at = self._given.clock.now()
        self._given.enrollments.finish(row, end.status, end.reason, end.moves.facts, now_at)
        return f"{end.status}_{end.reason}" if end.reason else end.status.value

    def _send(self, row: Enrollment, contact: Contact | None, decision: Send) -> str:
        if self._stopped:
            self.errands.park(row.ref, HoldReason.PAUSE)
            return "park"
        if contact is None:
            return "gone"
        if self._sending.away_s:
            self.errands.again(row.ref, self._sending.away_s)
            return "esp_away"
        self._affect(row, decision.moves.effects)
        sent = self._sending.send(row, contact, self._revision(row), decision)
        self._stopped |= sent.stop
        if sent.late_s is not None:
            self._advanced.late_s.append(sent.late_s)
        return sent.name

    def _stop(self) -> None:
        if not self._stopped:
            self._given.lifecycle.pause(self._campaign, PauseReason.LATE)
            self._stopped = True

    def _repeat_or_skip(self, row: Enrollment, contact: Contact | None, claim: Claim) -> str:
        revision = self._revision(row)
        if contact is not None and self._sending.repeats(revision):
            if self._stopped or self._sending.away_s:
                self.errands.again(row.ref, CLAIM_RECHECK_S)
                return "contested"
            return self._sending.repeat(row, contact, revision, claim).name
        done = skipped(row, claim, revision.sequence, self._given.clock.now(), "uncertain")
        self._sending.settle(row, claim, done)
        return "uncertain_skipped"

    def _affect(self, row: Enrollment, effects: Sequence[Effect]) -> None:
        for effect in effects:
            self._given.contacts.apply(row.ref.tenant, row.ref.contact, effect)

    def _revision(self, row: Enrollment) -> Revision:
        return self._given.campaigns.revision(row.ref.tenant, row.ref.campaign, row.revision)

    @staticmethod
    def _is_retry(row: Enrollment, mail: Mail) -> bool:
        return row.retry is not None and row.retry.mail == mail
