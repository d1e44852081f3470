"""Checks a run from the mails in the sink and the tables at rest, never from the counters alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from penguinmails.analytics.counters import CounterRow
from penguinmails.analytics.recount import differences, recount
from penguinmails.bootstrap import House
from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.steps import EmailStep, WaitStep, ways_on
from penguinmails.campaigns.steps import Sequence as Steps
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Enrollment, Mail
from penguinmails.enrollments.history import history
from penguinmails.holds.hold import HoldReason
from penguinmails.local.demo.mailbox import Mailbox
from penguinmails.local.demo.post import Delivered, Post

LATENESS_BAR_S, DUE_AT_ONCE = 60.0, 5_000
"""What is promised for so many emails that are due in one second; more take longer in proportion."""
SLACK = timedelta(seconds=2)
"""A mail's date is written to the second."""


@dataclass(frozen=True, slots=True)
class Check:
    """One promise, and whether this run kept it."""

    id: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Audited:
    """One campaign at rest: its rows, by contact and run, and who was meant to be in it."""

    campaign: Campaign
    steps: Steps
    rows: Mapping[tuple[str, str], Enrollment]
    targeted: frozenset[str]
    counters: Sequence[CounterRow]
    reported_sent: int


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a run left behind."""

    house: House
    post: Post
    mailbox: Mailbox
    audited: Sequence[Audited]
    dead_letters: int

    def row(self, delivered: Delivered) -> Enrollment | None:
        """Find the enrollment that a mail belongs to."""
        token = delivered.token
        for audited in self.audited:
            if audited.campaign.id == token.campaign:
                return audited.rows.get((token.contact, token.run))
        return None


def check(run: Run) -> list[Check]:
    """Make every check; each names what is wrong, at most a few of each kind."""
    return [
        _verdict("each send key is mailed once", _keys_mailed_twice(run), "mails"),
        _verdict("each step is mailed once, or again for a reason", _steps_twice(run), "steps"),
        _verdict("nobody is mailed after unsubscribing", _mailed_after(run), "people barred"),
        _verdict("nothing is early", _early(run), "mails"),
        _verdict("reason codes add up to the audience", _unexplained(run), "people"),
        _verdict("the sink and the journals agree", _sink_and_journals(run), "mails"),
        _verdict("counters equal the journals", _counters(run), "counters"),
        _verdict("campaigns are completed", _unfinished(run), "campaigns"),
        _verdict("holds and dead letters are explained", _held(run), "holds"),
        _verdict("webhooks and pages answer as they should", _answers(run), "requests"),
        _lateness(run),
    ]


Findings = tuple[int, list[str]]


def _verdict(name: str, findings: Findings, unit: str) -> Check:
    looked_at, problems = findings
    shown = "; ".join(problems[:5]) + (f" and {len(problems) - 5} more" if problems[5:] else "")
    return Check(name, not problems, shown or f"{looked_at:,} {unit}")


def _keys_mailed_twice(run: Run) -> Findings:
    keys = Counter((d.place, d.token.attempt) for d in run.post.mails)
    return len(keys), [f"{key} {times} times" for key, times in keys.items() if times > 1]


def _steps_twice(run: Run) -> Findings:
    places = {delivered.place for delivered in run.post.mails}
    again = [delivered for delivered in run.post.mails if delivered.token.attempt > 1]
    return len(places), [f"{d.place} without a reason" for d in again if not _excused(run, d)]


def _excused(run: Run, delivered: Delivered) -> bool:
    row, token = run.row(delivered), delivered.token
    if row is None:
        return False
    before = Mail(token.step, token.visit, token.attempt - 1)
    resent = any(
        fact.type is FactType.UNCERTAIN
        and fact.message == (before.step, before.visit, before.attempt)
        for fact in row.facts()
    )
    return resent or history(row.facts()).soft_bounced(before)


def _mailed_after(run: Run) -> Findings:
    barred = run.mailbox.barred
    late = [
        f"{delivered.token.contact} got mail {delivered.number}"
        for delivered in run.post.mails
        if delivered.number >= barred.get(delivered.token.contact, len(run.post.mails))
    ]
    return len(barred), late


def _early(run: Run) -> Findings:
    problems: list[str] = []
    for audited in run.audited:
        launched_at = audited.campaign.launched_at or audited.campaign.created_at
        shortest = _shortest_waits(audited.steps)
        for delivereds in run.post.by_contact().values():
            mine = [d for d in delivereds if d.token.campaign == audited.campaign.id]
            problems += _early_mails(run, mine, launched_at, shortest)
    return len(run.post.mails), problems


def _early_mails(
    run: Run,
    mails: list[Delivered],
    launched_at: datetime,
    shortest: Mapping[tuple[int, int], timedelta],
) -> Iterator[str]:
    previous: tuple[int, datetime] | None = None
    for delivered in mails:
        sent_at = parsedate_to_datetime(str(run.post.message(delivered)["Date"]))
        if sent_at + SLACK < launched_at:
            yield f"mail {delivered.number} before the launch"
        step = delivered.token.step
        if previous and delivered.token.attempt == 1:
            wait = shortest.get((previous[0], step), timedelta())
            if sent_at + SLACK < previous[1] + wait:
                yield f"mail {delivered.number} {previous[1] + wait - sent_at} early"
        if delivered.token.attempt == 1:
            previous = step, sent_at


def _shortest_waits(steps: Steps) -> Mapping[tuple[int, int], timedelta]:
    """Give the least time between two emails that can follow each other."""
    found: dict[tuple[int, int], timedelta] = {}
    for email in (step for step in steps.steps.values() if isinstance(step, EmailStep)):
        for number, wait in _ahead(steps, email.next):
            pair = email.number, number
            found[pair] = min(found.get(pair, wait), wait)
    return found


def _ahead(steps: Steps, number: int | None) -> Iterator[tuple[int, timedelta]]:
    if number is None:
        return
    step = steps.steps[number]
    if isinstance(step, EmailStep):
        yield number, timedelta()
        return
    wait = timedelta(seconds=step.seconds) if isinstance(step, WaitStep) else timedelta()
    for way in ways_on(step):
        yield from ((email, wait + more) for email, more in _ahead(steps, way))


def _unexplained(run: Run) -> Findings:
    problems: list[str] = []
    people = 0
    for audited in run.audited:
        people += len(audited.targeted)
        there = {contact for contact, _ in audited.rows}
        reasons = reasons_of(audited)
        if there != audited.targeted or sum(reasons.values()) != len(audited.targeted):
            problems.append(
                f"{audited.campaign.name}: {len(audited.targeted)} targeted, "
                f"{len(there)} enrolled, reasons {dict(reasons)}"
            )
    return people, problems


def reasons_of(audited: Audited) -> Counter[str]:
    """Give each enrollment's one reason code."""
    return Counter(_reason(row) for row in audited.rows.values())


