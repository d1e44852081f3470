"""Creates a workspace and its twin for tests, a first API key of each, and a hook for its ESP."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import Ids
from penguinmails.tenants.api_key import ApiKey, KeyMode, Minted, mint
from penguinmails.tenants.hook import Hook, make_hook
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.tenant import EspName, Tenant, shards_for, twin_of
from penguinmails.tenants.zone import zone_named
from penguinmails.text import check_line


class Tenants(Protocol):
    """Where workspaces, keys and hooks are saved."""

    def add(self, tenant: Tenant) -> bool: ...
    def add_key(self, key: ApiKey) -> bool: ...
    def add_hook(self, hook: Hook) -> bool: ...


@dataclass(frozen=True, slots=True)
class TenantPorts:
    """What creating touches; `randomness` gives as many bytes as asked.

    `stake` notes which tables the installation has, if that was not done before.
    """

    tenants: Tenants
    ids: Ids
    clock: Clock
    randomness: Callable[[int], bytes]
    stake: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the workspace is to be."""

    name: str
    time_zone: str = "UTC"
    expected_contacts: int = 0
    esp: EspName = EspName.SMTP


@dataclass(frozen=True, slots=True)
class Workspace:
    """What was made; the keys' texts are not kept anywhere else. `test_key` opens the twin."""

    tenant: Tenant
    key: Minted
    test_key: Minted
    hook: Hook


def create_workspace(asked: Asked, given: TenantPorts) -> Workspace:
    """Create a workspace; each of its first keys may do everything. Raises InvalidInput.

    The hook takes what the ESP reports. SMTP reports nothing, so there it is the sandbox's,
    to which whoever reads the bounces can report.
    """
    _check(asked)
    now_at = given.clock.now()
    shards = shards_for(asked.expected_contacts)
    tenant = Tenant(given.ids.new(), asked.name, asked.time_zone, shards, asked.esp, now_at)
    twin = twin_of(tenant)
    all_of_it = frozenset({Scope.ALL})
    key = mint(tenant.id, all_of_it, given.randomness, now_at)
    test_key = mint(twin.id, all_of_it, given.randomness, now_at, mode=KeyMode.TEST)
    esp = EspName.SANDBOX if asked.esp is EspName.SMTP else asked.esp
    hook = make_hook(tenant.id, esp, given.randomness)
    given.stake()
    for each in (tenant, twin):
        given.tenants.add(each)
    given.tenants.add_hook(hook)
    for minted in (key, test_key):
        given.tenants.add_key(minted.key)
    return Workspace(tenant, key, test_key, hook)


def _check(asked: Asked) -> None:
    problems = list(check_line("/name", asked.name))
    if zone_named(asked.time_zone) is None:
        detail = "there is no such time zone; write one like Europe/Berlin or UTC"
        problems.append(Problem("/timezone", "unknown_time_zone", detail))
    if problems:
        raise InvalidInput(*problems)
