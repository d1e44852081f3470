"""Tests of API keys: their modes and scopes, making them, revoking them and their last day."""

import os
import re
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from penguinmails.clock import ManualClock
from penguinmails.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from penguinmails.ids import derived
from penguinmails.table.memory import MemoryTable
from penguinmails.tenants.api_key import KeyMode, Minted, key_id, mint
from penguinmails.tenants.authenticate import Caller, Unauthenticated, authenticate
from penguinmails.tenants.create_key import AskedKey, KeyPorts, create_key
from penguinmails.tenants.note_use import note_use
from penguinmails.tenants.revoke_key import revoke_key
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.store import TenantStore
from penguinmails.tenants.tenant import twin_id
from tests.simulation.faults import Fault, Faulty
from tests.simulation.taps import Crash, Main, TappedTable, flow

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
TENANT, OTHER = derived("tenant", 1), derived("tenant", 2)
READING = AskedKey("Reports", ["campaigns:read"])


class Office:
    """Where keys are made; a first key may do everything."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW_AT)
        self.main = Main()
        self.table = MemoryTable()
        self.store = TenantStore(TappedTable("core", self.table, self.main), self.clock)
        self.owner = self.caller()

    def caller(
        self, tenant: str = TENANT, scope: Scope = Scope.ALL, mode: KeyMode = KeyMode.LIVE
    ) -> Caller:
        """Put a key of the workspace there, or one of its twin, and come with it."""
        opened = twin_id(tenant) if mode is KeyMode.TEST else tenant
        minted = mint(opened, frozenset({scope}), os.urandom, NOW_AT, mode=mode)
        self.store.add_key(minted.key)
        return self.comes_with(minted)

    def comes_with(self, minted: Minted) -> Caller:
        """Come with a key."""
        return authenticate(f"Bearer {minted.text}", self.store)

    def create(
        self, asked: AskedKey = READING, *, by: Caller | None = None, request: str = "1"
    ) -> Minted:
        """Make a key."""
        ports = KeyPorts(self.store, self.clock, os.urandom)
        return create_key(by or self.owner, derived("request", request), asked, ports)


def test_a_made_key_opens_its_workspace_with_its_scopes() -> None:
    office = Office()
    made = office.create()
    caller = office.comes_with(made)
    assert (caller.tenant, caller.scopes) == (TENANT, frozenset({Scope.CAMPAIGNS_READ}))
    assert made.text.startswith("pm_live_")
    assert not caller.is_test
    assert office.store.own_key([TENANT], made.key.id) == made.key


def test_a_test_key_says_so_and_its_caller_is_known_by_it() -> None:
    office = Office()
    made = office.create(AskedKey("Trying", ["*"], KeyMode.TEST))
    assert made.text.startswith("pm_test_")
    assert office.comes_with(made).is_test


def test_a_test_key_opens_the_twin_whoever_made_it() -> None:
    office = Office()
    trying = AskedKey("Trying", ["*"], KeyMode.TEST)
    tester = office.comes_with(office.create(trying))
    another = office.comes_with(office.create(trying, by=tester, request="2"))
    assert tester.tenant == another.tenant == twin_id(TENANT) != TENANT


def test_a_live_key_sees_to_the_keys_of_the_twin_too_and_a_test_key_only_to_those() -> None:
    office = Office()
    tester = office.caller(mode=KeyMode.TEST)
    reader = office.create()
    seen = {
        caller.key: [key.id for key in office.store.keys(caller.workspaces, None, 10).keys]
        for caller in (office.owner, tester)
    }
    assert seen == {
        office.owner.key: [*sorted((office.owner.key, reader.key.id)), tester.key],
        tester.key: [tester.key],
    }
    assert revoke_key(office.owner, tester.key, office.store).revoked


def test_a_key_does_not_open_under_the_other_mode() -> None:
    office = Office()
    made = office.create(AskedKey("Trying", ["*"], KeyMode.TEST))
    disguised = made.text.replace("pm_test_", "pm_live_")
    with pytest.raises(Unauthenticated):
        authenticate(f"Bearer {disguised}", office.store)


def test_nobody_gives_a_scope_that_they_lack() -> None:
    office = Office()
    keeper = office.caller(scope=Scope.KEYS_WRITE)
    for scope in ("campaigns:write", "*"):
        with pytest.raises(Forbidden, match="cannot give it"):
            office.create(AskedKey("More", ["keys:write", scope]), by=keeper)
    assert office.create(AskedKey("Same", ["keys:write"]), by=keeper).key.scopes == {
        Scope.KEYS_WRITE
    }


@pytest.mark.parametrize(
    "scope",
    [
        Scope.SENDERS_READ,
        Scope.SENDERS_WRITE,
        Scope.TOPICS_READ,
        Scope.TOPICS_WRITE,
        Scope.KEYS_READ,
        Scope.WORKSPACE_READ,
        Scope.WORKSPACE_WRITE,
        Scope.AUDIT_READ,
    ],
)
def test_a_key_may_do_what_it_was_given_and_nothing_else(scope: Scope) -> None:
    office = Office()
    caller = office.comes_with(office.create(AskedKey("One thing", [scope.value])))
    caller.require(scope)
    for other in {*Scope} - {scope}:
        with pytest.raises(Forbidden, match=re.escape(other)):
            caller.require(other)


def test_a_test_key_makes_test_keys_only() -> None:
    office = Office()
    tester = office.caller(mode=KeyMode.TEST)
    with pytest.raises(Forbidden, match="test keys only"):
        office.create(by=tester)
    assert office.create(AskedKey("Trying", ["*"], KeyMode.TEST), by=tester).text


def test_everything_that_is_wrong_with_a_key_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        Office().create(AskedKey("two\nlines", ["campaigns:read", "campaigns:all"]))
    assert [problem.pointer for problem in refused.value.problems] == ["/name", "/scopes/1"]
    assert "campaigns:write" in refused.value.problems[1].detail
    with pytest.raises(InvalidInput, match="at least one scope"):
        Office().create(AskedKey("None", []))


def test_a_request_that_comes_again_gives_the_same_key_a_new_secret() -> None:
    """Nobody has seen the first answer, or it would not come again."""
    office = Office()
    first, second = office.create(), office.create()
    assert first.key.id == second.key.id
    assert len(office.store.keys([TENANT], None, 10).keys) == 2
    office.comes_with(second)
    with pytest.raises(Unauthenticated):
        office.comes_with(first)


def test_a_key_that_was_used_or_revoked_is_not_made_anew() -> None:
    office = Office()
    used = office.create(request="1")
    note_use(office.comes_with(used), office.store, office.clock)
    office.store.revoke(office.create(request="2").key)
    for request in ("1", "2"):
        with pytest.raises(Conflict, match="used already"):
            office.create(request=request)
    office.comes_with(used)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", [1, 2])
def test_a_key_that_opens_anything_is_always_listed(fault: Fault, number: int) -> None:
    office = Office()
    office.main.tap = Faulty({number: fault}).tap
    with suppress(Crash, Unavailable):
        office.create()
    office.main.tap = flow
    made = office.store.key(key_id(derived("request", "1")))
    listed = [key.id for key in office.store.keys([TENANT], None, 10).keys]
    assert made is None or made.id in listed


def test_a_revoked_key_opens_nothing_and_stays_listed() -> None:
    office = Office()
    made = office.create()
    assert revoke_key(office.owner, made.key.id, office.store).revoked
    assert revoke_key(office.owner, made.key.id, office.store).revoked
    with pytest.raises(Unauthenticated):
        office.comes_with(made)
    assert [key.revoked for key in office.store.keys([TENANT], None, 10).keys].count(True) == 1


def test_a_key_does_not_revoke_itself() -> None:
    office = Office()
    with pytest.raises(Conflict, match="make another key"):
        revoke_key(office.owner, office.owner.key, office.store)


def test_a_test_key_does_not_revoke_a_live_one() -> None:
    office = Office()
    tester = office.caller(mode=KeyMode.TEST)
    with pytest.raises(NotFound, match="no API key"):
        revoke_key(tester, office.owner.key, office.store)
    other = office.caller(mode=KeyMode.TEST)
    assert revoke_key(tester, other.key, office.store).revoked


def test_a_key_of_another_workspace_is_answered_like_a_missing_one() -> None:
    """I-16."""
    office = Office()
    foreign = office.caller(OTHER)
    for key in (foreign.key, "0" * 16, "x", "", "../keys"):
        with pytest.raises(NotFound) as missing:
            revoke_key(office.owner, key, office.store)
        assert str(missing.value) == f"there is no API key {key}"
    assert not office.store.own_key([OTHER], foreign.key).revoked
    assert [key.tenant for key in office.store.keys([OTHER], None, 10).keys] == [OTHER]


def test_the_last_day_of_a_key_is_noted_once_a_day() -> None:
    office = Office()
    made = office.create()
    assert note_use(office.comes_with(made), office.store, office.clock)
    assert office.comes_with(made).last_used_on == TODAY
    assert not note_use(office.comes_with(made), office.store, office.clock)
    office.clock.move(days=1)
    late = office.comes_with(made)
    assert note_use(office.comes_with(made), office.store, office.clock)
    assert not note_use(late, office.store, office.clock)
    assert office.store.own_key([TENANT], made.key.id).last_used_on == date(2026, 3, 3)


def test_a_day_that_cannot_be_noted_is_in_nobodys_way() -> None:
    office = Office()
    made = office.create()
    office.main.tap = Faulty({1: Fault.FAILS_BEFORE}).tap
    assert not note_use(office.comes_with(made), office.store, office.clock)
    assert office.comes_with(made).last_used_on is None


def test_a_key_from_before_modes_and_names_is_a_live_one() -> None:
    office = Office()
    row = office.table.rows["keys"][office.owner.key]
    del row["mode"], row["name"]
    found = office.store.own_key([TENANT], office.owner.key)
    assert (found.mode, found.name) == (KeyMode.LIVE, "")


def test_the_secret_of_a_key_is_in_no_row_and_no_repr() -> None:
    office = Office()
    made = office.create()
    secret = made.text.rpartition("_")[2]
    assert secret not in str(office.table.rows)
    assert secret not in repr(made)
