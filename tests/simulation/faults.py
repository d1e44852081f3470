"""Faults: what may go wrong with an effect, the one after so many others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar, cast

from penguinmails.errors import Unavailable
from penguinmails.sends.outcome import Uncertain
from tests.simulation.taps import Crash

T = TypeVar("T")


class Fault(Enum):
    """A worker dies, or gets no answer; and its effect is there, or is not."""

    DIES_BEFORE = "the worker dies before"
    DIES_AFTER = "the worker dies after"
    FAILS_BEFORE = "it fails, and has no effect"
    FAILS_AFTER = "it fails, and has its effect"
    ASKED_TWICE = "its answer is lost, and the client asks again"


@dataclass(slots=True)
class Faulty:
    """Counts effects from 1, and lets those that are `planned` go wrong."""

    planned: Mapping[int, Fault]
    seen: int = 0
    hit: str = ""

    def tap(self, name: str, run: Callable[[], T]) -> T:
        """Let an effect happen, or go wrong."""
        self.seen += 1
        fault = self.planned.get(self.seen)
        if fault is None:
            return run()
        self.hit += f" {name}"
        match fault:
            case Fault.DIES_BEFORE:
                raise Crash
            case Fault.DIES_AFTER:
                run()
                raise Crash
            case Fault.FAILS_BEFORE:
                return cast("T", _unanswered(name))
            case Fault.FAILS_AFTER:
                run()
                return cast("T", _unanswered(name))
            case Fault.ASKED_TWICE if name != "esp":
                run()
        return run()


def _unanswered(name: str) -> Uncertain:
    """Fail as the port does: an ESP's caller is told that nobody knows."""
    if name == "esp":
        return Uncertain("no answer")
    message = f"{name} did not answer"
    raise Unavailable(message)
