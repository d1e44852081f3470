"""What an ESP's answer to one send means."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Whom a refusal is about."""

    RECIPIENT = "recipient"
    MESSAGE = "message"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ESP has the message, under this id of its own."""

    id: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """The ESP surely does not have the message and may take it after this many seconds.

    `everyone` says that the next message would fare no better: the ESP is away or is full.
    """

    after_s: int
    detail: str = ""
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The ESP will never take this message."""

    scope: Scope
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody can tell whether the ESP has the message."""

    detail: str = ""


Outcome = Accepted | TryLater | Refused | Uncertain
