"""A fact: one thing that happened in an enrollment, coded in about 20 bytes for its journal."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum


class FactType(Enum):
    """What happened. The value is the code in the journal."""

    ENROLLED = "e"
    BRANCHED = "v"
    ACTED = "x"
    SKIPPED = "k"
    DEFERRED = "f"
    UNCERTAIN = "n"
    REFUSED = "j"
    ACCEPTED = "a"
    DELIVERED = "d"
    DELAYED = "l"
    BOUNCED = "b"
    COMPLAINED = "c"
    OPENED = "o"
    CLICKED = "h"
    UNSUBSCRIBED = "u"
    REPLIED = "r"
    MIGRATED = "g"


class BounceClass(StrEnum):
    """Hard: the address is dead. Soft: try again. Block: our fault, not the person's."""

    HARD = "hard"
    SOFT = "soft"
    BLOCK = "block"


HEARD = frozenset(
    {
        FactType.DELIVERED,
        FactType.DELAYED,
        FactType.BOUNCED,
        FactType.COMPLAINED,
        FactType.OPENED,
        FactType.CLICKED,
        FactType.UNSUBSCRIBED,
        FactType.REPLIED,
    }
)
"""Facts that only a message which the ESP accepted can cause."""

REPEATABLE = frozenset({FactType.OPENED, FactType.CLICKED, FactType.DELAYED})
"""Facts that may come any number of times for one message; only these are ever capped."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Fact:
    """One element of a journal. `source` tells apart two facts that are otherwise the same.

    `detail` is a bounce class, a reason code, an arm's number, for MIGRATED the revision's or, for
    ACCEPTED, the lateness in whole seconds. `at` is kept to the minute, as its source reports it.
    """

    type: FactType
    at: datetime
    step: int = 0
    visit: int = 1
    attempt: int = 1
    source: str = ""
    detail: str = ""
    link: int = 0
    machine: bool = False
    variant: int = 0

    @property
    def message(self) -> tuple[int, int, int]:
        """The message that the fact is about: step, visit, attempt."""
        return self.step, self.visit, self.attempt

    def code(self) -> str:
        """Write the fact as a journal's element."""
        fields = (
            self.type.value + ("m" if self.machine else ""),
            _small(self.step),
            _small(self.visit),
            _small(self.attempt),
            _base36(int(self.at.timestamp()) // 60),
            self.source,
            self.detail,
            _small(self.link),
            _small(self.variant),
        )
        return ".".join(fields).rstrip(".")


def read_fact(element: str) -> Fact:
    """Read a journal's element."""
    fields = element.split(".")
    kind, step, visit, attempt, minute, source, detail, link, variant = fields + [""] * (
        9 - len(fields)
    )
    return Fact(
        type=FactType(kind[0]),
        at=datetime.fromtimestamp(int(minute, 36) * 60, UTC),
        step=int(step or "0", 36),
        visit=int(visit or "0", 36),
        attempt=int(attempt or "0", 36),
        source=source,
        detail=detail,
        link=int(link or "0", 36),
        machine=kind[1:] == "m",
        variant=int(variant or "0", 36),
    )


def _small(number: int) -> str:
    return _base36(number) if number else ""


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
