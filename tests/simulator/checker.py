"""Judges a run by what the ESP accepted, what people were told, and what the tables say at rest."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from penguinmails.analytics.counters import summed
from penguinmails.analytics.recount import differences, recount
from penguinmails.bootstrap import House
from penguinmails.campaigns.campaign import LATE_GUARD, WINDOW, CampaignStatus
from penguinmails.campaigns.steps import ActionStep, ConditionStep, EmailStep, Sequence, WaitStep
from penguinmails.deliveries.fact import HEARD, BounceClass, Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Status
from penguinmails.holds.hold import HoldReason
from penguinmails.tracking.tokens import Token
from tests.simulator.cloud import Cloud
from tests.simulator.esp import Mailed, SimulatedEsp
from tests.simulator.people import People
from tests.simulator.schedule import MICROS

SKEW_S = 10
"""Two clocks may be this far apart."""
MOST_LATE_S = 75
KNOWN_EXITS = {"hard_bounced", "complained", "unsubscribed"}
NEVER = 1 << 62
MOST_RETRIES = 3
W = int(WINDOW.total_seconds())
ANSWERED = {FactType.ACCEPTED, FactType.REFUSED, FactType.SKIPPED}
CHECKED = tuple(f"I-{number}" for number in (*range(1, 16), 19, 21, *range(23, 29), 31))
ELSEWHERE = {
    "I-16": "the cross-tenant matrix, generated from the operations (tests/functions)",
    "I-29": "every POST twice, and twice at once (tests/functions)",
    "I-30": "the audit chain (tests/unit/audit, tests/functions)",
}
NOT_YET = {
    "I-17": "experiments",
    "I-18": "experiments",
    "I-20": "recipient-local times",
    "I-22": "caps and warm-up",
}

Walk = tuple[str, str, str]
"""A campaign, a contact and a run."""


@dataclass(slots=True)
class Seen:
    """What a checker looks at."""

    cloud: Cloud
    esp: SimulatedEsp
    people: People
    house: House
    tenant: str
    rows: dict[Walk, Enrollment] = field(default_factory=dict)
    sends: dict[Walk, list[Mailed]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for campaign in self.people.campaigns:
            found = self.house.campaigns.get(self.tenant, campaign)
            for shard in range(found.shards):
                page = self.house.enrollments.page(self.tenant, campaign, shard, None, 100_000)
                for row in page.rows:
                    self.rows[campaign, row.ref.contact, row.ref.run] = row
        for mailed in self.esp.log:
            self.sends[walk_of(mailed)].append(mailed)


def walk_of(mailed: Mailed) -> Walk:
    """Tell whose message it is."""
    return mailed.token.campaign, mailed.token.contact, mailed.token.run


def message_of(token: Token) -> tuple[int, int, int]:
    """Tell which message of its walk a token names."""
    return token.step, token.visit, token.attempt


def violations(seen: Seen) -> Iterator[str]:
    """Name every promise that was broken, by its id, and how."""
    yield from _twice(seen)
    yield from _barred(seen)
    yield from _ends(seen)
    yield from _held(seen)
    yield from _skipped(seen)
    yield from _paused(seen)
    yield from _early(seen)
    yield from _counted(seen)
    yield from _unique(seen)
    yield from _heard(seen)
    yield from _told_once(seen)
    yield from _forged(seen)
    yield from _bounced(seen)
    yield from _closed(seen)
    yield from _erased(seen)
    yield from _claimed(seen)
    yield from _altered(seen)
    yield from _late(seen)
    yield from _acted(seen)
    yield from _chose(seen)
    yield from _raised(seen)
    yield from _fenced(seen)


def punctual(seen: Seen) -> Iterator[str]:
    """Name, of a run without faults and meddling, who got something at another time than due."""
    for walk, mails in seen.sends.items():
        row = seen.rows[walk]
        revision = seen.house.campaigns.revision(seen.tenant, walk[0], row.revision)
        firsts: dict[int, Mailed] = {}
        for mailed in mails:
            firsts.setdefault(mailed.token.step, mailed)
        order = sorted(firsts.values(), key=lambda m: m.at)
        for one, other in pairwise(order):
            wait = waits_between(revision.sequence, one.token.step, other.token.step)
            late_s = (other.at - one.at) / MICROS - wait.total_seconds()
            if abs(late_s) > MOST_LATE_S:
                yield f"I-8: {walk} got step {other.token.step} {late_s:.0f} s off"
    yield from _tried_again(seen)
    yield from _all_through(seen)


def _tried_again(seen: Seen) -> Iterator[str]:
    """A soft bounce of somebody's last email is tried again, unless they may not be mailed."""
    for walk, row in seen.rows.items():
        if seen.house.suppressions.reasons(seen.tenant, walk[0], [walk[1]]):
            continue
        tried = {(m.token.step, m.token.attempt) for m in seen.sends[walk]}
        for fact in filter(_soft, row.facts()):
            if row.last is None or fact.step != row.last.step:
                continue  # a later email takes the place of a retry
            again = (fact.step, fact.attempt + 1) in tried
            if not again and fact.attempt <= MOST_RETRIES and row.status is Status.COMPLETED:
                yield f"I-23: {walk} bounced softly, try {fact.attempt} of step {fact.step}, and nothing came of it"


