"""Tests of the clock of a local stack over the API: who moves it, where to, and how far it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from penguinmails.api.clock import LOOK_EVERY_S, LOOKS
from tests.functions.api_house import ApiHouse, Reply

AT_ONCE = timedelta(days=1000)
THREE_DAYS = {
    "now": "2026-03-05T09:00:00Z",
    "target": "2026-03-05T09:00:00Z",
    "arrived": True,
}


def moving(by: timedelta) -> ApiHouse:
    """Give a house whose clock hops by so much whenever somebody waits, as far as was asked."""
    house = ApiHouse()

    def meanwhile() -> None:
        target_at = house.hand.target()
        if target_at is not None:
            house.clock.move_to(min(house.clock.now() + by, target_at))

    house.meanwhile = meanwhile
    return house


def move(house: ApiHouse, key: str = "my test", once: str = "", **body: str) -> Reply:
    headers = {"idempotency-key": once} if once else {}
    return house.ask("POST", "/api/clock", body, key=key, headers=headers)


def refusal(house: ApiHouse, body: object) -> tuple[str, str]:
    refused = house.ask("POST", "/api/clock", body, key="my test")
    assert refused.status == 400, refused.text
    (error,) = refused.json["errors"]
    assert house.hand.target() is None
    return error["pointer"], error["code"]


def test_the_clock_tells_the_time_and_where_it_is_going() -> None:
    house = moving(timedelta())
    told = house.ask("GET", "/api/clock").json
    assert told == {"now": "2026-03-02T09:00:00Z", "target": None, "movable": True}
    move(house, to="2026-03-05T09:00:00Z")
    assert house.ask("GET", "/api/clock").json["target"] == "2026-03-05T09:00:00Z"
    house.clock.move(days=3)
    assert house.ask("GET", "/api/clock").json["target"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"by": "3 days"},
        {"by": "72 hours"},
        {"to": "2026-03-05T09:00:00Z"},
        {"to": "2026-03-05T10:00:00+01:00"},
        {"to": "2026-03-05T09:00"},
    ],
)
def test_the_clock_goes_where_it_is_asked_to(body: dict[str, str]) -> None:
    house = moving(AT_ONCE)
    assert move(house, **body).json == THREE_DAYS
    assert house.ask("GET", "/api/clock", key="theirs").json["now"] == THREE_DAYS["now"]


def test_it_goes_at_least_as_far_as_it_is_asked_to() -> None:
    house = moving(AT_ONCE)
    house.clock.move(milliseconds=1)
    assert move(house, by="3 days").json["target"] == "2026-03-05T09:00:01Z"


def test_who_has_waited_long_enough_asks_again_for_the_same_instant() -> None:
    house = moving(timedelta(minutes=40))
    first = move(house, by="3 days")
    assert (first.status, first.json["arrived"]) == (200, False)
    assert sum(house.slept) == LOOKS * LOOK_EVERY_S <= 25
    assert first.json["now"] < first.json["target"] == THREE_DAYS["target"]
    assert move(house, to=first.json["target"]).json == THREE_DAYS
    assert move(house, to=first.json["target"]).json == THREE_DAYS


def test_a_nearer_instant_is_passed_on_the_way_to_a_further_one() -> None:
    house = moving(timedelta(minutes=1))
    move(house, by="3 days")
    assert move(house, to="2026-03-02T11:00:00Z").json["arrived"]
    assert house.ask("GET", "/api/clock").json["target"] == THREE_DAYS["target"]


def test_i_29_a_repeated_request_moves_the_clock_once_though_its_day_is_over() -> None:
    house = moving(AT_ONCE)
    for _ in range(3):
        assert move(house, by="3 days", once="a key").json == THREE_DAYS
    house.clock.move(days=2)
    assert move(house, by="4 days", once="a key").json["now"] == "2026-03-11T09:00:00Z"
    theirs = move(house, "their test", by="3 days", once="a key")
    assert theirs.json["now"] == "2026-03-14T09:00:00Z"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "", "contradiction"),
        ({"to": "2026-03-05T09:00:00Z", "by": "3 days"}, "", "contradiction"),
        ({"to": "2026-03-02T08:59:59Z"}, "/to", "past_date"),
        ({"to": "2026-03-02T09:00:00Z"}, "/to", "past_date"),
        ({"to": "2027-04-07T09:00:00Z"}, "/to", "far_date"),
        ({"to": "tomorrow"}, "/to", "invalid_date"),
        ({"to": "9999-12-31T23:59:59-01:00"}, "/to", "invalid_date"),
        ({"to": 5}, "/to", "invalid_value"),
        ({"by": "0 days"}, "/by", "past_date"),
        ({"by": "401 days"}, "/by", "far_date"),
        ({"by": "999999 weeks"}, "/by", "far_date"),
        ({"by": "3 moons"}, "/by", "invalid_unit"),
        ({"by": "soon"}, "/by", "invalid_wait"),
        ({"by": ""}, "/by", "invalid_wait"),
        ({"from": "3 days"}, "/from", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_wish_is_told(
    body: dict[str, object], pointer: str, code: str
) -> None:
    assert refusal(ApiHouse(), body) == (pointer, code)


def test_a_live_key_moves_nothing() -> None:
    house = moving(AT_ONCE)
    refused = move(house, "mine", by="3 days")
    assert (refused.status, refused.json["detail"]) == (
        403,
        "only a test key moves the clock; use one",
    )
    assert house.ask("GET", "/api/clock").json["now"] == "2026-03-02T09:00:00Z"


def test_a_key_without_the_scope_moves_nothing() -> None:
    house = moving(AT_ONCE)
    wanted = {"name": "Looks", "scopes": ["clock:read"], "mode": "test"}
    key = house.ask("POST", "/api/keys", wanted).json["secret"]
    assert house.ask("GET", "/api/clock", key=key).status == 200
    assert move(house, key, by="3 days").status == 403


def test_a_real_clock_cannot_be_moved_and_says_what_can() -> None:
    house = ApiHouse()
    house.adapters = replace(house.adapters, hand=None)
    told = house.ask("GET", "/api/clock").json
    assert told == {"now": "2026-03-02T09:00:00Z", "target": None, "movable": False}
    refused = move(house, by="3 days")
    assert refused.status == 409
    assert "penguinmails up" in refused.json["detail"]


def test_what_moved_the_clock_is_in_the_audit_log() -> None:
    house = moving(AT_ONCE)
    move(house, by="3 days")
    (entry,) = house.ask("GET", "/api/audit", key="my test").json["data"]
    assert entry["action"] == "clock.move_clock"


def test_what_depends_on_time_goes_on_after_a_jump() -> None:
    house = moving(AT_ONCE)
    for number in range(3):
        house.ask("PUT", f"/api/segments/s{number}", {}, key="my test")
    draft = {"name": "Once", "campaignType": "drip"}
    made = [
        house.ask("POST", "/api/campaigns", draft, key="my test", headers={"idempotency-key": "k"})
        for _ in range(2)
    ]
    assert made[0] == made[1]
    listed = house.ask("GET", "/api/segments", key="my test").json["data"]
    query = {"limit": "1"}
    cursor = house.ask("GET", "/api/segments", key="my test", query=query).json["nextCursor"]
    move(house, by="300 days")
    page = {"limit": "1", "cursor": cursor}
    after = house.ask("GET", "/api/segments", key="my test", query=page)
    assert after.json["data"] == listed[1:2]
    assert after.allowance["RateLimit"] == '"key";r=499;t=1'
    again = house.ask(
        "POST", "/api/campaigns", draft, key="my test", headers={"idempotency-key": "k"}
    )
    assert again.json["id"] != made[0].json["id"]
