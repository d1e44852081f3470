"""Tests of API keys, as the API makes, shows and revokes them."""

from collections.abc import Mapping

import pytest

from penguinmails.api.store import AttemptStore
from tests.functions.api_house import ApiHouse, Reply

READER = {"name": "Reader", "scopes": ["campaigns:read", "topics:read"]}
KEY = {"idempotency-key": "make-a-key"}


def make(house: ApiHouse, body: Mapping[str, object] = READER, key: str = "mine") -> Reply:
    made = house.ask("POST", "/api/keys", body, key=key)
    assert made.status == 201, made.text
    return made


def test_a_key_is_made_used_listed_and_revoked() -> None:
    house = ApiHouse()
    made = make(house)
    secret = made.json["secret"]
    assert secret.startswith(f"pm_live_{made.json['id']}_")
    assert house.ask("GET", "/api/topics", key=secret).status == 200
    assert house.ask("PUT", "/api/topics/tips", {}, key=secret).status == 403
    shown = house.ask("GET", made.headers["Location"]).json
    assert shown == {
        "id": made.json["id"],
        "name": "Reader",
        "scopes": ["campaigns:read", "topics:read"],
        "mode": "live",
        "revoked": False,
        "createdAt": "2026-03-02T09:00:00Z",
        "lastUsedOn": "2026-03-02",
    }
    assert shown in house.ask("GET", "/api/keys").json["data"]
    assert house.ask("DELETE", made.headers["Location"]).json == {**shown, "revoked": True}
    assert house.ask("GET", "/api/topics", key=secret).status == 401


def test_the_secret_is_shown_once_and_kept_nowhere() -> None:
    house = ApiHouse()
    made = house.ask("POST", "/api/keys", READER, headers=KEY)
    secret = made.json["secret"].rpartition("_")[2]
    assert secret not in str(house.core.rows)
    for path in ("/api/keys", made.headers["Location"], "/api/audit"):
        assert secret not in house.ask("GET", path).text


def test_i_29_a_repeated_request_makes_no_second_key_but_a_new_secret() -> None:
    house = ApiHouse()
    first = house.ask("POST", "/api/keys", READER, headers=KEY)
    second = house.ask("POST", "/api/keys", READER, headers=KEY)
    assert {**first.json, "secret": ""} == {**second.json, "secret": ""}
    listed = house.ask("GET", "/api/keys").json["data"]
    assert [one["name"] for one in listed if one["mode"] == "live"].count("Reader") == 1
    assert len(listed) == 3
    assert house.ask("GET", "/api/topics", key=first.json["secret"]).status == 401
    assert house.ask("GET", "/api/topics", key=second.json["secret"]).status == 200
    assert house.ask("POST", "/api/keys", READER, headers=KEY).status == 409
    other = {**READER, "name": "Other"}
    assert house.ask("POST", "/api/keys", other, headers=KEY).status == 422


def test_no_key_gives_what_it_has_not() -> None:
    house = ApiHouse()
    maker = make(house, {"name": "M", "scopes": ["keys:write"], "mode": "test"}).json["secret"]
    assert maker.startswith("pm_test_")
    more = {"name": "More", "scopes": ["campaigns:read"], "mode": "test"}
    live = {"name": "Live", "scopes": ["keys:write"], "mode": "live"}
    for body in (more, live):
        assert house.ask("POST", "/api/keys", body, key=maker).status == 403
    make(house, {**live, "mode": "test"}, maker)


