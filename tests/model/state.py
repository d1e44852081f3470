"""One state of the model: a row, two or three invocations, and what lies around them.

Time is counted in ticks, and every instant is kept as ticks from now, so that equal situations at
different times are one state. W is one tick: an invocation lives through one tick, not two.
"""

from typing import NamedTuple

PATIENCE = 2
"""How old a claim is when its holder has surely ended: W + 10 s in the engine."""
UNCERTAIN_WAIT = 3
WAIT = 3
RETRY_WAIT = 3
HORIZON = 2
"""How long a queue may delay a message; anything further off needs a wake-up."""
BACKSTOP = 2

ACTIVE, PAUSED, COMPLETED, EXITED = "active", "paused", "completed", "exited"
NOBODY = -1
"""The owner of a claim whose invocation has ended."""


class Mail(NamedTuple):
    """One message: an email step and the attempt at it."""

    step: int
    attempt: int = 1

    def __str__(self) -> str:
        return f"{self.step}.{self.attempt}"


class Claim(NamedTuple):
    """One invocation's right to send one message."""

    mail: Mail
    owner: int
    age: int = 0
    uncertain: bool = False


class Retry(NamedTuple):
    """A message to be sent again beside the walk."""

    mail: Mail
    due: int


Fact = tuple[str, Mail]


class Row(NamedTuple):
    """The enrollment, field by field as the store keeps it."""

    status: str = ACTIVE
    step: int | None = 0
    step_due: int = 0
    due: int = 0
    claim: Claim | None = None
    last: Mail | None = None
    retry: Retry | None = None
    journal: frozenset[Fact] = frozenset()


class Done(NamedTuple):
    """A settlement. `step` is where the walk goes on if `moves`."""

    facts: frozenset[Fact] = frozenset()
    moves: bool = False
    step: int | None = None
    step_due: int = 0
    retry: Retry | None = None
    status: str = ACTIVE


class Decision(NamedTuple):
    """What `decide` said, by the engine's own name for it."""

    name: str
    mail: Mail | None = None
    due: int = 0
    step: int | None = None
    status: str = ""
    may_send: bool = False


class Worker(NamedTuple):
    """An invocation: the step it is at, and what it has read and means to do."""

    at: str = "idle"
    age: int = 0
    paused: bool = False
    row: Row | None = None
    decision: Decision | None = None
    claim: Claim | None = None
    old: Claim | None = None
    done: Done | None = None
    outcome: str = ""
    due: int = 0
    tell: int | None = None


class State(NamedTuple):
    """Everything. `faults` and `deeds` say how many more there may be.

    `queue`, `wakes` and `releases` hold how many ticks off each message is; alike messages are
    one. `has` is what the ESP accepted, and how often. `pause_age` and `left` count ticks since a
    person was told that the pause, or the unsubscription, is done.
    """

    row: Row
    workers: tuple[Worker, ...]
    queue: frozenset[int] = frozenset({0})
    wakes: frozenset[int] = frozenset()
    held: bool = False
    releases: frozenset[int] = frozenset()
    paused: bool = False
    suppressed: bool = False
    has: frozenset[tuple[Mail, int]] = frozenset()
    reports: frozenset[Fact] = frozenset()
    pause_age: int = 0
    left: int | None = None
    faults: int = 0
    deeds: int = 0


class Move(NamedTuple):
    """One step of somebody. What is not `fair` may never happen; `broken` names what it breaks."""

    name: str
    state: State
    fair: bool = True
    broken: str = ""