def _reason(row: Enrollment) -> str:
    if row.held:
        return f"held: {row.held}"
    return row.exit_reason or row.status.value


def _sink_and_journals(run: Run) -> Findings:
    mailed = Counter((d.place, d.token.attempt) for d in run.post.mails)
    recorded: Counter[tuple[tuple[str, str, str, int, int], int]] = Counter()
    for audited in run.audited:
        for (contact, name), row in audited.rows.items():
            for fact in row.facts():
                if fact.type is FactType.ACCEPTED:
                    step, visit, attempt = fact.message
                    recorded[(audited.campaign.id, contact, name, step, visit), attempt] += 1
    missing = [f"{key} in one of the two only" for key in set(mailed) ^ set(recorded)]
    return len(mailed), missing


def _counters(run: Run) -> Findings:
    problems: list[str] = []
    looked_at = 0
    for audited in run.audited:
        name = audited.campaign.name
        recounted = recount(audited.campaign, run.house.enrollments)
        looked_at += len(recounted.counts)
        problems += [
            f"{name} {found.day} {found.name}: {found.counted} counted, {found.recounted} there"
            for found in differences(audited.counters, recounted.counts)
        ]
        mailed = sum(d.token.campaign == audited.campaign.id for d in run.post.mails)
        if audited.reported_sent != mailed:
            problems.append(f"{name}: {audited.reported_sent} reported, {mailed} in the sink")
    return looked_at, problems


def _unfinished(run: Run) -> Findings:
    done = CampaignStatus.COMPLETED
    left = [a.campaign for a in run.audited if a.campaign.status is not done]
    return len(run.audited), [f"{campaign.name} is {campaign.status}" for campaign in left]


def _held(run: Run) -> Findings:
    holds = [
        hold
        for audited in run.audited
        for reason in HoldReason
        for hold in run.house.holds.some(audited.campaign.tenant, audited.campaign.id, reason, 1000)
    ]
    problems = [f"{hold.reason} hold {hold.id} has no detail" for hold in holds if not hold.detail]
    if run.dead_letters:
        problems.append(f"{run.dead_letters} dead letters were not salvaged")
    return len(holds), problems


def _answers(run: Run) -> Findings:
    return run.mailbox.webhooks.total() + run.mailbox.counts.total(), run.mailbox.problems


def _lateness(run: Run) -> Check:
    late_s = lateness(run)
    worst = quantile(late_s, 0.999)
    most = LATENESS_BAR_S * max(1.0, _due_at_once(run) / DUE_AT_ONCE)
    shown = f"p50 {quantile(late_s, 0.5)} s, p99.9 {worst} s, max {max(late_s, default=0)} s"
    return Check("sends are on time", worst <= most, f"{shown}; p99.9 may be {most:.0f} s")


def _due_at_once(run: Run) -> int:
    """Give the largest audience: all of it is due as it is enrolled."""
    return max((len(audited.rows) for audited in run.audited), default=0)


def lateness(run: Run) -> list[int]:
    """Give the lateness of every send, in seconds, in order."""
    return sorted(
        late_s
        for audited in run.audited
        for late_s in recount(audited.campaign, run.house.enrollments).late_s
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Give the value below which this share of them lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0
