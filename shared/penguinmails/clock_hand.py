"""The hand of a local stack's clock is a port: it says where to, and another process moves it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class ClockHand(Protocol):
    """Says where a local stack's clock is to go; the clock gets there once the stack rests."""

    @property
    def movable(self) -> bool:
        """Whether anything moves the clock."""
        ...

    def target(self) -> datetime | None:
        """Give the furthest instant that was ever asked for."""
        ...

    def was_asked(self, instant_at: datetime) -> bool:
        """Tell whether somebody asked for this very instant."""
        ...

    def asked_by(self, request: str) -> datetime | None:
        """Give the instant that a request asked for when it came before."""
        ...

    def move_to(self, instant_at: datetime, request: str = "") -> None:
        """Ask for an instant. Nobody's is lost: the clock passes those that come sooner."""
        ...


@dataclass(frozen=True, slots=True)
class _Wish:
    instant_at: datetime
    request: str


class _Hand(ABC):
    """What all hands have in common; each keeps the wishes in its own place."""

    def target(self) -> datetime | None:
        return max((wish.instant_at for wish in self._wishes()), default=None)

    def was_asked(self, instant_at: datetime) -> bool:
        return any(wish.instant_at == instant_at for wish in self._wishes())

    def asked_by(self, request: str) -> datetime | None:
        own = (wish.instant_at for wish in self._wishes() if request and wish.request == request)
        return next(own, None)

    def move_to(self, instant_at: datetime, request: str = "") -> None:
        wish = _Wish(instant_at, request)
        if wish not in self._wishes():
            self._keep(wish)

    @abstractmethod
    def _wishes(self) -> Sequence[_Wish]: ...

    @abstractmethod
    def _keep(self, wish: _Wish) -> None: ...


class OffsetHand(_Hand):
    """The hand of an OffsetClock: a file beside the clock's keeps the wishes, one a line.

    The file is there as long as something moves the clock, which is what makes it.
    """

    def __init__(self, clock_file: str) -> None:
        self._path = Path(f"{clock_file}.asked")

    def take(self) -> None:
        """Begin to move the clock: from now on instants can be asked for."""
        self._path.touch()

    @property
    def movable(self) -> bool:
        return self._path.exists()

    def _wishes(self) -> Sequence[_Wish]:
        lines = self._path.read_text().splitlines(keepends=True)
        written = (line[:-1].split(" ") for line in lines if line.endswith("\n"))
        return [_Wish(datetime.fromisoformat(instant), request) for instant, request in written]

    def _keep(self, wish: _Wish) -> None:
        with self._path.open("a") as wishes:
            wishes.write(f"{wish.instant_at.isoformat()} {wish.request}\n")


class MemoryHand(_Hand):
    """A hand that keeps the wishes to itself."""

    movable = True

    def __init__(self) -> None:
        self._kept: list[_Wish] = []

    def _wishes(self) -> Sequence[_Wish]:
        return self._kept

    def _keep(self, wish: _Wish) -> None:
        self._kept.append(wish)
