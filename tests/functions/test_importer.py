"""The importer reads a page of an uploaded file for each message."""

from typing import Any

import pytest

from penguinmails.errors import Unavailable
from penguinmails.queues.port import Queue
from tests.functions.api_house import ApiHouse
from tests.functions.running import Functions

CSV = "email,first_name\ncanary@example.com,Ada\nnobody at all,Bob\n"


def uploaded(world: ApiHouse) -> dict[str, Any]:
    """Upload a file; give the message that it leaves."""
    job = world.import_csv(CSV).json
    return {"tenant": world.mine.tenant.id, "import": job["id"]}


@pytest.fixture
def world() -> ApiHouse:
    return ApiHouse()


def test_a_message_reads_a_page_and_a_bad_one_fails_alone(
    world: ApiHouse, functions: Functions
) -> None:
    body = uploaded(world)
    assert functions.read(Queue.IMPORT, "{", {"tenant": "x", "import": "y"}, body) == ["m0", "m1"]
    found = world.ask("GET", f"/api/imports/{body['import']}").json
    assert (found["created"], found["skipped"]) == (1, 1)
    assert functions.happened() == ["message_failed", "message_failed", "imported"]
    assert functions.measured()[0]["Errors"] == [1.0, 1.0]


def test_a_page_that_could_not_be_saved_is_read_again(
    world: ApiHouse, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = uploaded(world)

    def away(*_: object) -> None:
        raise Unavailable("the table did not answer")

    with monkeypatch.context() as outage:
        outage.setattr(world.contacts, "add", away)
        assert functions.read(Queue.IMPORT, body) == ["m0"]
    assert functions.read(Queue.IMPORT, body) == []
    assert functions.happened() == ["message_failed", "imported"]


def test_a_message_does_a_job_however_often_it_comes(world: ApiHouse, functions: Functions) -> None:
    contact = world.ask("POST", "/api/contacts", {"email": "canary@example.com"}).json["id"]
    job = world.ask("POST", f"/api/contacts/{contact}/erase").json["id"]
    body = {"tenant": world.mine.tenant.id, "job": job}
    assert functions.read(Queue.IMPORT, body, body) == []
    assert world.ask("GET", f"/api/jobs/{job}").json["status"] == "done"
    assert functions.happened() == ["job_done", "job_done"]
    assert world.ask("GET", f"/api/contacts/{contact}").status == 404