def _all_through(seen: Seen) -> Iterator[str]:
    """Everybody is enrolled and comes to an end for a known reason."""
    for (campaign, contact, _), row in seen.rows.items():
        if row.status is Status.EXITED and row.exit_reason not in KNOWN_EXITS:
            yield f"I-4: {contact} left {campaign} for {row.exit_reason}"
    for campaign in seen.people.campaigns:
        if seen.house.campaigns.get(seen.tenant, campaign).status is not CampaignStatus.COMPLETED:
            yield f"I-26: {campaign} is not completed"
        enrolled = sum(walk[0] == campaign for walk in seen.rows)
        if enrolled != len(seen.people.addresses):
            yield f"I-19: {campaign} has {enrolled} of {len(seen.people.addresses)}"


def _twice(seen: Seen) -> Iterator[str]:
    times = Counter(
        (walk_of(m), m.token.step, m.token.visit, m.token.attempt) for m in seen.esp.log
    )
    yield from (f"I-1: {name} was accepted {n} times" for name, n in times.items() if n > 1)
    for walk, step, visit, attempt in times:
        row = seen.rows.get(walk)
        if attempt == 1 or row is None:
            continue
        before = [
            f
            for f in row.facts()
            if (f.step, f.visit, f.attempt) == (step, visit, attempt - 1)
            and (f.type is FactType.UNCERTAIN or _soft(f))
        ]
        if not before:
            yield f"I-1: {walk} got attempt {attempt} of step {step} without a reason"


def _soft(fact: Fact) -> bool:
    return fact.type is FactType.BOUNCED and fact.detail == BounceClass.SOFT


def _barred(seen: Seen) -> Iterator[str]:
    """After an unsubscribe, complaint, hard bounce or erasure was acknowledged, nothing after W."""
    until: dict[str, int] = {}
    for done in seen.people.done:
        if done.what == "unsubscribe":
            until[done.whom] = min(done.answered, until.get(done.whom, done.answered))
    for walk, mails in seen.sends.items():
        at = until.get(walk[1])
        for mailed in mails:
            if at is not None and mailed.at > at + (W + SKEW_S) * MICROS:
                yield f"I-2: {mailed.to_email} was mailed {(mailed.at - at) / MICROS:.0f} s after leaving"


