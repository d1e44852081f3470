"""Writes the audit log: a deed is noted before it is done, and has its one entry after.

What is noted outlives a crash: the next deed of the same tenant gives it the entry it lacks.
"""

from dataclasses import dataclass
from datetime import timedelta

from penguinmails.audit.entry import Deed, Entry, Head, Outcome, Waiting, sealed
from penguinmails.audit.ports import AuditPorts
from penguinmails.errors import Conflict, Unavailable

GIVEN_UP = timedelta(minutes=2)
"""A deed that still waits after this will not be finished by whoever began it."""

_RECOVERED_AT_ONCE = 10
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """A deed that may now be done. `first`: nobody has tried to do it before."""

    deed: Deed
    first: bool


def begin(deed: Deed, given: AuditPorts) -> Opened:
    """Note a deed before it is done."""
    deed.require_ids()
    first = given.chain.open(deed)
    if first and given.chain.settled(deed.tenant, deed.id):
        given.chain.close(deed)
        first = False
    return Opened(deed, first)


def withdraw(opened: Opened, given: AuditPorts) -> None:
    """Forget a deed that was refused; one that was tried before may have been done then."""
    if opened.first:
        given.chain.close(opened.deed)


def finish(deed: Deed, given: AuditPorts) -> Entry | None:
    """Write the entry of a deed that was done, and those that others left behind.

    The deed may name the subject that it made. None: the entry could not be written now, and will
    be by whoever comes next; the deed is done all the same.
    """
    deed.require_ids()
    try:
        entry = _entry(deed, given)
        recover(deed.tenant, given)
    except (Conflict, Unavailable):
        return None
    return entry


def recover(tenant: str, given: AuditPorts) -> int:
    """Write the entries of deeds that were given up; tell how many."""
    limit_at = given.clock.now() - GIVEN_UP
    waiting = given.chain.oldest(tenant, _RECOVERED_AT_ONCE)
    left = [one for one in waiting if one.deed.at <= limit_at]
    for one in left:
        _append(one, one.outcome or Outcome.UNKNOWN, given)
    return len(left)


def _entry(deed: Deed, given: AuditPorts) -> Entry | None:
    written = _append(Waiting(deed), Outcome.DONE, given)
    if written is None:  # a twin of this request was refused, and withdrew it
        given.chain.open(deed)
        written = _append(Waiting(deed), Outcome.DONE, given)
    return written


def _append(waiting: Waiting, outcome: Outcome, given: AuditPorts) -> Entry | None:
    """Give a deed its one entry, however many try to at once; None if it waits no longer.

    All of them aim at the one number that the waiting row names, and it names another only after
    that one was taken by another deed: so no deed ever has two entries.
    """
    tenant, deed = waiting.deed.tenant, waiting.deed.id
    head = given.chain.head(tenant)
    for _ in range(_TRIES):
        stands = _standing(waiting, outcome, head, given)
        if stands is not None and stands.deed.id == deed:
            return _close(stands, given)
        if stands is not None:
            head = given.chain.head(tenant)
        aimed = given.chain.aim(waiting, head.number + 1, outcome)
        if aimed is None:
            return _settled(tenant, deed, given)
        if aimed.number != head.number + 1:  # a twin's, who has seen more of the chain
            head = given.chain.head(tenant)
        waiting = aimed
    raise Conflict("too many changes were made at once to write them all down at once")


def _standing(waiting: Waiting, outcome: Outcome, head: Head, given: AuditPorts) -> Entry | None:
    """Give the entry at the number that is aimed at; if that comes next, try to be it."""
    tenant = waiting.deed.tenant
    if waiting.number != head.number + 1:
        return given.chain.entry(tenant, waiting.number) if waiting.number else None
    stands = given.chain.append(sealed(waiting.deed, waiting.outcome or outcome, head))
    given.chain.move(head, stands)
    return stands


def _settled(tenant: str, deed: str, given: AuditPorts) -> Entry | None:
    number = given.chain.settled(tenant, deed)
    return given.chain.entry(tenant, number) if number else None


def _close(entry: Entry, given: AuditPorts) -> Entry:
    given.chain.settle(entry)
    given.chain.close(entry.deed)
    return entry
