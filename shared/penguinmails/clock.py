"""The clock is a port: real time, a fixed time, or real time moved by a local stack's offset."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time in aware UTC."""

    def now(self) -> datetime:
        """Give the present instant."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class OffsetClock:
    """The machine's clock plus the seconds that a file holds; only a local stack has one."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._path.read_text() or 0))


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start_at: datetime) -> None:
        self._now_at = start_at

    def now(self) -> datetime:
        return self._now_at

    def move_to(self, instant_at: datetime) -> None:
        """Set the clock; it never goes back."""
        self._now_at = max(self._now_at, instant_at)

    def move(self, **by: float) -> None:
        """Go forward by a timedelta's keywords."""
        self.move_to(self._now_at + timedelta(**by))


def to_millis(instant_at: datetime) -> int:
    """Epoch milliseconds, as the tables keep instants."""
    return round(instant_at.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """Read an instant that a table keeps."""
    return datetime.fromtimestamp(millis / 1000, UTC)
