"""Clocks that tell, jump and stand still; ids that sort, repeat and spread."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.clock import (
    Clock,
    ManualClock,
    OffsetClock,
    SystemClock,
    from_millis,
    to_millis,
)
from penguinmails.clock_hand import ClockHand, MemoryHand, OffsetHand
from penguinmails.ids import (
    CountingIds,
    Ids,
    TimeOrderedIds,
    as_uuid8,
    derived,
    digest,
    is_uuid,
    shard_of,
)

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
RFC_4122 = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f").variant
parts = st.lists(st.text(max_size=3) | st.integers(0, 99), max_size=4)


@pytest.fixture(params=["system", "offset", "manual"])
def clock(request: pytest.FixtureRequest, tmp_path: Path) -> Clock:
    (tmp_path / "offset").write_text("90000")
    clocks: dict[str, Clock] = {
        "system": SystemClock(),
        "offset": OffsetClock(str(tmp_path / "offset")),
        "manual": ManualClock(START_AT),
    }
    return clocks[request.param]


def test_a_clock_tells_aware_utc_and_never_goes_back(clock: Clock) -> None:
    told = [clock.now() for _ in range(100)]
    assert all(now_at.tzinfo is UTC for now_at in told)
    assert told == sorted(told)


def test_a_manual_clock_moves_when_it_is_told_to_and_never_back() -> None:
    clock = ManualClock(START_AT)
    assert clock.now() == clock.now() == START_AT
    clock.move(hours=1, seconds=5)
    moved_at = START_AT + timedelta(hours=1, seconds=5)
    assert clock.now() == moved_at
    clock.move_to(START_AT)
    clock.move(days=-1)
    assert clock.now() == moved_at
    clock.move_to(moved_at + MILLISECOND)
    assert clock.now() == moved_at + MILLISECOND


def test_an_offset_clock_is_ahead_by_what_its_file_says_at_each_moment(tmp_path: Path) -> None:
    path = tmp_path / "offset"
    path.write_text("")
    clock, real = OffsetClock(str(path)), SystemClock()
    for text, seconds in (("", 0), ("0", 0), ("86400.5\n", 86400.5), ("-5", -5)):
        path.write_text(text)
        ahead = clock.now() - real.now() - timedelta(seconds=seconds)
        assert abs(ahead) < timedelta(seconds=1)


@pytest.fixture(params=["memory", "offset"])
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> ClockHand:
    offset = OffsetHand(str(tmp_path / "offset"))
    offset.take()
    return offset if request.param == "offset" else MemoryHand()


def test_a_hand_knows_the_furthest_instant_and_each_that_was_asked_for(hand: ClockHand) -> None:
    assert hand.movable
    assert hand.target() is None
    for days in (1, 3, 2, 3):
        hand.move_to(START_AT + timedelta(days=days))
    assert hand.target() == START_AT + timedelta(days=3)
    asked = [hand.was_asked(START_AT + timedelta(days=days)) for days in (0, 1, 2, 3)]
    assert asked == [False, True, True, True]


def test_a_hand_knows_what_a_request_asked_for(hand: ClockHand) -> None:
    hand.move_to(START_AT)
    hand.move_to(START_AT + MILLISECOND, "a/1")
    assert hand.asked_by("a/1") == START_AT + MILLISECOND
    assert hand.asked_by("b/1") is None
    assert hand.asked_by("") is None


def test_an_offset_clock_is_movable_once_something_moves_it(tmp_path: Path) -> None:
    path = str(tmp_path / "offset")
    here, there = OffsetHand(path), OffsetHand(path)
    assert not there.movable
    here.take()
    there.move_to(START_AT)
    assert here.target() == START_AT
    here.take()
    assert here.target() == START_AT


def test_a_line_that_is_being_written_is_not_read_yet(tmp_path: Path) -> None:
    (tmp_path / "offset.asked").write_text(f"{START_AT.isoformat()} a/1\n2026-03-0")
    assert OffsetHand(str(tmp_path / "offset")).target() == START_AT


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_is_kept_to_the_millisecond(instant_at: datetime) -> None:
    kept_at = from_millis(to_millis(instant_at))
    assert abs(kept_at - instant_at) <= MILLISECOND / 2
    assert kept_at.tzinfo is UTC
    assert to_millis(kept_at) == to_millis(instant_at)


# ---- ids


@pytest.fixture(params=["time ordered", "counting"])
def ids(request: pytest.FixtureRequest) -> Ids:
    if request.param == "counting":
        return CountingIds()
    return TimeOrderedIds(ManualClock(START_AT))


def test_made_ids_are_distinct_uuids_of_version_7(ids: Ids) -> None:
    made = [ids.new() for _ in range(2000)]
    assert len({*made}) == 2000
    assert all(is_uuid(one) for one in made)
    assert {(UUID(one).version, UUID(one).variant) for one in made} == {(7, RFC_4122)}


def test_ids_sort_by_the_millisecond_in_which_they_were_made() -> None:
    clock = ManualClock(START_AT)
    ids, made = TimeOrderedIds(clock), []
    for _ in range(500):
        made.append(ids.new())
        clock.move(milliseconds=1)
    assert made == sorted(made)
    assert UUID(made[0]).int >> 80 == to_millis(START_AT)


def test_counting_ids_are_the_same_on_every_run_and_in_order() -> None:
    first, second = CountingIds(), CountingIds()
    made = [first.new() for _ in range(300)]
    assert made == [second.new() for _ in range(300)]
    assert made == sorted(made)


@given(parts, parts)
def test_derived_ids_are_equal_exactly_if_their_parts_are_written_alike(
    one: list[str | int], other: list[str | int]
) -> None:
    alike = [str(part) for part in one] == [str(part) for part in other]
    assert (derived(*one) == derived(*other)) == alike
    assert (digest(*one) == digest(*other)) == alike


def test_parts_do_not_run_together() -> None:
    lists = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ()]
    assert len({derived(*parts) for parts in lists}) == len(lists)


def test_a_derived_id_is_a_uuid_of_version_8_and_stays_what_it_is() -> None:
    made = derived("a", 1, "é")
    assert (UUID(made).version, UUID(made).variant) == (8, RFC_4122)
    assert made == as_uuid8(digest("a", "1", "é"))
    assert derived("tenant", 1) == "e80a0980-bf82-84f2-94ca-439471591ceb"


@pytest.mark.parametrize("shards", [1, 4, 16, 64])
def test_shards_get_even_shares_of_every_kind_of_id(shards: int) -> None:
    clock = ManualClock(START_AT)
    ids = TimeOrderedIds(clock)
    kinds = [[ids.new() for _ in range(8000)], [derived("person", n) for n in range(8000)]]
    for made in kinds:
        counts = Counter(shard_of(one, shards) for one in made)
        assert set(counts) == set(range(shards))
        expected = len(made) / shards
        assert all(abs(count - expected) < 5 * expected**0.5 for count in counts.values())


def test_a_shard_is_always_the_same() -> None:
    identifier = "00000000-0000-8000-8000-0000000000ff"
    assert [shard_of(identifier, shards) for shards in (1, 2, 16, 100)] == [0, 1, 15, 55]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("0195a1b2-c3d4-7e5f-8a6b-123456789abc", True),
        ("0195A1B2-C3D4-7E5F-8A6B-123456789ABC", False),
        ("0195a1b2c3d47e5f8a6b123456789abc", False),
        ("{0195a1b2-c3d4-7e5f-8a6b-123456789abc}", False),
        ("", False),
        ("nobody", False),
    ],
)
def test_only_the_canonical_form_is_an_id(text: str, *, answer: bool) -> None:
    assert is_uuid(text) is answer
