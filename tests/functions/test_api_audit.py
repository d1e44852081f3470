"""Tests of the audit log: each change that a key asked for is in it, once."""

import re

import pytest

from penguinmails.api.openapi import document, operations
from penguinmails.api.operation import Operation
from penguinmails.errors import Unavailable
from penguinmails.segments.store import SegmentStore
from tests.functions.api_house import ApiHouse
from tests.functions.everything import everything
from tests.functions.test_api_once import lose_answer

DRAFT = {"name": "Once", "campaignType": "drip"}
EXAMPLES = {
    operation["operationId"].lower(): operation.get("requestBody", {}).get("content", {})
    for methods in document()["paths"].values()
    for operation in methods.values()
}
WRITING = [each for each in operations() if each.method != "GET"]


def entries(house: ApiHouse, key: str = "mine") -> list[dict[str, object]]:
    found: list[dict[str, object]] = house.ask("GET", "/api/audit", key=key).json["data"]
    return found


def actions(house: ApiHouse) -> list[object]:
    return [one["action"] for one in entries(house)]


def waiting(house: ApiHouse) -> int:
    return sum(sk.startswith("waiting#") for rows in house.core.rows.values() for sk in rows)


def test_i_30_a_change_has_one_entry_that_says_who_did_what_to_what() -> None:
    house = ApiHouse()
    made = house.ask("POST", "/api/campaigns", DRAFT).json["id"]
    house.ask("PATCH", f"/api/campaigns/{made}", {"name": "Twice"})
    newest, first = entries(house)
    assert newest["number"] == 2
    assert newest["previousHash"] == first["hash"]
    assert first["subject"] == newest["subject"] == {"kind": "campaigns", "id": made}
    assert (first["action"], newest["action"]) == (
        "campaigns.create_campaign",
        "campaigns.change_campaign",
    )
    assert first["actor"] == house.mine.key.key.id
    assert (first["requestId"], first["outcome"]) == ("request-1", "done")
    assert not waiting(house)


def test_i_30_each_workspace_has_a_log_of_its_own() -> None:
    house = ApiHouse()
    house.ask("POST", "/api/campaigns", DRAFT)
    assert entries(house, "theirs") == []


def test_i_30_what_only_looks_or_is_refused_has_no_entry() -> None:
    house = ApiHouse()
    house.ask("GET", "/api/campaigns")
    house.ask("POST", "/api/campaigns", {})
    house.ask("DELETE", "/api/topics/nothing")
    house.ask("PUT", "/api/topics/BAD", {})
    assert entries(house) == []
    assert not waiting(house)


@pytest.mark.parametrize("operation", WRITING, ids=lambda operation: str(operation.name))
def test_i_30_every_operation_that_changes_something_has_one_entry(operation: Operation) -> None:
    house = ApiHouse()
    places = everything(house, "mine", "welcome")
    before = len(house.core.rows[f"{house.mine.tenant.id}#audit"])
    path = re.sub(r"<(\w+)>", lambda found: places[found[1]][0], operation.path)
    content = EXAMPLES[operation.name.replace("_", "")]
    kind = next(iter(content), "application/json")
    body = content[kind]["example"] if content else None
    reply = house.ask(operation.method, path, body, headers={"content-type": kind})
    done = reply.status < 400 and operation.changes
    rows = house.core.rows[f"{house.mine.tenant.id}#audit"]
    assert len(rows) - before == (2 if done else 0), reply.text  # the entry, and that it has one
    if done:
        newest = entries(house)[0]
        subject = newest["subject"]
        assert newest["action"] == f"{operation.kind}.{operation.name}"
        assert isinstance(subject, dict)
        assert subject["id"]


def test_i_30_a_repeated_request_has_one_entry() -> None:
    house = ApiHouse()
    lose_answer(house, "/api/campaigns", DRAFT)
    house.clock.move(seconds=60)
    lose_answer(house, "/api/campaigns", DRAFT)
    assert actions(house) == ["campaigns.create_campaign"]


def test_i_30_what_broke_is_in_the_log_as_unknown() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}/launch"
    house.breaks = True
    assert house.ask("POST", path).status == 500
    assert "campaigns.launch_campaign" not in actions(house)
    house.clock.move(minutes=3)
    house.ask("PUT", "/api/topics/tips", {})
    newest = entries(house)[0]
    assert (newest["action"], newest["outcome"]) == ("campaigns.launch_campaign", "unknown")


def test_i_30_what_could_not_be_told_is_in_the_log_as_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = ApiHouse()
    with monkeypatch.context() as outage:
        outage.setattr(SegmentStore, "save", _away)
        assert house.ask("PUT", "/api/segments/everybody", {"name": "X"}).status == 503
    house.clock.move(minutes=3)
    house.ask("PUT", "/api/topics/tips", {})
    assert [one["outcome"] for one in entries(house)] == ["unknown", "done"]


def test_no_address_is_in_the_log() -> None:
    house = ApiHouse()
    house.ask("POST", "/api/senders", {"email": "canary@mail.test", "name": "C"})
    house.ask("DELETE", "/api/senders/canary@mail.test")
    assert entries(house)[0]["subject"] == {"kind": "senders", "id": None}
    log = house.core.rows[f"{house.mine.tenant.id}#audit"]
    assert "canary" not in str(log)


def test_the_log_is_read_page_by_page_newest_first() -> None:
    house = ApiHouse()
    for number in range(5):
        house.ask("PUT", f"/api/topics/t{number}", {})
    first = house.ask("GET", "/api/audit", query={"limit": "3"}).json
    query = {"limit": "3", "cursor": first["nextCursor"]}
    second = house.ask("GET", "/api/audit", query=query).json
    numbers = [one["number"] for page in (first, second) for one in page["data"]]
    assert numbers == [5, 4, 3, 2, 1]
    assert second["nextCursor"] is None


def test_i_30_an_altered_entry_is_found() -> None:
    house = ApiHouse()
    for slug in ("a", "b", "c"):
        house.ask("PUT", f"/api/topics/{slug}", {})
    whole = house.ask("GET", "/api/audit/verification").json
    newest = entries(house)[0]
    assert whole == {"whole": True, "entries": 3, "hash": newest["hash"], "brokenAt": None}
    log = house.core.rows[f"{house.mine.tenant.id}#audit"]
    log["entry#000000000002"] = {**log["entry#000000000002"], "actor": "somebody"}
    broken = house.ask("GET", "/api/audit/verification").json
    assert (broken["whole"], broken["entries"], broken["brokenAt"]) == (False, 1, 2)


def _away(*_: object, **__: object) -> None:
    raise Unavailable("it did not answer")
