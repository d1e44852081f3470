"""Tenants in the Core table, and the two global lookups: by an API key's id and by a hook."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from penguinmails.clock import Clock, from_millis, to_millis
from penguinmails.errors import NotFound
from penguinmails.table.listing import listed
from penguinmails.table.port import (
    Change,
    ConditionFailed,
    Item,
    Key,
    Table,
    absent,
    equals,
    present,
)
from penguinmails.tenants.api_key import ApiKey, KeyMode, KeyPage, is_key_id
from penguinmails.tenants.hook import Hook
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.tenant import EspName, Tenant

KEPT = timedelta(seconds=60)

_OWN_KEY = "key#"


class TenantStore:
    """Tenants, keys and hooks.

    A tenant is kept in memory for a minute; a key never is, so that revoking one holds at once.
    """

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._tenants: dict[str, tuple[datetime, Tenant]] = {}

    def get(self, tenant: str) -> Tenant:
        """Read a tenant; raises NotFound."""
        now_at = self._clock.now()
        read_at, kept = self._tenants.get(tenant, (now_at, None))
        if kept is None or now_at - read_at >= KEPT:
            kept = self._read(tenant)
            self._tenants[tenant] = now_at, kept
        return kept

    def add(self, tenant: Tenant) -> bool:
        """Create a tenant, unless it exists; tell whether it was created."""
        item: Item = {
            **_at(_tenant_key(tenant.id)),
            "name": tenant.name,
            "time_zone": tenant.time_zone,
            "contact_shards": tenant.contact_shards,
            "esp": tenant.esp.value,
            "created_at": to_millis(tenant.created_at),
        }
        return self._put_once(item)

    def key(self, key: str) -> ApiKey | None:
        """Read a key by its id, whoever's it is."""
        item = self._table.get(Key("keys", key))
        return _api_key(item) if item else None

    def own_key(self, tenants: Sequence[str], key: str) -> ApiKey:
        """Read a key of one of some tenants; raises NotFound."""
        found = self.key(key) if is_key_id(key) else None
        if found is None or found.tenant not in tenants:
            raise NotFound(f"there is no API key {key[:64]}")
        return found

    def keys(self, tenants: Sequence[str], after: Key | None, limit: int) -> KeyPage:
        """List the keys of some tenants, one after the other, also those that are revoked."""
        page = listed(self._table, tenants, after, limit, prefix=_OWN_KEY)
        places = [Key("keys", str(item["sk"]).removeprefix(_OWN_KEY)) for item in page.items]
        found = [_api_key(item) for item in self._table.get_many(places)]
        own = (key for key in found if key.tenant in tenants)
        ordered = sorted(own, key=lambda key: (tenants.index(key.tenant), key.id))
        return KeyPage(ordered, page.after)

    def add_key(self, key: ApiKey) -> bool:
        """Save a new key; an existing one of this id stands."""
        self._own(key)
        return self._put_once(_key_item(key))

    def put_key(self, key: ApiKey) -> bool:
        """Save a key, also over one that was never used; tell whether it was saved."""
        if self.add_key(key):
            return True
        unused = (equals("tenant", key.tenant), equals("revoked", False), absent("used"))  # noqa: FBT003
        try:
            self._table.put(_key_item(key), *unused)
        except ConditionFailed:
            return False
        return True

    def mark_used(self, key: str, before: date | None, today: date) -> bool:
        """Move a key's last day on from what it was before; tell whether nobody else did."""
        stood = equals("used", before.isoformat()) if before else absent("used")
        change = Change({"used": today.isoformat()}, expect=[present("pk"), stood])
        try:
            self._table.update(Key("keys", key), change)
        except ConditionFailed:
            return False
        return True

    def revoke(self, key: ApiKey) -> ApiKey:
        """Make a key worthless at once."""
        change = Change({"revoked": True}, expect=[present("pk")])
        self._table.update(Key("keys", key.id), change)
        return replace(key, revoked=True)

    def hook(self, hook: str) -> Hook | None:
        """Read a hook by its id, whoever's it is."""
        item = self._table.get(Key("hooks", hook))
        return _hook(item) if item else None

    def add_hook(self, hook: Hook) -> bool:
        """Save a new hook; an existing one of this id stands."""
        item: Item = {
            **_at(Key("hooks", hook.id)),
            "tenant": hook.tenant,
            "esp": hook.esp.value,
            "secrets": list(hook.secrets),
        }
        return self._put_once(item)

    def _read(self, tenant: str) -> Tenant:
        item = self._table.get(_tenant_key(tenant))
        if item is None:
            raise NotFound(f"there is no workspace {tenant}")
        return _tenant(item)

    def _own(self, key: ApiKey) -> None:
        """List a key under its tenant, before it opens anything."""
        self._put_once(_at(Key(key.tenant, f"{_OWN_KEY}{key.id}")))

    def _put_once(self, item: Item) -> bool:
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed:
            return False
        return True


def _tenant_key(tenant: str) -> Key:
    return Key(tenant, "tenant")


def _at(key: Key) -> Item:
    return {"pk": key.pk, "sk": key.sk}


def _tenant(item: Item) -> Tenant:
    raw = cast("dict[str, Any]", item)
    return Tenant(
        id=raw["pk"],
        name=raw["name"],
        time_zone=raw["time_zone"],
        contact_shards=raw["contact_shards"],
        esp=EspName(raw["esp"]),
        created_at=from_millis(raw["created_at"]),
    )


def _key_item(key: ApiKey) -> Item:
    return {
        **_at(Key("keys", key.id)),
        "tenant": key.tenant,
        "hash": key.hash,
        "scopes": frozenset(scope.value for scope in key.scopes),
        "created_at": to_millis(key.created_at),
        "revoked": key.revoked,
        "mode": key.mode.value,
        "name": key.name,
    }


def _api_key(item: Item) -> ApiKey:
    raw = cast("dict[str, Any]", item)
    return ApiKey(
        id=raw["sk"],
        tenant=raw["tenant"],
        hash=raw["hash"],
        scopes=frozenset(map(Scope, raw["scopes"])),
        created_at=from_millis(raw["created_at"]),
        revoked=raw["revoked"],
        mode=KeyMode(raw.get("mode", KeyMode.LIVE)),
        name=raw.get("name", ""),
        last_used_on=date.fromisoformat(raw["used"]) if "used" in raw else None,
    )


def _hook(item: Item) -> Hook:
    raw = cast("dict[str, Any]", item)
    return Hook(raw["sk"], raw["tenant"], EspName(raw["esp"]), tuple(raw["secrets"]))
