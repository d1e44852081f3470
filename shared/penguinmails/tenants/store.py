"""Tenants in the Core table, and the two global lookups: by an API key's id and by a hook."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from penguinmails.clock import Clock, from_millis, to_millis
from penguinmails.errors import NotFound
from penguinmails.table.port import Change, ConditionFailed, Item, Key, Table, absent, present
from penguinmails.tenants.api_key import ApiKey
from penguinmails.tenants.hook import Hook
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.tenant import EspName, Tenant

KEPT = timedelta(seconds=60)


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

    def add_key(self, key: ApiKey) -> bool:
        """Save a new key; an existing one of this id stands."""
        item: Item = {
            **_at(Key("keys", key.id)),
            "tenant": key.tenant,
            "hash": key.hash,
            "scopes": frozenset(scope.value for scope in key.scopes),
            "created_at": to_millis(key.created_at),
            "revoked": key.revoked,
        }
        return self._put_once(item)

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


def _api_key(item: Item) -> ApiKey:
    raw = cast("dict[str, Any]", item)
    return ApiKey(
        id=raw["sk"],
        tenant=raw["tenant"],
        hash=raw["hash"],
        scopes=frozenset(map(Scope, raw["scopes"])),
        created_at=from_millis(raw["created_at"]),
        revoked=raw["revoked"],
    )


def _hook(item: Item) -> Hook:
    raw = cast("dict[str, Any]", item)
    return Hook(raw["sk"], raw["tenant"], EspName(raw["esp"]), tuple(raw["secrets"]))
