"""Tests of what the API tells of a workspace, and of its topics."""

import pytest

from tests.functions.api_house import ApiHouse


def test_a_workspace_is_shown_with_its_limits() -> None:
    house = ApiHouse()
    shown = house.ask("GET", "/api/workspace").json
    assert (shown["id"], shown["name"]) == (house.mine.tenant.id, "Northlight")
    assert (shown["timezone"], shown["esp"]) == ("Europe/Berlin", "smtp")
    assert shown["limits"] == {
        "requestsPerSecond": 50,
        "requestBurst": 500,
        "bodyBytes": 2_000_000,
        "importBytes": 5_000_000,
        "pageEntries": 100,
    }


def test_a_topic_is_saved_named_anew_listed_and_removed() -> None:
    house = ApiHouse()
    made = house.ask("PUT", "/api/topics/product-tips", {}).json
    assert (made["name"], made["description"]) == ("product-tips", "")
    house.clock.move(hours=1)
    body = {"name": "Product tips", "description": "Twice\na month."}
    changed = house.ask("PUT", "/api/topics/product-tips", body).json
    assert changed == {**made, **body, "updatedAt": "2026-03-02T10:00:00Z"}
    assert house.ask("GET", "/api/topics").json == {"data": [changed], "nextCursor": None}
    for reference in ("product-tips", made["id"]):
        assert house.ask("GET", f"/api/topics/{reference}").json == changed
    assert house.ask("DELETE", "/api/topics/product-tips").json == {"status": "removed"}
    assert house.ask("DELETE", "/api/topics/product-tips").status == 404
    assert house.ask("GET", "/api/topics/product-tips").status == 404


@pytest.mark.parametrize(
    ("slug", "body", "pointer"),
    [
        ("BAD", {}, "/slug"),
        ("01955d70-2f80-7a3c-9c41-5b2f60a7c8e1", {}, "/slug"),
        ("tips", {"name": "a\nb"}, "/name"),
        ("tips", {"description": "x" * 1001}, "/description"),
        ("tips", {"description": "\x00"}, "/description"),
        ("tips", {"slug": "other"}, "/slug"),
    ],
)
def test_what_is_wrong_with_a_topic_is_told(
    slug: str, body: dict[str, object], pointer: str
) -> None:
    refused = ApiHouse().ask("PUT", f"/api/topics/{slug}", body)
    assert refused.status == 400
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