def _ends(seen: Seen) -> Iterator[str]:
    """Everybody has come to an end, or waits for a person who is known."""
    for walk, row in seen.rows.items():
        campaign = seen.house.campaigns.get(seen.tenant, walk[0])
        if row.claim is not None:
            yield f"I-3: {walk} is {row.status}, and a claim stands: {row.claim}"
        if row.held and not row.ended:
            yield f"I-3: {walk} is still held: {row.held}"
        if row.ended or row.held or row.status is Status.PAUSED:
            continue
        if campaign.status is not CampaignStatus.PAUSED:
            yield f"I-3: {walk} is {row.status}, due {row.due_at}, {campaign.status}, {row.claim}"
    left = [m for queue in seen.cloud.queues.waiting.values() for m in queue]
    if left:
        yield f"I-3: {len(left)} messages are left: {left[0].queue} {left[0].text[:200]}"


def _held(seen: Seen) -> Iterator[str]:
    """Nothing waits for a resume that came, or for a fence that fell."""
    for reason in (HoldReason.PAUSE, HoldReason.FENCE):
        for tenant, campaign in seen.house.holds.campaigns(reason):
            paused = campaign in seen.people.campaigns and (
                seen.house.campaigns.get(tenant, campaign).status is CampaignStatus.PAUSED
            )
            if reason is HoldReason.FENCE or not paused:
                yield f"I-3: {campaign} has holds left: {reason}"


def _skipped(seen: Seen) -> Iterator[str]:
    for walk, row in seen.rows.items():
        if row.status is Status.EXITED and not row.exit_reason:
            yield f"I-4: {walk} left for no reason"
        if row.status is Status.COMPLETED and not any(
            f.type is FactType.MIGRATED for f in row.facts()
        ):
            yield from _unsaid(seen, walk, row)


def _unsaid(seen: Seen, walk: Walk, row: Enrollment) -> Iterator[str]:
    revision = seen.house.campaigns.revision(seen.tenant, walk[0], row.revision)
    said = {f.step for f in row.facts() if f.type in ANSWERED | HEARD}
    for number in on_path(revision.sequence, row):
        if number not in said:
            yield f"I-4: {walk} completed, and nothing is said of step {number}"
    accepted = {f.message for f in row.facts() if f.type in {FactType.ACCEPTED, *HEARD}}
    lost = {f.message for f in row.facts() if f.type in {FactType.SKIPPED, FactType.UNCERTAIN}}
    got = {message_of(m.token) for m in seen.sends[walk]}
    forgotten = {message_of(m.token) for m in seen.esp.forgotten if walk_of(m) == walk}
    if not accepted <= got | forgotten:
        yield f"I-4: {walk} is said to have got {accepted - got}"
    if not got <= accepted | lost:
        yield f"I-4: {walk} got {got - accepted - lost}, and nothing says so"


def on_path(sequence: Sequence, row: Enrollment) -> Iterator[int]:
    """Walk a sequence as the journal says it was walked, and give its emails."""
    taken = {f.step: f.detail for f in row.facts() if f.type is FactType.BRANCHED}
    number = sequence.first
    for _ in range(200):
        if number is None:
            return
        step = sequence.steps[number]
        match step:
            case EmailStep():
                yield number
                number = step.next
            case ConditionStep():
                arm = taken.get(number)
                if arm is None:
                    return
                number = step.next if arm == "else" else step.arms[int(arm) - 1].next
            case _:
                number = step.next


def _paused(seen: Seen) -> Iterator[str]:
    """Between a pause that was answered, plus W, and the next resume nothing leaves."""
    spans: list[tuple[str, int, int]] = []
    open_at: dict[str, int] = {}
    for done in sorted(seen.people.done, key=lambda d: d.answered):
        if done.what == "pause":
            open_at.setdefault(done.whom, done.answered)
        if done.what.startswith("resume") and done.whom in open_at:
            spans.append((done.whom, open_at.pop(done.whom), done.began))
    for mailed in seen.esp.log:
        for campaign, begin, end in spans:
            late = begin + (W + SKEW_S) * MICROS < mailed.at < end
            if mailed.token.campaign == campaign and late:
                yield f"I-5: {mailed.to_email} was mailed by {campaign} while it was paused"


