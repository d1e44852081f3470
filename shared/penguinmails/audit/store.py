"""The audit log in the Core table: a partition of its own for each tenant's chain."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from penguinmails.audit.entry import AuditPage, Deed, Entry, Head, Outcome, Subject, Waiting
from penguinmails.clock import from_millis, to_millis
from penguinmails.table.listing import listed
from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Item,
    Key,
    Page,
    Table,
    absent,
    equals,
)

REPEATED = timedelta(hours=48)
"""For how long a request may come again: twice the day that an Idempotency-Key counts."""

_ENTRY, _WAITING = "entry#", "waiting#"


class AuditStore:
    """The chains of all tenants. Entries are put where none is, and never written again."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def head(self, tenant: str) -> Head:
        """Read how far a chain goes; an entry that was just put may come right after."""
        item = cast("dict[str, Any] | None", self._table.get(_key(tenant, "head")))
        return Head(item["number"], item["hash"]) if item else Head()

    def entry(self, tenant: str, number: int) -> Entry | None:
        """Read one entry."""
        item = self._table.get(_entry_key(tenant, number))
        return _entry(item) if item else None

    def page(self, tenant: str, after: Key | None, limit: int) -> AuditPage:
        """List a chain, the newest entry first."""
        pages = [_partition(tenant)]
        page = listed(self._table, pages, after, limit, prefix=_ENTRY, newest_first=True)
        return _audit_page(page)

    def onwards(self, tenant: str, after: Key | None, limit: int) -> AuditPage:
        """Read a page of a chain, the oldest entry first."""
        return _audit_page(
            self._table.query(_partition(tenant), prefix=_ENTRY, after=after, limit=limit)
        )

    def append(self, entry: Entry) -> Entry:
        """Write an entry where none is; give the one that then is there."""
        key = _entry_key(entry.deed.tenant, entry.number)
        item: Item = {
            **_at(key),
            **_told(entry.deed),
            "deed": entry.deed.id,
            "outcome": entry.outcome.value,
            "previous": entry.previous,
            "hash": entry.hash,
        }
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed as failure:
            return _entry(failure.item) if failure.item else entry
        return entry

    def move(self, head: Head, entry: Entry) -> None:
        """Let the chain end with an entry, if it ended right before it."""
        ended: Condition = equals("number", head.number) if head.number else absent("pk")
        item: Item = {
            **_at(_key(entry.deed.tenant, "head")),
            "number": entry.number,
            "hash": entry.hash,
        }
        self._tried(item, ended)

    def open(self, deed: Deed) -> bool:
        """Let a deed wait for its entry; tell whether it did not do so before."""
        return self._tried({**_at(_waiting_key(deed)), **_told(deed), "number": 0}, absent("pk"))

    def oldest(self, tenant: str, limit: int) -> Sequence[Waiting]:
        """Read some of the deeds that wait; their ids are in order of time, as all are."""
        page = self._table.query(_partition(tenant), prefix=_WAITING, limit=limit)
        return [_waiting(item) for item in page.items]

    def aim(self, waiting: Waiting, number: int, outcome: Outcome) -> Waiting | None:
        """Choose an entry's number, unless somebody did; give what then waits, if anything."""
        subject = waiting.deed.subject
        change = Change(
            {
                "number": number,
                "outcome": (waiting.outcome or outcome).value,
                "kind": subject.kind,
                "subject": subject.id,
            },
            expect=[equals("number", waiting.number)],
        )
        try:
            return _waiting(self._table.update(_waiting_key(waiting.deed), change))
        except ConditionFailed as failure:
            return _waiting(failure.item) if failure.item else None

    def settle(self, entry: Entry) -> None:
        """Remember which entry a deed has, for as long as it may be repeated."""
        item: Item = {
            **_at(_done_key(entry.deed.tenant, entry.deed.id)),
            "number": entry.number,
            "ttl": int((entry.deed.at + REPEATED).timestamp()),
        }
        self._tried(item, absent("pk"))

    def settled(self, tenant: str, deed: str) -> int:
        """Give the number of a deed's entry; 0: it has none."""
        item = self._table.get(_done_key(tenant, deed))
        return cast("int", item["number"]) if item else 0

    def close(self, deed: Deed) -> None:
        """Let a deed wait no longer."""
        self._table.delete(_waiting_key(deed))

    def _tried(self, item: Item, expect: Condition) -> bool:
        try:
            self._table.put(item, expect)
        except ConditionFailed:
            return False
        return True


def _partition(tenant: str) -> str:
    return f"{tenant}#audit"


def _key(tenant: str, place: str) -> Key:
    return Key(_partition(tenant), place)


def _entry_key(tenant: str, number: int) -> Key:
    return _key(tenant, f"{_ENTRY}{number:012d}")


def _waiting_key(deed: Deed) -> Key:
    return _key(deed.tenant, f"{_WAITING}{deed.id}")


def _done_key(tenant: str, deed: str) -> Key:
    return _key(tenant, f"done#{deed}")


def _at(key: Key) -> Item:
    return {"pk": key.pk, "sk": key.sk}


def _told(deed: Deed) -> Item:
    return {
        "at": to_millis(deed.at),
        "actor": deed.actor,
        "action": deed.action,
        "kind": deed.subject.kind,
        "subject": deed.subject.id,
        "request": deed.request,
    }


def _deed(raw: dict[str, Any], identity: str) -> Deed:
    return Deed(
        tenant=raw["pk"].partition("#")[0],
        id=identity,
        at=from_millis(raw["at"]),
        actor=raw["actor"],
        action=raw["action"],
        subject=Subject(raw["kind"], raw["subject"]),
        request=raw["request"],
    )


def _waiting(item: Item) -> Waiting:
    raw = cast("dict[str, Any]", item)
    outcome = Outcome(raw["outcome"]) if "outcome" in raw else None
    return Waiting(_deed(raw, raw["sk"].partition("#")[2]), outcome, raw["number"])


def _entry(item: Item) -> Entry:
    """Read an entry; one that was made unreadable is empty, so that it does not hold."""
    raw = cast("dict[str, Any]", item)
    number = int(raw["sk"].partition("#")[2])
    try:
        deed, outcome = _deed(raw, raw["deed"]), Outcome(raw["outcome"])
        return Entry(number, deed, outcome, raw["previous"], raw["hash"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return Entry(number, _nothing(raw["pk"]), Outcome.UNKNOWN, "", "")


def _nothing(pk: str) -> Deed:
    return Deed(pk.partition("#")[0], "", from_millis(0), "", "", Subject(""), "")


def _audit_page(page: Page) -> AuditPage:
    return AuditPage([_entry(item) for item in page.items], page.after)
