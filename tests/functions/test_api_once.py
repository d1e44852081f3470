"""Tests of requests that are sent more than once."""

import pytest

from penguinmails.api.ports import Attempt
from tests.functions.api_house import START_AT, ApiHouse, Reply

KEY = {"idempotency-key": "order-7"}
DRAFT = {"name": "Once", "campaignType": "drip"}


def test_i_29_the_same_key_and_body_has_one_effect_and_the_same_answer() -> None:
    house = ApiHouse()
    first = house.ask("POST", "/api/campaigns", DRAFT, headers=KEY)
    house.clock.move(hours=1)
    assert house.ask("POST", "/api/campaigns", DRAFT, headers=KEY) == first
    assert len(house.ask("GET", "/api/campaigns").json["data"]) == 1


def test_i_29_the_same_key_with_another_body_is_an_error() -> None:
    house = ApiHouse()
    house.ask("POST", "/api/campaigns", DRAFT, headers=KEY)
    for path, body in (("/api/campaigns", {**DRAFT, "name": "Two"}), ("/api/suppressions", DRAFT)):
        refused = house.ask("POST", path, body, headers=KEY)
        assert (refused.status, refused.json["code"]) == (422, "idempotency_key_reused")


def test_i_29_a_key_is_its_tenants_own() -> None:
    house = ApiHouse()
    mine = house.ask("POST", "/api/campaigns", DRAFT, headers=KEY)
    theirs = house.ask("POST", "/api/campaigns", DRAFT, headers=KEY, key="theirs")
    assert theirs.json["id"] != mine.json["id"]


def test_i_29_a_refusal_is_answered_alike() -> None:
    house = ApiHouse()
    first = house.ask("POST", "/api/campaigns", {"name": 1}, headers=KEY)
    assert first.status == 400
    assert house.ask("POST", "/api/campaigns", {"name": 1}, headers=KEY) == first


def test_i_29_an_import_is_taken_once() -> None:
    house = ApiHouse()
    first = house.import_csv("email\na@b.test\n", more=KEY)
    house.run_imports()
    assert house.import_csv("email\na@b.test\n", more=KEY) == first
    assert not house.queues.waiting


def test_i_29_a_key_counts_for_a_day() -> None:
    house = ApiHouse()
    first = house.ask("POST", "/api/campaigns", DRAFT, headers=KEY)
    house.clock.move(hours=24)
    second = house.ask("POST", "/api/campaigns", {**DRAFT, "name": "Two"}, headers=KEY)
    assert second.status == 201
    assert second.json["id"] != first.json["id"]


def lose_answer(house: ApiHouse, path: str, body: object) -> Reply:
    """Ask, as an attempt that stops after its effect, before its answer is kept."""
    house.attempts.losing = True
    lost = house.ask("POST", path, body, headers=KEY)
    house.attempts.losing = False
    return lost


@pytest.mark.parametrize("deed", ["launch", "clone"])
def test_i_29_a_crashed_attempt_is_taken_over_after_a_minute_with_one_effect(deed: str) -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}/{deed}"
    lost = lose_answer(house, path, None)
    early = house.ask("POST", path, headers=KEY)
    assert (early.status, early.json["code"]) == (409, "in_progress")
    assert early.headers["Retry-After"] == "2"
    assert sum(house.slept) == pytest.approx(3)
    house.clock.move(seconds=60)
    again = house.ask("POST", path, headers=KEY)
    assert again.json == lost.json
    assert len(house.ask("GET", "/api/campaigns").json["data"]) == (2 if deed == "clone" else 1)
    assert house.ask("POST", path, headers=KEY) == again


def test_i_29_a_request_at_the_same_time_waits_for_the_answer_of_the_first() -> None:
    house = ApiHouse()
    lost = lose_answer(house, "/api/campaigns", DRAFT)
    (item,) = [
        item
        for items in house.core.rows.values()
        for sk, item in items.items()
        if sk.startswith("idempotency#")
    ]

    def first_is_done() -> None:
        attempt = Attempt(
            tenant=str(item["pk"]),
            key=str(item["sk"]).partition("#")[2],
            request=str(item["request"]),
            begun_at=START_AT,
            owned_at=START_AT,
            status=lost.status,
            headers={"Location": lost.headers["Location"]},
            body=lost.text,
        )
        house.attempts.answer(attempt)

    house.meanwhile = first_is_done
    again = house.ask("POST", "/api/campaigns", DRAFT, headers=KEY)
    assert (again.status, again.text) == (lost.status, lost.text)