def _early(seen: Seen) -> Iterator[str]:
    """Between two emails at least the wait between them passes."""
    for walk, mails in seen.sends.items():
        row = seen.rows.get(walk)
        if row is None or any(f.type is FactType.MIGRATED for f in row.facts()):
            continue
        revision = seen.house.campaigns.revision(seen.tenant, walk[0], row.revision)
        firsts: dict[int, Mailed] = {}
        for mailed in mails:
            firsts.setdefault(mailed.token.step, mailed)
        order = sorted(firsts.values(), key=lambda m: m.at)
        for one, other in pairwise(order):
            wait = waits_between(revision.sequence, one.token.step, other.token.step)
            if (other.at - one.at) < (wait - timedelta(seconds=SKEW_S)).total_seconds() * MICROS:
                yield f"I-7: {walk} got step {other.token.step} too early after {one.token.step}"


def waits_between(sequence: Sequence, one: int, other: int) -> timedelta:
    """Add up the waits numbered between two steps, at least."""
    waits = [
        timedelta(seconds=step.seconds)
        for number, step in sequence.steps.items()
        if one < number < other and isinstance(step, WaitStep)
    ]
    return min(waits, default=timedelta())


def _claimed(seen: Seen) -> Iterator[str]:
    """Nothing is claimed once it was answered that somebody left, or is paused."""
    barred: dict[str, int] = {}
    for done in seen.people.done:
        if done.what in {"unsubscribe", "exit one"}:
            barred[done.whom] = min(done.answered, barred.get(done.whom, done.answered))
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    open_at: dict[str, int] = {}
    for done in sorted(seen.people.done, key=lambda d: d.answered):
        if done.what == "pause one":
            open_at.setdefault(done.whom, done.answered)
        if done.what.startswith("resume one") and done.whom in open_at:
            spans[done.whom].append((open_at.pop(done.whom), done.began))
    for claim in seen.cloud.claims:
        campaign, contact, _ = claim.walk
        left_at = min(barred.get(contact, NEVER), barred.get(campaign + contact, NEVER))
        if claim.at > left_at:
            yield f"I-2: {claim.walk} claimed {claim.mail} after they had left"
        for begin, end in spans[campaign + contact]:
            if begin < claim.at < end:
                yield f"I-6: {claim.walk} claimed {claim.mail} while paused"


def _altered(seen: Seen) -> Iterator[str]:
    """Revisions never change, and each mail says what its revision says."""
    yield from (f"I-25: {name} was changed" for name in seen.cloud.altered)
    for mailed in seen.esp.log:
        token = mailed.token
        content = seen.house.campaigns.content(
            token.tenant, token.campaign, token.revision, token.step
        )
        if mailed.subject != content.subject:
            yield f"I-25: {mailed.to_email} got {mailed.subject!r}, not {content.subject!r}"


def _late(seen: Seen) -> Iterator[str]:
    """Nothing leaves by itself that is overdue by more than the guard."""
    most = LATE_GUARD.total_seconds() + W + SKEW_S
    for walk, row in seen.rows.items():
        for fact in row.facts():
            if fact.type is FactType.ACCEPTED and int(fact.detail or 0) > most:
                yield f"I-27: {walk} was sent step {fact.step} {fact.detail} s late"


def _acted(seen: Seen) -> Iterator[str]:
    """An action counts once for each walk that may come by it."""
    walks: Counter[str] = Counter()
    for (campaign, contact, _), row in seen.rows.items():
        revision = seen.house.campaigns.revision(seen.tenant, campaign, row.revision)
        walks[contact] += any(isinstance(s, ActionStep) for s in revision.sequence.steps.values())
    for contact, person in seen.house.contacts.read(seen.tenant, list(walks)).items():
        if person.score > 10 * walks[contact]:
            yield f"I-1: {contact} has the score {person.score} of {walks[contact]} walks"


