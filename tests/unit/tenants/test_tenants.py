"""Tests of workspaces, keys and hooks."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from penguinmails.clock import ManualClock
from penguinmails.errors import Forbidden, InvalidInput, NotFound
from penguinmails.ids import CountingIds, derived
from penguinmails.table.memory import MemoryTable
from penguinmails.tenants.api_key import mint, read_key
from penguinmails.tenants.authenticate import Unauthenticated, authenticate
from penguinmails.tenants.create import Asked, TenantPorts, Workspace, create_workspace
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.store import TenantStore
from penguinmails.tenants.tenant import EspName, shards_for, twin_id
from penguinmails.tenants.zone import zone_named

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class House:
    def __init__(self) -> None:
        self.clock = ManualClock(NOW_AT)
        self.table = MemoryTable()
        self.store = TenantStore(self.table, self.clock)
        self.rows_at_stake: int | None = None

    def create(self, asked: Asked) -> Workspace:
        ports = TenantPorts(self.store, CountingIds(), self.clock, os.urandom, self._stake)
        return create_workspace(asked, ports)

    def _stake(self) -> None:
        self.rows_at_stake = len(self.table.rows)


def test_a_new_workspace_has_a_key_that_may_do_everything() -> None:
    house = House()
    made = house.create(Asked("Northlight", "Europe/Berlin", 20_000))
    caller = authenticate(f"Bearer {made.key.text}", house.store)
    assert caller.tenant == made.tenant.id
    caller.require(Scope.CAMPAIGNS_WRITE)
    assert house.store.get(made.tenant.id).contact_shards == 67


def test_i_28_which_tables_are_the_right_ones_is_noted_before_there_is_anybody_to_mail() -> None:
    house = House()
    house.create(Asked("Northlight"))
    assert house.rows_at_stake == 0


def test_a_new_workspace_has_a_twin_for_tests_with_a_key_of_its_own() -> None:
    house = House()
    made = house.create(Asked("Northlight", "Europe/Berlin", 20_000, EspName.SES))
    caller = authenticate(f"Bearer {made.test_key.text}", house.store)
    assert caller.is_test
    caller.require(Scope.CAMPAIGNS_WRITE)
    twin = house.store.get(caller.tenant)
    assert twin == replace(made.tenant, id=twin_id(made.tenant.id), esp=EspName.SANDBOX)
    assert twin.id != made.tenant.id


def test_no_two_workspaces_share_a_twin() -> None:
    tenants = [derived("tenant", number) for number in range(100)]
    assert len({*tenants, *map(twin_id, tenants)}) == 200


def test_a_workspace_has_a_hook_with_a_secret() -> None:
    house = House()
    made = house.create(Asked("Northlight", esp=EspName.SANDBOX))
    hook = house.store.hook(made.hook.id)
    assert hook == made.hook
    assert len(made.hook.id) >= 32
    assert made.hook.secrets[0].startswith("whsec_")


def test_a_bad_name_and_a_bad_zone_are_both_told() -> None:
    with pytest.raises(InvalidInput) as refused:
        House().create(Asked("two\nlines", "Mars/Olympus"))
    assert [problem.pointer for problem in refused.value.problems] == ["/name", "/timezone"]


def test_the_secret_of_a_key_is_kept_nowhere() -> None:
    house = House()
    made = house.create(Asked("Northlight"))
    for key in (made.key, made.test_key):
        secret = key.text.rpartition("_")[2]
        assert secret not in str(house.table.rows)
        assert secret not in repr(made)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Basic cG06", "Bearer pm_live_0123456789abcdef_" + "0" * 48],
)
def test_without_a_good_key_nobody_gets_in(header: str) -> None:
    house = House()
    house.create(Asked("Northlight"))
    with pytest.raises(Unauthenticated):
        authenticate(header, house.store)


def test_another_secret_does_not_open_a_key() -> None:
    house = House()
    made = house.create(Asked("Northlight"))
    altered = made.key.text[:-1] + ("0" if made.key.text[-1] != "0" else "1")
    with pytest.raises(Unauthenticated):
        authenticate(f"Bearer {altered}", house.store)


def test_a_revoked_key_is_refused_at_once() -> None:
    house = House()
    made = house.create(Asked("Northlight"))
    authenticate(f"Bearer {made.key.text}", house.store)
    house.store.revoke(made.key.key)
    with pytest.raises(Unauthenticated):
        authenticate(f"Bearer {made.key.text}", house.store)


def test_a_key_without_the_scope_is_refused_with_its_name() -> None:
    house = House()
    made = house.create(Asked("Northlight"))
    few = mint(made.tenant.id, frozenset({Scope.CAMPAIGNS_READ}), os.urandom, NOW_AT)
    house.store.add_key(few.key)
    caller = authenticate(f"bearer {few.text}", house.store)
    caller.require(Scope.CAMPAIGNS_READ)
    with pytest.raises(Forbidden, match="campaigns:write"):
        caller.require(Scope.CAMPAIGNS_WRITE)


def test_a_tenant_is_read_anew_after_a_minute() -> None:
    house = House()
    made = house.create(Asked("Northlight"))
    house.store.get(made.tenant.id)
    house.table.rows.clear()
    house.clock.move(seconds=59)
    assert house.store.get(made.tenant.id) == made.tenant
    house.clock.move(seconds=1)
    with pytest.raises(NotFound):
        house.store.get(made.tenant.id)


def test_a_key_has_at_least_160_bits() -> None:
    minted = mint("tenant", frozenset(), os.urandom, NOW_AT)
    text = read_key(minted.text)
    assert text is not None
    assert len(bytes.fromhex(text.secret)) * 8 >= 160


def test_shards_follow_the_expected_contacts() -> None:
    assert [shards_for(n) for n in (0, 500, 601, 20_000, 10**6)] == [2, 2, 3, 67, 256]


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "x" * 500])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_named(name) is None
