"""The zoo: bugs as engines like this one have them, each a change of one place of the source.

A bug is put in as its module is read, in a process of its own; the checker has to find it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug: in `module`, `old` (which stands there once) becomes `new`."""

    name: str
    module: str
    old: str
    new: str


class NotThere(Exception):  # noqa: N818 - named by what is wrong
    """The place that a bug changes is not in the source any more: write the bug anew."""


class _Buggy(SourceFileLoader):
    """Reads a module's source with a bug in it."""

    def __init__(self, fullname: str, path: str, bug: Bug) -> None:
        super().__init__(fullname, path)
        self._bug = bug

    def get_code(self, fullname: str) -> Any:  # noqa: ANN401 - as the loader's
        source = self.get_data(self.path).decode()
        if source.count(self._bug.old) != 1:
            raise NotThere(f"{self._bug.name}: {source.count(self._bug.old)} such places")
        return compile(source.replace(self._bug.old, self._bug.new), self.path, "exec")


class _Finder(MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != f"penguinmails.{self._bug.module}":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin:
            spec.loader = _Buggy(name, spec.origin, self._bug)
        return spec


def put_in(bug: Bug) -> None:
    """Have a bug in what is imported from now on."""
    sys.meta_path.insert(0, _Finder(bug))


BUGS: tuple[Bug, ...] = (
    # The claim.
    Bug(
        "a claim overwrites another",
        "enrollments.store",
        'expect = [_ACTIVE, absent("claim"), absent("held")]',
        'expect = [_ACTIVE, absent("held")]',
    ),
    Bug(
        "who left or is paused is claimed",
        "enrollments.store",
        'expect = [_ACTIVE, absent("claim"), absent("held")]',
        'expect = [absent("claim"), absent("held")]',
    ),
    Bug(
        "a claim does not look where the walk stands",
        "enrollments.store",
        """            expect += _standing(row)
        change = Change(put, () if retrying""",
        """            expect += []
        change = Change(put, () if retrying""",
    ),
    Bug(
        "somebody else's claim is taken for one's own",
        "enrollments.store",
        "if _is(claim, stands.claim) and stands.status is Status.ACTIVE:",
        "if stands.claim is not None and stands.status is Status.ACTIVE:",
    ),
    Bug(
        "the mail leaves before it is claimed",
        "enrollments.send",
        "        claimed = self._given.enrollments.claim(row, claim, decision.moves.facts)\n",
        "        self._esp.send(message)\n"
        "        claimed = self._given.enrollments.claim(row, claim, decision.moves.facts)\n",
    ),
    Bug(
        "nothing is claimed",
        "enrollments.send",
        "claimed = self._given.enrollments.claim(row, claim, decision.moves.facts)",
        "claimed = row",
    ),
    # The settle.
    Bug(
        "settling revives who has left",
        "enrollments.store",
        "Change(put, remove, facts, [*mine, _LIVE])",
        'Change({**put, "status": done.status.value}, remove, facts, mine)',
    ),
    Bug(
        "settling forgets the journal",
        "enrollments.store",
        "        facts = _journal(done.facts)\n        put, remove",
        "        facts: dict[str, int | frozenset[str]] = {}\n        put, remove",
    ),
    Bug(
        "settling leaves the claim",
        "enrollments.store",
        'remove = ["claim"]\n',
        "remove: list[str] = []\n",
    ),
    Bug(
        "a walk that ended meanwhile keeps its claim",
        "enrollments.store",
        'Change({}, ("claim",), facts, mine)',
        "Change({}, (), facts, mine)",
    ),
    # What is uncertain.
    Bug(
        "a timeout is tried again at once",
        "enrollments.send",
        "                return self._uncertain(row, claim)",
        "                self.settle(row, claim, postponed(row, claim, now_at, 60))\n"
        '                return Sent("try_later")',
    ),
    Bug(
        "a repeated mail has the key of the first",
        "enrollments.send",
        "mail = replace(mail, attempt=mail.attempt + 1)",
        "mail = replace(mail, attempt=mail.attempt)",
    ),
    Bug(
        "an old claim is taken for a mail not sent",
        "enrollments.decide",
        "return Contested() if young else Doubt(claim)",
        "return Contested() if young else Resolve(claim, may_send=True)",
    ),
    Bug(
        "what the ESP wants later counts as sent",
        "enrollments.send",
        "                self.settle(row, claim, postponed(row, claim, now_at, after_s))",
        "                self.settle_accepted(row, claim, revision.sequence, late_s)",
    ),
    # Wake-ups and queues.
    Bug(
        "long waits have no wake-up",
        "enrollments.errand",
        "        if due_at - self._given.clock.now() > timedelta(seconds=self._given.horizon_s):",
        "        if due_at < self._given.clock.now():",
    ),
    Bug(
        "short waits are not looked at again",
        "enrollments.errand",
        "if left_s <= self._given.horizon_s + OVERLAP_S:",
        "if left_s <= 0:",
    ),
    Bug(
        "a wake-up is marked before it is sent",
        "timer.dispatch",
        """    for (queue, delay_s), bodies in _by_delay(due, now_at).items():
        given.queues.send(queue, bodies, delay_s=delay_s)
    if due:
        given.timer.mark_sent(minute_at, shard, [wake_up.id for wake_up in due])
""",
        """    if due:
        given.timer.mark_sent(minute_at, shard, [wake_up.id for wake_up in due])
    for (queue, delay_s), bodies in _by_delay(due, now_at).items():
        given.queues.send(queue, bodies, delay_s=delay_s)
""",
    ),
    Bug(
        "a tick that was lost stays lost",
        "timer.dispatch",
        "start_at = min(given.cursor.read() or _NEVER, settled_at)",
        "start_at = _minute(now_at)",
    ),
    Bug(
        "a message that failed is deleted",
        "invocation",
        'failed.append({"itemIdentifier": record["messageId"]})',
        "pass",
    ),
    Bug(
        "what is overdue by a lost message is not looked at in dead letters",
        "enrollments.salvage",
        "    given.holds.park([hold])\n",
        "",
    ),
    # Traps of the documents' sample engine.
    Bug(
        "trap 1: nobody who is enrolled is processed",
        "enrollments.enroll",
        "given.queues.send(Queue.ADVANCE, list(pack(row.ref for row in rows)))",
        "given.queues.send(Queue.ADVANCE, [])",
    ),
    Bug(
        "trap 3: the true way runs into the false one",
        "enrollments.walk",
        "            return arm.next\n",
        "            return step.next\n",
    ),
    Bug(
        "trap 4: an email adds a delay of its own",
        "enrollments.settle",
        "now_at + timedelta(seconds=seconds))",
        "now_at + timedelta(seconds=2 * seconds))",
    ),
    Bug(
        "trap 4: a wait is left out",
        "enrollments.settle",
        "seconds = following.seconds if isinstance(following, WaitStep) else 0",
        "seconds = 0",
    ),
    Bug(
        "trap 6: any email's click will do",
        "enrollments.history",
        "fact.step == step and fact.type in wanted and not",
        "fact.type in wanted and not",
    ),
    Bug(
        "trap 7: what is due is looked for minutes late",
        "timer.dispatch",
        "LOOK_AHEAD_S = 120",
        "LOOK_AHEAD_S = -240",
    ),
    Bug(
        "trap 9: suppressions are not looked at",
        "enrollments.advance",
        "barred = given.suppressions.reasons(campaign.tenant, campaign.id, list(people))",
        "barred: dict[str, str] = {}",
    ),
    Bug(
        "trap 10: a copy goes on where the original is",
        "campaigns.clone",
        "status=CampaignStatus.DRAFT",
        "status=original.status",
    ),
    # Pauses.
    Bug(
        "a paused campaign sends",
        "enrollments.decide",
        """        case CampaignStatus.PAUSED:
            return Park()
        case CampaignStatus.CANCELLED""",
        """        case CampaignStatus.PAUSED:
            return _bar_of_person(situation)
        case CampaignStatus.CANCELLED""",
    ),
    Bug(
        "a resume that is cut off strands everybody",
        "campaigns.lifecycle",
        "        self._timer.put([WakeUp(now_at + BACKSTOP, Queue.RELEASE, body)])\n        resumed",
        "        resumed",
    ),
    Bug(
        "who is released is forgotten before they are queued",
        "enrollments.release",
        "    given.queues.send(hold.queue, [hold.body])\n    given.holds.drop(hold)",
        "    given.holds.drop(hold)\n    given.queues.send(hold.queue, [hold.body])",
    ),
    # Launches.
    Bug(
        "launching again enrolls again",
        "enrollments.store",
        "return len(people) - len(self._table.insert_many([rows.to_item(row) for row in people]))",
        "return self._table.put_many([rows.to_item(row) for row in people]) or 0",
    ),
    Bug(
        "a launch that is cut off never goes on",
        "campaigns.launch",
        "            WakeUp(now_at + BACKSTOP, Queue.LAUNCH, _body(campaign)),\n            next_check",
        "            next_check",
    ),
    Bug(
        "a lane is done after its first page",
        "enrollments.enroll",
        "done=page.after is None,",
        "done=True,",
    ),
    Bug(
        "nobody knows what a person is enrolled in",
        "enrollments.enroll",
        "    given.contacts.enroll(\n",
        "    (lambda *_: None)(\n",
    ),
    Bug(
        "a campaign is closed while people are left",
        "enrollments.close",
        "if any(not row.ended or row.claim is not None for row in page.rows):",
        "if any(row.claim is not None for row in page.rows):",
    ),
    # Journals and counters.
    Bug(
        "a stream batch that comes again counts again",
        "analytics.counters",
        "fresh = [delta for delta in deltas if delta.sequence > self.sequence]",
        "fresh = list(deltas)",
    ),
    Bug(
        "a counter is overwritten by a slower writer",
        "analytics.project",
        "        if new is not old:\n",
        "        if new is not old and not (old.sequence and len(more) > 3):\n",
    ),
    Bug(
        "what is told twice at once counts twice",
        "analytics.fold",
        "name = (fact.type, fact.message, fact.source) if fact.source else fact",
        "name = fact",
    ),
    # Who must not be mailed.
    Bug(
        "a hard bounce suppresses nobody",
        "enrollments.record",
        "case EventType.BOUNCED if event.bounce is BounceClass.HARD:",
        "case EventType.BOUNCED if event.bounce is None:",
    ),
    Bug(
        "a complaint suppresses nobody",
        "enrollments.record",
        "            return SuppressionReason.COMPLAINED",
        "            return None",
    ),
    Bug(
        "an unsubscribe is kept nowhere",
        "tracking.unsubscribe",
        "    given.suppressions.add(entry)\n",
        "",
    ),
    Bug(
        "an unsubscribe ends no walk",
        "tracking.unsubscribe",
        "        ended = given.departures.depart(token.tenant, token.contact, _REASON.value, now_at)",
        "        ended = 0",
    ),
    Bug(
        "a soft bounce is tried for ever",
        "enrollments.decide",
        "RETRY_WAITS = (timedelta(hours=1), timedelta(hours=8), timedelta(hours=24))",
        "RETRY_WAITS = (timedelta(hours=1),) * 9",
    ),
    Bug(
        "a soft bounce is not tried again",
        "enrollments.decide",
        "    if first is None or bounces > len(RETRY_WAITS):",
        "    if first is None or bounces > 0:",
    ),
    Bug(
        "an erasure leaves the address",
        "privacy.erase",
        "    given.contacts.remove(tenant, contact)\n",
        "",
    ),
    Bug(
        "a forged webhook is believed",
        "esp.standard_webhooks",
        "if not any(hmac.compare_digest(one, other)",
        "if not candidates and not any(hmac.compare_digest(one, other)",
    ),
    Bug(
        "an action counts again when it is done again",
        "enrollments.walk",
        "step.number, steps.visit, ordinal)",
        "step.number, steps.visit, ordinal, str(steps.now_at))",
    ),
    Bug(
        "the late guard lets everything through",
        "enrollments.decide",
        "    return Late() if late else None",
        "    return None",
    ),
    # Backups.
    Bug(
        "a restored table is taken for the one before",
        "fence.guard",
        "stands = noted is None or noted.strange or strangers(noted, ids)",
        "stands = noted is None",
    ),
    Bug(
        "a revision is remembered for ever",
        "table.kept",
        "if abs(now_at - self._emptied_at) >= RESTORE_TAKES:",
        "if self._emptied_at == _NEVER:",
    ),
    Bug(
        "who waits behind the fence is not let go",
        "enrollments.lift_fence",
        "    given.queues.send(Queue.RELEASE, bodies)\n",
        "",
    ),
    Bug(
        "who was due at the backup is forgotten",
        "enrollments.lift_fence",
        "        given.queues.send(Queue.ADVANCE, list(pack(due)))\n",
        "",
    ),
    Bug(
        "an erasure does not last",
        "privacy.erase",
        '    given.suppressions.add(Suppression(tenant, contact, WORKSPACE, _REASON, "erasure", now_at))\n',
        "",
    ),
)
"""All of them; a bug that survives is a hole in the checker."""
