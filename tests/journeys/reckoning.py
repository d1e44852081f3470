"""Reckons up a journey: what is in the mailboxes against what the journals say of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Status
from tests.journeys.town import Town

Sent = Counter[tuple[int, int, int]]


def faults(town: Town, campaign: str, people: int) -> list[str]:
    """Name whatever was lost, doubled or left unsaid; nothing, if all is well."""
    rows = town.rows(campaign)
    found = [f"I-19: {len(rows)} of {people} people were enrolled"] if len(rows) != people else []
    mailed = _mailed(town, campaign)
    return found + [fault for row in rows for fault in _of(row, mailed[row.ref.contact])]


def given_up(town: Town, campaign: str) -> list[Fact]:
    """Give each send that was given up because nobody could tell whether it had left."""
    facts = (fact for row in town.rows(campaign) for fact in row.facts())
    return [fact for fact in facts if (fact.type, fact.detail) == (FactType.SKIPPED, "uncertain")]


def _mailed(town: Town, campaign: str) -> dict[str, Sent]:
    """Count what each contact got."""
    found: dict[str, Sent] = defaultdict(Counter)
    for mail in town.mails():
        token = mail.token
        if token.campaign == campaign:
            found[token.contact][token.step, token.visit, token.attempt] += 1
    return found


def _of(row: Enrollment, got: Sent) -> Iterator[str]:
    who, facts = row.ref.contact, row.facts()
    accepted = {fact.message for fact in facts if fact.type is FactType.ACCEPTED}
    skipped = {fact.message for fact in facts if fact.type is FactType.SKIPPED}
    yield from (f"I-1: {who} got {mail} {n} times" for mail, n in got.items() if n > 1)
    yield from (f"I-4: {who} got {mail} unsaid" for mail in got if mail not in accepted | skipped)
    yield from (f"I-4: {who} did not get {mail}" for mail in accepted if mail not in got)
    if row.claim is not None:
        yield f"I-3: {who} is claimed for ever"
    if row.status is not Status.COMPLETED:
        yield f"I-3: {who} is {row.status} at step {row.step}, due {row.due_at}, held {row.held!r}"