def test_a_key_does_not_revoke_itself() -> None:
    house = ApiHouse()
    own = house.mine.key.key.id
    assert house.ask("DELETE", f"/api/keys/{own}").status == 409
    assert house.ask("GET", "/api/keys").status == 200


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"scopes": ["campaigns:read"]}, "/name", "missing"),
        ({"name": " ", "scopes": ["campaigns:read"]}, "/name", "invalid_text"),
        ({"name": "a\nb", "scopes": ["campaigns:read"]}, "/name", "invalid_text"),
        ({"name": "X", "scopes": []}, "/scopes", "missing"),
        ({"name": "X", "scopes": ["campaigns"]}, "/scopes/0", "unknown_value"),
        ({"name": "X", "scopes": ["*"], "mode": "real"}, "/mode", "unknown_value"),
        ({"name": "X", "scopes": ["*"], "tenant": "y"}, "/tenant", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_key_is_told(
    body: Mapping[str, object], pointer: str, code: str
) -> None:
    refused = ApiHouse().ask("POST", "/api/keys", body)
    assert refused.status == 400
    (error,) = refused.json["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_the_day_of_a_keys_last_use_is_noted_once_a_day() -> None:
    house = ApiHouse()
    path = f"/api/keys/{house.mine.key.key.id}"
    assert house.ask("GET", path).json["lastUsedOn"] is None  # it is noted after the answer
    assert house.ask("GET", path).json["lastUsedOn"] == "2026-03-02"
    house.clock.move(days=1)
    house.ask("GET", path)
    assert house.ask("GET", path).json["lastUsedOn"] == "2026-03-03"


def test_a_secret_is_not_kept_even_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(AttemptStore, "answer", lambda _, attempt: kept.append(attempt.body))
    ApiHouse().ask("POST", "/api/keys", READER, headers=KEY)
    assert kept == []


def test_a_live_key_makes_lists_and_revokes_the_keys_of_the_twin() -> None:
    house = ApiHouse()
    made = make(house, {**READER, "mode": "test"})
    secret = made.json["secret"]
    assert house.ask("GET", "/api/workspace", key="my test").json["mode"] == "test"
    modes = {one["id"]: one["mode"] for one in house.ask("GET", "/api/keys").json["data"]}
    assert sorted(modes.values()) == ["live", "test", "test"]
    assert modes[made.json["id"]] == "test"
    assert house.ask("GET", made.headers["Location"]).json["mode"] == "test"
    assert house.ask("GET", "/api/topics", key=secret).status == 200
    assert house.ask("DELETE", made.headers["Location"]).json["revoked"]
    assert house.ask("GET", "/api/topics", key=secret).status == 401


def test_a_test_key_sees_test_keys_alone() -> None:
    house = ApiHouse()
    other = make(house, {**READER, "mode": "test"}, "my test").json["id"]
    seen = house.ask("GET", "/api/keys", key="my test").json["data"]
    assert [one["mode"] for one in seen] == ["test", "test"]
    live = f"/api/keys/{house.mine.key.key.id}"
    assert house.ask("GET", live, key="my test").status == 404
    assert house.ask("DELETE", live, key="my test").status == 404
    assert house.ask("DELETE", f"/api/keys/{other}", key="my test").status == 200


def test_the_keys_of_both_are_listed_page_by_page() -> None:
    house = ApiHouse()
    for number, mode in enumerate(["live", "test", "live", "test"]):
        make(house, {**READER, "name": f"{number}", "mode": mode})
    whole = house.ask("GET", "/api/keys").json["data"]
    assert [one["mode"] for one in whole] == ["live"] * 3 + ["test"] * 3
    found: list[object] = []
    query = {"limit": "1"}
    while True:
        page = house.ask("GET", "/api/keys", query=query).json
        found += page["data"]
        if page["nextCursor"] is None:
            break
        query["cursor"] = page["nextCursor"]
    assert found == whole
    assert house.ask("GET", "/api/keys", key="my test", query=query).status == 400


@pytest.mark.parametrize("deed", ["launch", "schedule", "resume", "pause"])
def test_a_test_key_touches_nothing_of_the_workspace(deed: str) -> None:
    house = ApiHouse()
    campaign = house.campaign()["id"]
    body = {"startDate": "2026-06-01T09:00"} if deed == "schedule" else {}
    refused = house.ask("POST", f"/api/campaigns/{campaign}/{deed}", body, key="my test")
    assert refused.status == 404
    assert house.ask("GET", f"/api/campaigns/{campaign}").json["campaign"]["status"] == "draft"
    for path in ("campaigns", "templates", "segments", "contacts", "suppressions"):
        assert house.ask("GET", f"/api/{path}", key="my test").json["data"] == []


def test_what_a_test_key_changes_is_in_the_audit_log_of_the_twin() -> None:
    house = ApiHouse()
    house.ask("PUT", "/api/topics/tips", {}, key="my test")
    assert house.ask("GET", "/api/audit").json["data"] == []
    (entry,) = house.ask("GET", "/api/audit", key="my test").json["data"]
    assert (entry["action"], entry["actor"]) == ("topics.put_topic", house.mine.test_key.key.id)
    assert house.ask("GET", "/api/audit/verification", key="my test").json["whole"]