def _chose(seen: Seen) -> Iterator[str]:
    """Who went the way of a click has clicked that very email."""
    for walk, row in seen.rows.items():
        if any(f.type is FactType.MIGRATED for f in row.facts()):
            continue
        revision = seen.house.campaigns.revision(seen.tenant, walk[0], row.revision)
        names = {step.slug: number for number, step in revision.sequence.steps.items()}
        for fact in row.facts():
            step = revision.sequence.steps.get(fact.step)
            if fact.type is not FactType.BRANCHED or not isinstance(step, ConditionStep):
                continue
            text = step.arms[0].condition.text
            if fact.detail == "1" and text.startswith("steps.") and text.endswith(".clicked"):
                number = names[text.split(".")[1]]
                if not any(f.type is FactType.CLICKED and f.step == number for f in row.facts()):
                    yield f"trap 6: {walk} went the way of a click on step {number}"


def _unique(seen: Seen) -> Iterator[str]:
    """Of what happens to a mail once at most, there is no more than was sent."""
    if seen.people.restored_at is not None:
        return
    for campaign in seen.people.campaigns:
        total = summed(seen.house.counters.of_campaign(seen.tenant, campaign))
        by_step: dict[str, dict[str, int]] = defaultdict(dict)
        for name, number in total.items():
            step, _, what = name.rpartition(".")
            by_step[step][what] = number
        for step, counts in by_step.items():
            for what in ("delivered", "bounced", "unique_opens", "unique_clicks"):
                if counts.get(what, 0) > counts.get("sent", counts.get(what, 0)):
                    yield f"I-10: {campaign} {step}: {what} {counts[what]} of {counts['sent']}"


def _counted(seen: Seen) -> Iterator[str]:
    """Counters equal the journals; a backup has them as far as they had come."""
    if seen.people.restored_at is not None:
        return
    for campaign in seen.people.campaigns:
        found = seen.house.campaigns.get(seen.tenant, campaign)
        rows = seen.house.counters.of_campaign(seen.tenant, campaign)
        told = differences(rows, recount(found, seen.house.enrollments).counts)
        if told:
            yield f"I-9: {campaign}: {told[:3]}"
        total = Counter(summed(rows))
        if sum(n for name, n in total.items() if name == "enrolled") != len(
            [walk for walk in seen.rows if walk[0] == campaign]
        ):
            yield f"I-19: {campaign} counts {total['enrolled']} enrolled"


def _heard(seen: Seen) -> Iterator[str]:
    """What a webhook was thanked for is in a journal."""
    wanted = {
        "delivered": FactType.DELIVERED,
        "bounced": FactType.BOUNCED,
        "complained": FactType.COMPLAINED,
        "opened": FactType.OPENED,
        "clicked": FactType.CLICKED,
        "replied": FactType.REPLIED,
        "unsubscribed": FactType.UNSUBSCRIBED,
    }
    forgotten = {(walk_of(m), message_of(m.token)) for m in seen.esp.forgotten}
    for told in seen.esp.told:
        token = told.token
        walk = token.campaign, token.contact, token.run
        row = seen.rows.get(walk)
        if row is None or (walk, message_of(token)) in forgotten:
            continue
        facts = {(f.type, f.message) for f in row.facts()}
        if (wanted[told.type], message_of(token)) not in facts:
            yield f"I-11: {told.type} of {token.contact} step {token.step} was lost"


def _told_once(seen: Seen) -> Iterator[str]:
    """What is told twice, at another time even, counts once; a click alone implies one open."""
    if seen.people.restored_at is not None:
        return
    for campaign in seen.people.campaigns:
        told = [
            (walk, fact)
            for walk, row in seen.rows.items()
            for fact in row.facts()
            if walk[0] == campaign and not fact.machine
        ]
        opens = {
            (walk, fact.message, fact.source) for walk, fact in told if fact.type is FactType.OPENED
        }
        visits = {
            kind: {(walk, fact.step, fact.visit) for walk, fact in told if fact.type is kind}
            for kind in (FactType.OPENED, FactType.CLICKED)
        }
        expected = len(opens) + len(visits[FactType.CLICKED] - visits[FactType.OPENED])
        total = summed(seen.house.counters.of_campaign(seen.tenant, campaign))
        counted = sum(number for name, number in total.items() if name.endswith(".opens"))
        if counted != expected:
            yield f"I-12: {campaign} counts {counted} opens of {expected}"


