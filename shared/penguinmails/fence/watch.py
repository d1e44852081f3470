"""Watches the fence every minute, and has Core tell how it stands to those who cannot look."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from penguinmails.errors import Conflict
from penguinmails.fence.fence import Ids, Noted, strangers


class Notes(Protocol):
    """What Core knows of the tables."""

    def read(self) -> Noted | None: ...
    def save(self, old: Noted, new: Noted) -> None: ...


@dataclass(frozen=True, slots=True)
class WatchPorts:
    """What watching touches; `ids` asks for the tables' ids as they are."""

    notes: Notes
    ids: Callable[[], Ids]


def watch(given: WatchPorts) -> Sequence[str]:
    """Name the tables that are not the noted ones; a new stack has none before its workspace."""
    noted = given.notes.read()
    if noted is None:
        return ()
    strange = strangers(noted, given.ids())
    if strange != noted.strange:
        with suppress(Conflict):  # lifted meanwhile: the next minute sees it
            given.notes.save(noted, replace(noted, strange=strange))
    return strange
