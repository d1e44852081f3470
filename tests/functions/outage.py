"""Has a port fail for a while, as a dependency that does not answer does."""

from collections.abc import Callable
from typing import TypeVar

from penguinmails.errors import Unavailable
from tests.simulation.taps import Tap

T = TypeVar("T")


def without(effect: str) -> Tap:
    """Let everything flow, but effects whose name starts so: "queue", "enrollments.update"."""

    def tap(name: str, run: Callable[[], T]) -> T:
        if name.startswith(effect):
            raise Unavailable("it did not answer")
        return run()

    return tap