def _forged(seen: Seen) -> Iterator[str]:
    if seen.esp.forged_and_believed:
        yield f"I-13: {seen.esp.forged_and_believed} forged webhooks were believed"


def _bounced(seen: Seen) -> Iterator[str]:
    """Soft bounces are retried at most three times, hard ones and complaints bar."""
    for walk, mails in seen.sends.items():
        row = seen.rows.get(walk)
        if row is None:
            continue
        soft = Counter(f.step for f in row.facts() if _soft(f))
        for step, times in soft.items():
            tries = {m.token.attempt for m in mails if m.token.step == step}
            lost = sum(f.type is FactType.UNCERTAIN for f in row.facts() if f.step == step)
            if len(tries) > min(times, 3) + 1 + lost:
                yield f"I-23: {walk} got step {step} {len(tries)} times"
        barred = {FactType.COMPLAINED} & {f.type for f in row.facts()} or any(
            f.type is FactType.BOUNCED and f.detail == BounceClass.HARD for f in row.facts()
        )
        if barred and not seen.house.suppressions.reasons(seen.tenant, walk[0], [walk[1]]):
            yield f"I-23: {walk} is not suppressed"
        if barred and row.status is Status.ACTIVE:
            yield f"I-23: {walk} is still active"


def _closed(seen: Seen) -> Iterator[str]:
    for campaign in seen.people.campaigns:
        found = seen.house.campaigns.get(seen.tenant, campaign)
        live = [r for w, r in seen.rows.items() if w[0] == campaign and not r.ended]
        if found.status is CampaignStatus.COMPLETED and live:
            yield f"I-26: {campaign} is completed, and {len(live)} are not: {live[0].status}"
        if found.status in {CampaignStatus.ACTIVE, CampaignStatus.CLOSING} and not live:
            yield f"I-26: {campaign} is {found.status}, and nobody is left"


def _erased(seen: Seen) -> Iterator[str]:
    erased = {done.whom for done in seen.people.done if done.what == "erase"}
    again = {
        seen.cloud.ring.contact_id(seen.tenant, address): address
        for address in seen.people.addresses
    }
    for contact in erased:
        if not seen.house.suppressions.reasons(seen.tenant, "-", [contact]):
            yield f"I-31: {contact} was erased, and could be mailed if imported again"
        address = again[contact]
        for name, table in seen.cloud.tables.real.items():
            text = repr(table.rows)
            if address in text and not seen.people.imported_since(contact):
                yield f"I-31: {name} holds {address}"


def _fenced(seen: Seen) -> Iterator[str]:
    """From a restore until somebody lifts the fence nothing is claimed, and nothing leaves."""
    begin, end = seen.people.restored_at, seen.people.lifted_at
    if begin is None or end is None:
        return
    for claim in seen.cloud.claims:
        if begin < claim.at < end:
            yield f"I-28: {claim.walk} claimed {claim.mail} behind the fence"
    for mailed in (*seen.esp.forgotten, *seen.esp.log):
        if begin + W * MICROS < mailed.at < end:
            yield f"I-28: {mailed.to_email} was mailed behind the fence"
    if not any(done.what.startswith("lift") for done in seen.people.done):
        yield "I-28: nobody could lift the fence"


def _raised(seen: Seen) -> Iterator[str]:
    for name, times in seen.cloud.effects.outcomes.items():
        if " raised " in name:
            yield f"trouble: {name} ({times} times)"
