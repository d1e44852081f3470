"""Events as the platform writes them, with all that it puts in, reach every kind of handler."""

import json

import pytest

from tests.functions.listening import Listening
from tests.functions.running import Functions, captured


@pytest.fixture
def world() -> Listening:
    return Listening()


def test_a_request_reaches_the_api(functions: Functions) -> None:
    answer = functions.run("api", captured("http"))
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"status": "ok"})
    assert functions.happened() == ["answered"]


@pytest.mark.parametrize(("path", "event"), [("/o/x", "visit_refused"), ("/u/x", "visit_refused")])
def test_a_reader_reaches_the_public_pages(functions: Functions, path: str, event: str) -> None:
    request = {**captured("http"), "rawPath": path, "pathParameters": {"proxy": "x"}}
    answer = functions.run("public", request)
    assert answer["headers"]["content-type"]
    assert functions.happened() == [event]


def test_a_report_without_a_signature_reaches_the_webhook_and_goes_no_further(
    world: Listening, functions: Functions
) -> None:
    proxy = f"sandbox/{world.hook.id}"
    request = {**captured("http"), "pathParameters": {"proxy": proxy}, "body": "[]"}
    request["requestContext"]["http"]["method"] = "POST"
    assert functions.run("webhook", request)["statusCode"] == 401
    assert functions.happened() == ["webhook_refused"]
    assert not world.queues.waiting


def test_a_change_of_an_enrollment_reaches_the_projector(functions: Functions) -> None:
    assert functions.run("projector", captured("stream")) == {"state": {}}
    assert functions.happened() == ["projected"]
    assert functions.measured()[0]["Counted"] == [1.0]
