"""What we rely on of the HTTP API: events of payload format 2.0, and answers passed on."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.ground import Ground

pytestmark = pytest.mark.emulator


def event(
    ground: Ground,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> dict[str, Any]:
    """Ask, and give the event that the function was called with."""
    answer = ground.ask(method, path, headers, body)
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_an_event_tells_method_path_and_query(ground: Ground) -> None:
    found = event(ground, "GET", "/here/a/b?x=1&y=two%20words&x=3")
    assert found["version"] == "2.0"
    assert found["routeKey"] == "ANY /here/{proxy+}"
    assert found["rawPath"] == "/here/a/b"
    assert found["requestContext"]["http"]["method"] == "GET"
    assert found["pathParameters"] == {"proxy": "a/b"}
    assert found["queryStringParameters"] == {"x": "1,3", "y": "two words"}


def test_names_of_headers_are_in_small_letters(ground: Ground) -> None:
    headers = {"Idempotency-Key": "Abc", "Content-Type": "application/json"}
    found = event(ground, "POST", "/here/x", headers=headers, body=b"{}")
    assert found["headers"]["idempotency-key"] == "Abc"
    assert found["headers"]["content-type"] == "application/json"


def test_a_body_of_json_is_text(ground: Ground) -> None:
    body = json.dumps({"text": "Zoë 🐧"}, ensure_ascii=False)
    headers = {"content-type": "application/json"}
    found = event(ground, "POST", "/here/x", headers=headers, body=body.encode())
    assert (found["body"], found["isBase64Encoded"]) == (body, False)


def test_a_body_that_is_no_text_is_base64(ground: Ground) -> None:
    headers = {"content-type": "application/octet-stream"}
    found = event(ground, "POST", "/here/x", headers=headers, body=b"\x00\xff")
    assert found["isBase64Encoded"]
    assert base64.b64decode(found["body"]) == b"\x00\xff"


def test_a_request_without_a_body_has_none(ground: Ground) -> None:
    assert not event(ground, "GET", "/here/x").get("body")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_any_method_reaches_the_function(ground: Ground, method: str) -> None:
    assert event(ground, method, "/here/x")["requestContext"]["http"]["method"] == method


def test_head_reaches_the_function_and_has_no_body(ground: Ground) -> None:
    answer = ground.ask("HEAD", "/here/head")
    assert (answer.status, answer.data) == (200, b"")


def test_an_answer_is_passed_on_with_status_headers_and_bytes(ground: Ground) -> None:
    answer = ground.ask("GET", "/here/raw")
    assert (answer.status, answer.data) == (201, b"\xff\x00\x01")
    assert (answer.headers["content-type"], answer.headers["x-own"]) == ("image/gif", "1")


def test_a_path_without_a_route_is_not_found(ground: Ground) -> None:
    assert ground.ask("GET", "/elsewhere").status == 404
