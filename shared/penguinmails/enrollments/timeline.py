"""Tells what happened to a person, across all campaigns, newest first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from penguinmails.campaigns.revision import Revision
from penguinmails.contacts.audience import Membership
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Ref

MOST_WALKS = 100
"""Enrollments that a timeline looks back on: the latest created campaigns'."""


class Place(NamedTuple):
    """Where an entry stands among all: by its minute, by enrollment, and by what follows what."""

    at: datetime
    campaign: str
    run: str
    order: int
    code: str

    def text(self) -> str:
        """Write the place as one text."""
        return json.dumps([self.at.isoformat(), *self[1:]], separators=(",", ":"))


def place_of(text: str) -> Place:
    """Read what `Place.text` wrote."""
    at, campaign, run, order, code = json.loads(text)
    return Place(datetime.fromisoformat(at), campaign, run, order, code)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `what` is in words; `step` is a slug, empty for none."""

    place: Place
    type: str
    step: str
    what: str

    @property
    def at(self) -> datetime:
        """When it happened, to the minute."""
        return self.place.at

    @property
    def campaign(self) -> str:
        """The campaign in which it happened."""
        return self.place.campaign


@dataclass(frozen=True, slots=True)
class Timeline:
    """Some entries, and where the next page starts (None: there is none)."""

    entries: Sequence[Entry]
    after: Place | None


class Memberships(Protocol):
    """Tells what a person was enrolled in."""

    def recent_memberships(self, tenant: str, contact: str, limit: int) -> Sequence[Membership]: ...


class Enrollments(Protocol):
    """The rows, each with its journal."""

    def read(self, refs: Sequence[Ref]) -> Mapping[Ref, Enrollment]: ...


class Revisions(Protocol):
    """What names the steps; a revision never changes."""

    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


@dataclass(frozen=True, slots=True)
class TimelinePorts:
    """What telling a person's story touches."""

    contacts: Memberships
    enrollments: Enrollments
    campaigns: Revisions


def timeline(
    tenant: str, contact: str, after: Place | None, limit: int, given: TimelinePorts
) -> Timeline:
    """Tell a page of what happened to a person.

    Each page costs one query for the latest 100 enrollments and one batch read of their rows, at
    most 8 kB each, whatever the page holds; so it shows also what happened since the page before.
    """
    members = given.contacts.recent_memberships(tenant, contact, MOST_WALKS)
    entries = entries_of(tenant, members, given)
    if after is not None:
        entries = [entry for entry in entries if entry.place < after]
    page = entries[:limit]
    return Timeline(page, page[-1].place if len(entries) > limit else None)


def entries_of(tenant: str, members: Sequence[Membership], given: TimelinePorts) -> list[Entry]:
    """Tell all that happened in some enrollments, newest first."""
    refs = [Ref(tenant, m.campaign, m.shards, m.contact, m.run) for m in members]
    entries = []
    for row in given.enrollments.read(refs).values():
        revision = given.campaigns.revision(tenant, row.ref.campaign, row.revision)
        slugs = {number: slug for slug, number in revision.sequence.numbers.items()}
        entries += list(map(partial(_entry, row, slugs), row.facts()))
        entries += _end(row)
    return sorted(entries, key=lambda entry: entry.place, reverse=True)


def in_words(fact: Fact) -> str:
    """Say what a fact means."""
    words = _WORDS[fact.type]
    if fact.machine:
        words = f"{words} by a machine"
    if fact.type in _DETAILED and fact.detail:
        words = f"{words}: {fact.detail.replace('_', ' ')}"
    return f"{words} (attempt {fact.attempt})" if fact.attempt > 1 else words


def _entry(row: Enrollment, slugs: Mapping[int, str], fact: Fact) -> Entry:
    order = fact.step * len(_ORDER) + _ORDER[fact.type]
    place = Place(fact.at, row.ref.campaign, row.ref.run, order, fact.code())
    step = slugs.get(fact.step, str(fact.step)) if fact.step else ""
    return Entry(place, fact.type.name.lower(), step, in_words(fact))


def _end(row: Enrollment) -> list[Entry]:
    if row.ended_at is None:
        return []
    place = Place(row.ended_at, row.ref.campaign, row.ref.run, _LAST, "")
    reason = row.exit_reason.replace("_", " ")
    words = "completed the campaign" if not reason else f"left the campaign: {reason}"
    return [Entry(place, row.status.value, "", words)]


_ORDER = {kind: number for number, kind in enumerate(FactType)}
_LAST = 1_000_000
_DETAILED = {
    FactType.SKIPPED,
    FactType.DEFERRED,
    FactType.REFUSED,
    FactType.BOUNCED,
    FactType.ACTED,
}
_WORDS = {
    FactType.ENROLLED: "enrolled in the campaign",
    FactType.BRANCHED: "took a branch",
    FactType.ACTED: "was changed by an action",
    FactType.SKIPPED: "the email was left out",
    FactType.DEFERRED: "sending was put off",
    FactType.UNCERTAIN: "whether the email left is not known",
    FactType.REFUSED: "the email was refused",
    FactType.ACCEPTED: "the email was sent",
    FactType.DELIVERED: "the email was delivered",
    FactType.DELAYED: "delivery is delayed",
    FactType.BOUNCED: "the email bounced",
    FactType.COMPLAINED: "complained about the email",
    FactType.OPENED: "the email was opened",
    FactType.CLICKED: "a link was clicked",
    FactType.UNSUBSCRIBED: "unsubscribed",
    FactType.REPLIED: "the email was replied to",
    FactType.MIGRATED: "moved to another revision",
}
