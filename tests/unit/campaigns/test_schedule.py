"""Tests of dates: what a wall clock means, in every zone there is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penguinmails.campaigns.schedule import first_instant, instant_of
from penguinmails.errors import InvalidInput

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def read(text: str, zone: str = "Europe/Berlin") -> str:
    return instant_of(text, zone, NOW_AT, "/startDate").strftime("%Y-%m-%dT%H:%M:%SZ")


def refused(text: str, zone: str = "Europe/Berlin") -> str:
    with pytest.raises(InvalidInput) as problem:
        read(text, zone)
    return problem.value.problems[0].code


def test_a_local_time_is_read_in_the_zone_and_an_offset_as_it_says() -> None:
    assert read("2026-06-01T09:00") == "2026-06-01T07:00:00Z"
    assert read("2026-06-01T09:00:00-04:00") == "2026-06-01T13:00:00Z"
    assert read("2026-06-01T09:00Z") == "2026-06-01T09:00:00Z"


def test_i_20_a_gap_is_the_first_instant_after_it() -> None:
    assert read("2026-03-29T02:30") == "2026-03-29T01:00:00Z"
    assert read("2026-03-29T02:00") == "2026-03-29T01:00:00Z"
    assert read("2026-03-29T03:00") == "2026-03-29T01:00:00Z"


def test_i_20_a_time_that_comes_twice_is_the_first_of_them() -> None:
    assert read("2026-10-25T02:30") == "2026-10-25T00:30:00Z"


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - wall clocks
)
def test_i_20_every_wall_clock_time_is_one_instant_that_shows_it_or_ends_its_gap(
    name: str, local: datetime
) -> None:
    zone, local = ZoneInfo(name), local.replace(microsecond=0)
    found_at = first_instant(local, zone)
    shown = found_at.astimezone(zone).replace(tzinfo=None)
    if shown == local:
        earlier = found_at - timedelta(hours=3)
        assert all(
            (earlier + timedelta(minutes=minute)).astimezone(zone).replace(tzinfo=None) != local
            for minute in range(180)
        )
    else:
        before = (found_at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < local < shown


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-06-01", "2026-13-01T09:00", "9999-12-31T23:59-12:00", "0001-01-01T00:00"],
)
def test_what_is_no_date_and_time_is_refused(text: str) -> None:
    assert refused(text) == "invalid_date"


def test_past_and_absurd_dates_are_refused() -> None:
    assert refused("2026-03-02T08:59Z") == "past_date"
    assert refused("2028-03-04T09:00Z") == "far_date"


def test_an_unknown_zone_is_refused() -> None:
    assert refused("2026-06-01T09:00", "Mars/Olympus") == "unknown_time_zone"
