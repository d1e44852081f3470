"""Judges a story by its end: what people really got, and what the tables say about it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Protocol

from penguinmails.analytics.counters import summed
from penguinmails.analytics.fold import fold
from penguinmails.analytics.recount import image_of
from penguinmails.campaigns.campaign import WINDOW, Campaign, CampaignStatus
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Enrollment, Status
from penguinmails.sends.message import Message
from tests.simulation.story import Story
from tests.world import World

WAITS = {
    "a": timedelta(0),
    "b": timedelta(hours=2),
    "c": timedelta(hours=2),
    "d": timedelta(days=1),
}
ANSWERED = {FactType.ACCEPTED, FactType.REFUSED, FactType.SKIPPED}
LOST = {FactType.SKIPPED, FactType.UNCERTAIN}
SAID = ANSWERED | LOST


class Told(Protocol):
    """Any story: its world, its people and its campaign."""

    world: World
    people: list[Contact]
    campaign: Campaign


def faults_of(story: Story) -> Iterator[str]:
    """Name every invariant that the story broke, and how."""
    yield from twice(story)
    yield from _unsaid(story)
    yield from _unretried(story)
    yield from _early(story)
    yield from _unwanted(story)
    yield from _ends(story)
    yield from _acted(story)
    yield from miscounted(story)


def twice(story: Told) -> Iterator[str]:
    """Name what was accepted twice, and who was enrolled twice or not at all."""
    keys = Counter(message.send_key for message in story.world.esp.accepted)
    yield from (
        f"I-1: {key} was accepted {times} times" for key, times in keys.items() if times > 1
    )
    for contact, count in Counter(row.ref.contact for row in _rows(story)).items():
        if count > 1:
            yield f"I-19: {contact} was enrolled {count} times"
    if len(_rows(story)) != len(story.people):
        yield f"I-19: {len(_rows(story))} were enrolled"


def _unsaid(story: Story) -> Iterator[str]:
    """Every send is in the journal, or its loss is."""
    for row in _rows(story):
        said = {(f.step, f.visit, f.attempt) for f in row.facts() if f.type in ANSWERED}
        for step in _path(row) if row.status is Status.COMPLETED else ():
            if step not in {number for number, _, _ in said}:
                yield f"I-4: {row.ref.contact} completed, and nothing is said of step {step}"
        accepted = sum(f.type is FactType.ACCEPTED for f in row.facts())
        lost = sum(f.type in LOST for f in row.facts())
        if not accepted <= len(_got(story, row)) <= accepted + lost:
            yield f"I-4: {row.ref.contact} got {len(_got(story, row))}, of {accepted} and {lost}"


def _unretried(story: Story) -> Iterator[str]:
    for row in _rows(story):
        said = {(f.step, f.attempt) for f in row.facts() if f.type in SAID}
        bounced = {(f.step, f.attempt) for f in row.facts() if f.type is FactType.BOUNCED}
        for step, attempt in bounced:
            if (step, attempt + 1) not in said:
                yield f"I-23: {row.ref.contact} bounced softly, and was not sent it again"


def _path(row: Enrollment) -> list[int]:
    """Tell which email steps a completed walk came by: a, b or c, d."""
    arms = {fact.detail for fact in row.facts() if fact.type is FactType.BRANCHED}
    return [1, 5 if arms == {"1"} else 6, 8]


def _early(story: Story) -> Iterator[str]:
    for person in story.people:
        got = [m for m in story.world.esp.accepted if m.to_email == person.email]
        by_step = list({message.subject: message for message in reversed(got)}.values())[::-1]
        for one, other in pairwise(by_step):
            if other.date - one.date < WAITS[other.subject]:
                yield f"I-7: {person.email} got {other.subject} at {other.date}, too early"


def _unwanted(story: Story) -> Iterator[str]:
    for message in story.world.esp.accepted:
        gone_at = story.gone_at.get(message.to_email)
        if gone_at is not None and message.date > gone_at:
            yield f"I-2: {message.to_email} was mailed at {message.date}"
        if story.paused is not None:
            paused_at, resumed_at = story.paused
            if paused_at + WINDOW < message.date < resumed_at:
                yield f"I-5: {message.to_email} was mailed at {message.date}"


def _ends(story: Story) -> Iterator[str]:
    for row in _rows(story):
        if not row.ended or row.claim is not None:
            yield f"I-3: {row.ref.contact} is {row.status}, due at {row.due_at}, claim {row.claim}"
        if row.status is Status.EXITED and not row.exit_reason:
            yield f"I-4: {row.ref.contact} left for no reason"
    status = story.world.get(story.campaign).status
    if status is not CampaignStatus.COMPLETED:
        yield f"I-26: the campaign is {status}"
    if story.world.lines.waiting:
        yield f"I-24: {story.world.lines.waiting} is still under way"


def _acted(story: Story) -> Iterator[str]:
    """Who took the first arm has the score and the tag, once."""
    people = story.world.contacts.read(story.campaign.tenant, [p.id for p in story.people])
    for row in _rows(story):
        person = people[row.ref.contact]
        acted = any(fact.type is FactType.ACTED for fact in row.facts())
        if acted and (person.score, sorted(person.tags)) != (10, ["warm"]):
            yield f"trap: {person.email} has the score {person.score} and {person.tags}"


def miscounted(story: Told) -> Iterator[str]:
    """Tell where the counters and the journals differ."""
    counted = {cell: n for cell, n in _counted(story).items() if n}
    folded = {cell: n for cell, n in _folded(story).items() if n}
    if counted != folded:
        differing = dict(counted.items() ^ folded.items())
        yield f"I-9: the counters differ from the journals in {differing}"


def _counted(story: Told) -> Counter[str]:
    rows = story.world.counters.of_campaign(story.campaign.tenant, story.campaign.id)
    return Counter(summed(rows))


def _folded(story: Told) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in _rows(story):
        for (_, name), number in fold(image_of(row)).items():
            total[name] += number
    return total


def _rows(story: Told) -> list[Enrollment]:
    return story.world.rows(story.campaign)


def _got(story: Story, row: Enrollment) -> list[Message]:
    person = next(p for p in story.people if p.id == row.ref.contact)
    return [m for m in story.world.esp.accepted if m.to_email == person.email]
