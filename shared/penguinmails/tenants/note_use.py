"""Notes the day on which an API key was last used, with one write a day at most."""

from datetime import date
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import Unavailable
from penguinmails.tenants.authenticate import Caller


class UsedKeys(Protocol):
    """Where the last day of a key is kept."""

    def mark_used(self, key: str, before: date | None, today: date) -> bool:
        """Move a key's last day on from what it was before; tell whether nobody else did."""
        ...


def note_use(caller: Caller, keys: UsedKeys, clock: Clock) -> bool:
    """Tell whether the day was noted now; a table that does not answer keeps nobody waiting."""
    today = clock.now().date()
    if caller.last_used_on is not None and caller.last_used_on >= today:
        return False
    try:
        return keys.mark_used(caller.key, caller.last_used_on, today)
    except Unavailable:
        return False
