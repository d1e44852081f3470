"""Checks a tenant's audit log: that no entry was altered, and none taken out."""

from dataclasses import dataclass

from penguinmails.audit.entry import Entry, Head
from penguinmails.audit.ports import Entries

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: how far the chain holds, and the number of the first entry that does not.

    Whoever keeps `head` elsewhere can tell later that even the end of the chain is the same.
    """

    head: Head
    broken_at: int | None = None

    @property
    def whole(self) -> bool:
        """Tell whether everything holds."""
        return self.broken_at is None


def verify(tenant: str, entries: Entries) -> Verdict:
    """Walk the whole chain from its first entry; it reads each of them, a thousand at a time."""
    known = entries.head(tenant)  # before the walk: entries that come meanwhile belong to it
    head, after = Head(), None
    while True:
        page = entries.onwards(tenant, after, _AT_ONCE)
        for entry in page.entries:
            if not _holds(entry, head, known):
                return Verdict(head, head.number + 1)
            head = entry.head
        after = page.after
        if after is None:
            return Verdict(head, head.number + 1 if head.number < known.number else None)


def _holds(entry: Entry, head: Head, known: Head) -> bool:
    return entry.follows(head) and (entry.number != known.number or entry.head == known)
