"""Suppressions in their table: a few partitions for each tenant, so that they can be listed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.ids import shard_of
from penguinmails.suppressions.suppression import (
    WORKSPACE,
    Suppression,
    SuppressionReason,
    campaign_scope,
)
from penguinmails.table.listing import listed
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent

SHARDS = 16


@dataclass(frozen=True, slots=True)
class SuppressionPage:
    """Some entries, and where the next page starts."""

    entries: Sequence[Suppression]
    after: Key | None


class SuppressionStore:
    """The Suppressions table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def reasons(self, tenant: str, campaign: str, contacts: Sequence[str]) -> Mapping[str, str]:
        """Give, by contact, the widest reason not to send this campaign to them; consistent."""
        scopes = (WORKSPACE, campaign_scope(campaign))
        keys = [_key(tenant, contact, scope) for contact in contacts for scope in scopes]
        entries = [_entry(item) for item in self._table.get_many(keys)]
        widest_last = sorted(entries, key=lambda entry: entry.scope == WORKSPACE)
        return {entry.contact: entry.reason.value for entry in widest_last}

    def add(self, entry: Suppression) -> bool:
        """Suppress; the first entry of a scope stands. Tell whether this is it."""
        try:
            self._table.put(_item(entry), absent("pk"))
        except ConditionFailed:
            return False
        return True

    def get(self, tenant: str, contact: str) -> list[Suppression]:
        """Read all entries of one contact."""
        page = self._table.query(_partition(tenant, contact), prefix=f"{contact}#")
        return [_entry(item) for item in page.items]

    def lift(self, tenant: str, contact: str, scope: str) -> None:
        """Take an entry back."""
        self._table.delete(_key(tenant, contact, scope))

    def page(self, tenant: str, after: str, limit: int) -> SuppressionPage:
        """List a tenant's entries; `after` is the `sk` after which the page starts, or empty."""
        start = Key(_partition(tenant, after.partition("#")[0]), after) if after else None
        shards = [f"{tenant}#{shard}" for shard in range(SHARDS)]
        page = listed(self._table, shards, start, limit)
        return SuppressionPage([_entry(item) for item in page.items], page.after)


def _partition(tenant: str, contact: str) -> str:
    return f"{tenant}#{shard_of(contact, SHARDS)}"


def _key(tenant: str, contact: str, scope: str) -> Key:
    return Key(_partition(tenant, contact), f"{contact}#{scope}")


def _item(entry: Suppression) -> Item:
    key = _key(entry.tenant, entry.contact, entry.scope)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "reason": entry.reason.value,
        "source": entry.source,
        "since": to_millis(entry.since_at),
    }


def _entry(item: Item) -> Suppression:
    raw = cast("dict[str, Any]", item)
    tenant, _, _ = raw["pk"].partition("#")
    contact, _, scope = raw["sk"].partition("#")
    return Suppression(
        tenant,
        contact,
        scope,
        SuppressionReason(raw["reason"]),
        raw["source"],
        from_millis(raw["since"]),
    )
