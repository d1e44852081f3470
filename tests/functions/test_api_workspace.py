"""Tests of what the API tells of a workspace, and of its topics."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

import pytest

from tests.functions.api_house import ApiHouse


def test_a_workspace_is_shown_with_its_limits() -> None:
    house = ApiHouse()
    shown = house.ask("GET", "/api/workspace").json
    assert (shown["id"], shown["name"]) == (house.mine.tenant.id, "Northlight")
    assert (shown["timezone"], shown["esp"]) == ("Europe/Berlin", "smtp")
    assert shown["mode"] == "live"
    assert shown["limits"] == {
        "requestsPerSecond": 50,
        "requestBurst": 500,
        "bodyBytes": 2_000_000,
        "importBytes": 5_000_000,
        "pageEntries": 100,
    }


def test_a_test_key_is_shown_the_twin_for_tests() -> None:
    house = ApiHouse()
    live, twin = (house.ask("GET", "/api/workspace", key=key).json for key in ("mine", "my test"))
    assert (twin["mode"], twin["esp"]) == ("test", "sandbox")
    assert twin["id"] != live["id"]
    same = {name: value for name, value in live.items() if name not in {"id", "mode", "esp"}}
    assert twin == {**twin, **same}


def test_the_image_key_verifies_what_templates_sign_and_is_each_workspaces_own() -> None:
    house = ApiHouse()
    shown = house.ask("GET", "/api/workspace/image-key").json
    url = urlsplit(shown["example"]["url"])
    target = f"{url.path}?{url.query}".removesuffix(f"&s={shown['example']['signature']}")
    mac = hmac.digest(urlsafe_b64decode(shown["key"]), target.encode(), "sha256")[:16]
    assert shown["example"]["signature"] == urlsafe_b64encode(mac).decode().rstrip("=")
    html = '<img src="{{ \'https://img.example/hello.png\'|image(name=name, plan=plan) }}" alt="">'
    draft = {"subject": "S", "html": html, "sample": {"name": "Ada", "plan": "pro"}}
    preview = house.ask("POST", "/api/templates/preview", draft).json
    assert shown["example"]["url"].replace("&", "&amp;") in preview["html"]
    theirs = house.ask("GET", "/api/workspace/image-key", key="theirs").json
    assert theirs["key"] != shown["key"]
    assert theirs["example"]["signature"] != shown["example"]["signature"]


def test_only_a_key_that_may_make_keys_reads_the_image_key() -> None:
    house = ApiHouse()
    body = {"name": "Reader", "scopes": ["keys:read", "workspace:read", "templates:write"]}
    secret = house.ask("POST", "/api/keys", body).json["secret"]
    refused = house.ask("GET", "/api/workspace/image-key", key=secret)
    assert refused.status == 403
    assert "keys:write" in refused.text


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
