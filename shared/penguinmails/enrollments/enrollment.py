"""An enrollment: where one contact stands in one campaign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from penguinmails.deliveries.fact import Fact, read_fact
from penguinmails.ids import shard_of

FIRST_RUN = "1"


class Status(StrEnum):
    """Only an active enrollment is ever claimed; completed and exited are terminal."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    EXITED = "exited"


@dataclass(frozen=True, slots=True)
class Ref:
    """Names one enrollment; `shards` is its campaign's number of shards, fixed at launch."""

    tenant: str
    campaign: str
    shards: int
    contact: str
    run: str = FIRST_RUN

    @property
    def shard(self) -> int:
        """The partition of the campaign that the row is in."""
        return shard_of(self.contact, self.shards)


@dataclass(frozen=True, slots=True)
class Mail:
    """Names one message of an enrollment: a step, the visit to it, and the attempt at it."""

    step: int
    visit: int = 1
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """One invocation's right to send one message, once."""

    key: str
    owner: str
    claimed_at: datetime
    mail: Mail
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """A message that soft-bounced and will be sent again beside the walk."""

    mail: Mail
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands and when it goes on. `step` None is its end, and 0 its beginning."""

    step: int | None
    visit: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One row: the walk's place, the message in hand, and the journal of all that happened.

    `due_at` is when the row wants attention: its step's time, or an earlier retry's, or the
    end of an uncertain send's wait. `step_due_at` is the step's own time. `last` is the message
    that was claimed last. `released_at` is when it last left a hold or a pause of its own, or
    a migration made it due. `generation` is raised to have a journal counted anew.
    """

    ref: Ref
    status: Status
    step: int | None
    visit: int
    due_at: datetime
    step_due_at: datetime
    revision: int
    enrolled_at: datetime
    journal: frozenset[str]
    domain: str = ""
    claim: Claim | None = None
    last: Mail | None = None
    retry: Retry | None = None
    held: str = ""
    released_at: datetime | None = None
    exit_reason: str = ""
    ended_at: datetime | None = None
    generation: int = 0

    @property
    def place(self) -> Place:
        """Where the walk stands."""
        return Place(self.step, self.visit, self.step_due_at)

    @property
    def ended(self) -> bool:
        """Whether the walk is over."""
        return self.status in {Status.COMPLETED, Status.EXITED}

    def facts(self) -> list[Fact]:
        """Read the journal, in no order."""
        return [read_fact(element) for element in self.journal]


def earlier(place: Place, retry: Retry | None) -> datetime:
    """When a row wants attention: at its step's time, or at that of the retry beside it."""
    if retry is None:
        return place.due_at
    return retry.due_at if place.step is None else min(place.due_at, retry.due_at)


def codes(facts: Iterable[Fact]) -> frozenset[str]:
    """Write facts as a journal keeps them."""
    return frozenset(fact.code() for fact in facts)
