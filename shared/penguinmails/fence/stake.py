"""Stakes the fence out: notes which tables are the right ones, where nobody has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.fence.fence import Ids, Noted


class Notes(Protocol):
    """What Core knows of the tables."""

    def add(self, noted: Noted) -> bool: ...


@dataclass(frozen=True, slots=True)
class StakePorts:
    """What staking touches; `ids` asks for the tables' ids as they are."""

    notes: Notes
    ids: Callable[[], Ids]
    clock: Clock


def stake(given: StakePorts) -> bool:
    """Note the tables as they are, unless some are noted; tell whether they are now.

    It comes before the first workspace, so every backup that holds somebody to mail holds it.
    """
    return given.notes.add(Noted(given.ids(), given.clock.now()))
