"""How often an API key may ask: its bucket empties with requests and fills with time."""

from datetime import UTC, datetime, timedelta

from penguinmails.api.rate import BURST, INTERVAL, PER_SECOND
from penguinmails.api.rate_store import RateStore
from penguinmails.table.port import Table

TENANT, KEY = "tenant", "key"
NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def taken(store: RateStore, times: int, now_at: datetime) -> int:
    return sum(store.take(TENANT, KEY, now_at).granted for _ in range(times))


def test_a_burst_is_granted_and_no_more(table: Table) -> None:
    store = RateStore(table)
    assert store.take(TENANT, KEY, NOW_AT).left == BURST - 1
    assert taken(store, BURST + 20, NOW_AT) == BURST - 1
    refused = store.take(TENANT, KEY, NOW_AT)
    assert (refused.granted, refused.left, refused.wait_s) == (False, 0, 1)


def test_the_bucket_fills_at_the_rate(table: Table) -> None:
    store = RateStore(table)
    taken(store, BURST, NOW_AT)
    assert taken(store, 200, NOW_AT + timedelta(seconds=1)) == PER_SECOND


def test_a_bucket_that_nobody_used_holds_no_more_than_a_burst(table: Table) -> None:
    store = RateStore(table)
    taken(store, 3, NOW_AT)
    later_at = NOW_AT + timedelta(days=3)
    assert taken(store, BURST + 20, later_at) == BURST


def test_every_key_has_a_bucket_of_its_own(table: Table) -> None:
    store = RateStore(table)
    taken(store, BURST, NOW_AT)
    assert store.take(TENANT, "another", NOW_AT).granted


def test_an_allowance_tells_what_is_left_and_when_it_is_full_again(table: Table) -> None:
    store = RateStore(table)
    taken(store, 9, NOW_AT)
    headers = store.take(TENANT, KEY, NOW_AT).headers()
    assert headers["RateLimit-Policy"] == f'"key";q={BURST};w=10'
    assert headers["RateLimit"] == f'"key";r={BURST - 10};t=1'
    assert timedelta(seconds=1) == INTERVAL * PER_SECOND
