"""Creates a workspace with what it needs to begin: a first API key, and a hook for its ESP."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import Ids
from penguinmails.tenants.api_key import ApiKey, Minted, mint
from penguinmails.tenants.hook import Hook, make_hook
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.tenant import EspName, Tenant, shards_for
from penguinmails.tenants.zone import zone_named
from penguinmails.text import check_line


class Tenants(Protocol):
    """Where workspaces, keys and hooks are saved."""

    def add(self, tenant: Tenant) -> bool: ...
    def add_key(self, key: ApiKey) -> bool: ...
    def add_hook(self, hook: Hook) -> bool: ...


@dataclass(frozen=True, slots=True)
class TenantPorts:
    """What creating touches; `randomness` gives as many bytes as asked."""

    tenants: Tenants
    ids: Ids
    clock: Clock
    randomness: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the workspace is to be."""

    name: str
    time_zone: str = "UTC"
    expected_contacts: int = 0
    esp: EspName = EspName.SMTP


@dataclass(frozen=True, slots=True)
class Workspace:
    """What was made; the key's text is not kept anywhere else."""

    tenant: Tenant
    key: Minted
    hook: Hook


def create_workspace(asked: Asked, given: TenantPorts) -> Workspace:
    """Create a workspace; its first key may do everything. Raises InvalidInput.

    The hook takes what the ESP reports. SMTP reports nothing, so there it is the sandbox's,
    to which whoever reads the bounces can report.
    """
    _check(asked)
    now_at = given.clock.now()
    shards = shards_for(asked.expected_contacts)
    tenant = Tenant(given.ids.new(), asked.name, asked.time_zone, shards, asked.esp, now_at)
    key = mint(tenant.id, frozenset({Scope.ALL}), given.randomness, now_at)
    esp = EspName.SANDBOX if asked.esp is EspName.SMTP else asked.esp
    hook = make_hook(tenant.id, esp, given.randomness)
    given.tenants.add(tenant)
    given.tenants.add_hook(hook)
    given.tenants.add_key(key.key)
    return Workspace(tenant, key, hook)


def _check(asked: Asked) -> None:
    problems = list(check_line("/name", asked.name))
    if zone_named(asked.time_zone) is None:
        detail = "there is no such time zone; write one like Europe/Berlin or UTC"
        problems.append(Problem("/timezone", "unknown_time_zone", detail))
    if problems:
        raise InvalidInput(*problems)
