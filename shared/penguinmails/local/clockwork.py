"""The process that owns the time of a local stack: it ticks, and hops to where the clock is asked.

A virtual clock knows no delays of queues, so the dispatcher ticks every two seconds.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from penguinmails import bootstrap
from penguinmails.clock_hand import ClockHand, OffsetHand
from penguinmails.local import child
from penguinmails.local.hops import Hops, Scene, Time
from penguinmails.local.record import recall
from penguinmails.local.stack import NeverQuiet, Stack
from penguinmails.local.virtual import VirtualTime

MODULE = "penguinmails.local.clockwork"
FOLDER = "CLOCKWORK_FOLDER"
TICK_S = 2.0
LOOK_S = 0.1


class Clockwork:
    """Takes one turn after another; `tell` notes what it does."""

    def __init__(
        self,
        hops: Hops,
        given: Time,
        hand: ClockHand,
        tell: Callable[[str], None],
        sleep: Callable[[float], None],
    ) -> None:
        self._hops, self._time, self._hand = hops, given, hand
        self._tell = tell
        self._sleep = sleep
        self._waits = False

    def turn(self) -> None:
        """Hop towards what was asked for, or tick and rest; what fails is done again next time."""
        try:
            if self._is_asked():
                self._hop()
            else:
                self._hops.tick()
                self._rest()
        except Exception as error:  # noqa: BLE001 - time goes on, whatever happens to the stack
            self._tell(f"tries again, since this failed: {error!r}")
            self._sleep(TICK_S)

    def _hop(self) -> None:
        target_at = self._hand.target() or self._time.now()
        try:
            self._hops.hop(target_at, TICK_S)
        except NeverQuiet as busy:
            if not self._waits:
                self._tell(f"waits until the stack rests: {busy}")
            self._waits = True
            self._hops.tick()
            return
        self._waits = False
        self._tell(f"hopped on the way to {target_at:%F %T}")

    def _rest(self) -> None:
        """Do nothing until the next tick, or until the clock is asked to go on."""
        for _ in range(round(TICK_S / LOOK_S)):
            if self._is_asked():
                return
            self._sleep(LOOK_S)

    def _is_asked(self) -> bool:
        target_at = self._hand.target()
        return target_at is not None and target_at > self._time.now()


def start(folder: Path, *, leashed: bool) -> child.Child:
    """Start the clockwork of the stack that is remembered in a folder, where its log lies too."""
    environment = {**os.environ, FOLDER: str(folder)}
    return child.spawn(MODULE, environment, folder / "clockwork.log", 0, leashed=leashed)


def _clockwork(stack: Stack) -> Clockwork:
    os.environ.update(stack.environment)
    given = VirtualTime(stack)
    hops = Hops(Scene(stack, bootstrap.house().timer, given))
    hand = OffsetHand(str(stack.clock_file))
    hand.take()

    def tell(text: str) -> None:
        print(f"{given.now():%F %T} {text}", flush=True)

    return Clockwork(hops, given, hand, tell, time.sleep)


def main() -> None:
    """Move the clock of the stack that is remembered in the folder, as long as it is."""
    child.wear_leash()
    folder = Path(os.environ[FOLDER])
    running = recall(folder)
    if running is None:
        raise SystemExit(f"no stack is remembered in {folder}: start one with `make up`")
    clockwork = _clockwork(running.stack)
    while recall(folder):
        clockwork.turn()


if __name__ == "__main__":
    main()
