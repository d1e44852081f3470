"""Keeps hooks that were read in memory for a minute, so that a webhook costs no read."""

from datetime import datetime, timedelta
from typing import Final, Protocol

from penguinmails.clock import Clock
from penguinmails.tenants.hook import Hook

KEPT: Final = timedelta(seconds=60)
MOST: Final = 1_000


class Hooks(Protocol):
    """Where hooks are found by their id."""

    def hook(self, hook: str) -> Hook | None: ...


class KeptHooks:
    """The hooks of a store; a changed or removed one is believed for a minute more.

    What does not exist is not kept: guessing at ids must not fill the memory.
    """

    def __init__(self, store: Hooks, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Hook]] = {}

    def hook(self, hook: str) -> Hook | None:
        """Give a hook by its id, whoever's it is."""
        now_at = self._clock.now()
        read_at, kept = self._kept.get(hook, (now_at, None))
        if kept is not None and now_at - read_at < KEPT:
            return kept
        found = self._store.hook(hook)
        if found is not None:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[hook] = now_at, found
        return found
