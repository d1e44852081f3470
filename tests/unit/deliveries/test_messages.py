"""Events are split over messages that a queue takes, and none is lost or moved."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from penguinmails.deliveries.messages import MOST_BYTES, MOST_EVENTS, heard

NOW_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@given(st.lists(st.integers(min_value=0, max_value=90_000), max_size=12), st.integers(0, 230))
def test_every_event_travels_once_in_order_and_no_message_is_too_large(
    sizes: list[int], small: int
) -> None:
    events = [{"id": n, "pad": "x" * size} for n, size in enumerate([*sizes, *([0] * small)])]
    bodies = list(heard("tenant", "sandbox", events, NOW_AT))
    assert [event for body in bodies for event in body["events"]] == events
    assert all(len(body["events"]) <= MOST_EVENTS for body in bodies)
    assert all(len(json.dumps(body, separators=(",", ":"))) <= MOST_BYTES for body in bodies)
