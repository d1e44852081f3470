"""Does what an operation asks for, with its one entry in the audit log."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from penguinmails.api.call import Call, With
from penguinmails.audit.entry import Deed, Subject, subject_of
from penguinmails.audit.ports import AuditPorts
from penguinmails.audit.write import Opened, begin, finish, withdraw
from penguinmails.errors import Conflict, Rejected, Unavailable

Found = Mapping[str, Any] | With[Any]


def audited(
    call: Call, kind: str, name: str, places: Mapping[str, str], do: Callable[[], Found]
) -> Found:
    """Do what changes something: it is noted before, and has its entry after.

    What is refused or only looked changed nothing, and is forgotten. What broke may have changed something: its
    entry comes with the workspace's next change, as `unknown`.
    """
    given = call.ports.audit()
    deed = Deed(
        tenant=call.tenant,
        id=call.ids.new(),
        at=given.clock.now(),
        actor=call.caller.key,
        action=f"{kind}.{name}",
        subject=subject_of(kind, "/".join(places.values())),
        request=call.request,
    )
    opened = begin(deed, given)
    try:
        found = do()
    except (Rejected, Conflict):
        _forget(opened, given)
        raise
    if isinstance(found, With) and found.unchanged:
        _forget(opened, given)
        return found
    finish(deed if places else replace(deed, subject=_made(kind, found)), given)
    return found


def _forget(opened: Opened, given: AuditPorts) -> None:
    with suppress(Unavailable):
        withdraw(opened, given)


def _made(kind: str, found: Found) -> Subject:
    """Name what was made: by where it is to be found, or by the id that the answer holds."""
    if isinstance(found, With):
        located = found.headers.get("Location", "").rpartition("/")[2]
        return subject_of(kind, located) if located else _made(kind, found.view)
    return subject_of(kind, str(found.get("id") or found.get("contactId", "")))
