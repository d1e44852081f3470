"""The fence: which tables are strange, when a container looks, and what the watch puts up (I-28)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.clock import ManualClock
from penguinmails.errors import Conflict, Unavailable
from penguinmails.fence.fence import Noted, strangers
from penguinmails.fence.guard import FRESH, Guard
from penguinmails.fence.sign import KEPT, Sign
from penguinmails.fence.stake import StakePorts, stake
from penguinmails.fence.store import FenceStore
from penguinmails.fence.watch import WatchPorts, watch
from penguinmails.table.kept import RESTORE_TAKES
from penguinmails.table.memory import MemoryTable

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST = {"core": "c1", "enrollments": "e1"}
OTHER = {"core": "c1", "enrollments": "e2"}


class Tables:
    """Some tables, what Core knows of them, and how often either was asked for."""

    def __init__(self, ids: Mapping[str, str] = FIRST) -> None:
        self.clock = ManualClock(START_AT)
        self.ids = ids
        self.store = FenceStore(MemoryTable())
        self.reads = self.looks = 0
        self.core_is_away = False
        self.guard = Guard(self, self.look, self.clock)

    def look(self) -> Mapping[str, str]:
        self.looks += 1
        return self.ids

    def read(self) -> Noted | None:
        if self.core_is_away:
            message = "it is away"
            raise Unavailable(message)
        self.reads += 1
        return self.store.read()

    def save(self, old: Noted, new: Noted) -> None:
        self.store.save(old, new)

    def staked(self) -> "Tables":
        stake(StakePorts(self.store, lambda: self.ids, self.clock))
        return self

    def watch(self) -> Sequence[str]:
        return watch(WatchPorts(self, lambda: self.ids))

    def lift(self) -> None:
        noted = self.store.read()
        assert noted is not None
        self.store.save(noted, Noted(self.ids, self.clock.now()))


@pytest.mark.parametrize(
    ("noted", "real", "strange"),
    [
        (FIRST, FIRST, ()),
        (FIRST, OTHER, ("enrollments",)),
        (FIRST, {"core": "c2", "enrollments": "e2"}, ("core", "enrollments")),
        (FIRST, {"core": "c1", "enrollments": ""}, ("enrollments",)),
        (FIRST, {**FIRST, "holds": "h1"}, ("holds",)),
        (FIRST, {"core": "c1"}, ()),
        ({"core": ""}, {"core": ""}, ("core",)),
        (None, FIRST, ("core", "enrollments")),
    ],
)
def test_a_table_is_strange_unless_it_is_there_with_the_noted_id(
    noted: Mapping[str, str] | None, real: Mapping[str, str], strange: tuple[str, ...]
) -> None:
    known = None if noted is None else Noted(noted, START_AT)
    assert strangers(known, real) == strange


def test_the_tables_are_noted_once() -> None:
    tables = Tables().staked()
    noted = tables.store.read()
    assert noted == Noted(FIRST, START_AT)
    tables.ids = OTHER
    assert not stake(StakePorts(tables.store, lambda: tables.ids, tables.clock))
    assert tables.store.read() == noted


def test_of_two_who_note_anew_one_is_told() -> None:
    tables = Tables().staked()
    noted = tables.store.read()
    assert noted is not None
    later = replace(noted, since_at=START_AT + timedelta(seconds=1))
    tables.store.save(noted, later)
    with pytest.raises(Conflict):
        tables.store.save(noted, later)


def test_nothing_may_be_claimed_where_no_tables_are_noted() -> None:
    assert Tables().guard.down_since() is None


def test_a_container_looks_at_the_tables_once_and_at_core_every_minute() -> None:
    tables = Tables().staked()
    for _ in range(20):
        assert tables.guard.down_since() == START_AT
        tables.clock.move(seconds=20)
    assert (tables.reads, tables.looks) == (7, 1)


def test_a_new_container_sees_a_restored_table_at_once() -> None:
    tables = Tables().staked()
    tables.ids = OTHER
    assert tables.guard.down_since() is None


def test_a_container_that_slept_through_a_restore_looks_again() -> None:
    tables = Tables().staked()
    tables.guard.down_since()
    tables.ids = OTHER
    tables.clock.move_to(START_AT + RESTORE_TAKES)
    assert tables.guard.down_since() is None


def test_a_container_that_works_through_a_restore_is_told_by_the_watch() -> None:
    """The watch misses the table while it is away, which is longer than a minute."""
    tables = Tables().staked()
    tables.guard.down_since()
    tables.ids = {"core": "c1", "enrollments": ""}
    tables.clock.move(seconds=30)
    assert tables.watch() == ("enrollments",)
    tables.clock.move(seconds=30)
    assert tables.guard.down_since() is None
    tables.ids = OTHER
    tables.lift()
    assert tables.guard.down_since() == START_AT + FRESH


def test_a_container_that_could_not_read_core_for_a_while_looks_again() -> None:
    tables = Tables().staked()
    tables.guard.down_since()
    tables.core_is_away, tables.ids = True, {**FIRST, "core": "c2"}
    for _ in range(3):
        tables.clock.move(seconds=45)
        if tables.clock.now() - START_AT >= FRESH:
            with pytest.raises(Unavailable):
                tables.guard.down_since()
    tables.core_is_away = False
    assert tables.guard.down_since() is None


def test_a_fence_that_stands_is_looked_at_each_time_and_falls_when_it_is_lifted() -> None:
    tables = Tables().staked()
    tables.guard.down_since()
    tables.ids = OTHER
    tables.clock.move_to(START_AT + RESTORE_TAKES)
    assert tables.guard.down_since() is None
    tables.lift()
    assert tables.guard.down_since() == START_AT + RESTORE_TAKES


def test_a_clock_that_steps_back_makes_nobody_trust_for_ever() -> None:
    """I-21: and an hour is taken for a long absence."""
    tables = Tables().staked()
    tables.guard = Guard(tables, tables.look, ManualClock(START_AT + timedelta(hours=1)))
    tables.guard.down_since()
    tables.guard._clock = tables.clock
    tables.ids = OTHER
    assert tables.guard.down_since() is None


def test_the_watch_has_core_tell_and_takes_it_back() -> None:
    tables = Tables().staked()
    sign = Sign(tables.store, tables.clock)
    assert not sign.stands()
    tables.ids = OTHER
    assert tables.watch() == ("enrollments",)
    tables.clock.move_to(START_AT + KEPT)
    assert sign.stands()
    tables.ids = FIRST
    assert tables.watch() == ()
    tables.clock.move_to(START_AT + 2 * KEPT)
    assert not sign.stands()


def test_the_sign_is_read_every_ten_seconds_whoever_asks() -> None:
    tables = Tables().staked()
    sign = Sign(tables, tables.clock)
    for _ in range(100):
        sign.stands()
    assert tables.reads == 1


def test_a_watch_that_finds_the_fence_lifted_meanwhile_leaves_it() -> None:
    tables = Tables().staked()
    tables.ids = OTHER

    def look() -> Mapping[str, str]:
        tables.clock.move(seconds=1)
        tables.lift()
        return OTHER

    assert watch(WatchPorts(tables.store, look)) == ("enrollments",)
    assert tables.store.read() == Noted(OTHER, START_AT + timedelta(seconds=1))


def test_a_stack_that_has_no_workspace_yet_alarms_nobody() -> None:
    assert Tables().watch() == ()
