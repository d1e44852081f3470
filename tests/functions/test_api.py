"""Tests of the HTTP API: requests as the gateway sends them, over in-memory adapters."""

import base64
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from penguinmails.analytics.counters import CounterRow, RowKey
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Ref, Status
from penguinmails.enrollments.enrollment import codes as codes_of
from penguinmails.ids import derived
from penguinmails.queues.port import Queue
from penguinmails.tenants.api_key import mint
from penguinmails.tenants.scope import Scope
from tests.functions.api_house import START_AT, STEPS, WELCOME, ApiHouse, Reply

MISSING = "01890000-0000-7000-8000-00000000dead"


def codes(reply: Reply) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in reply.json["errors"]]


def test_health_needs_no_key() -> None:
    assert ApiHouse().ask("GET", "/api/health", key=None).json == {"status": "ok"}


@pytest.mark.parametrize("key", [None, "", "pm_live_0_0", "pm_live_0123456789abcdef_" + "0" * 48])
def test_without_a_good_key_every_answer_is_the_same_401(key: str | None) -> None:
    house = ApiHouse()
    for method, path in (("GET", "/api/campaigns"), ("POST", "/api/imports"), ("GET", "/api/x")):
        reply = house.ask(method, path, key=key)
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"] == "Bearer"
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json["code"] == "unauthenticated"


def test_a_key_that_may_only_read_may_not_write() -> None:
    house = ApiHouse()
    few = frozenset({Scope.CAMPAIGNS_READ})
    minted = mint(house.mine.tenant.id, few, lambda size: b"r" * size, START_AT)
    house.tenants.add_key(minted.key)
    assert house.ask("GET", "/api/campaigns", key=minted.text).status == 200
    refused = house.ask("POST", "/api/campaigns", {}, key=minted.text)
    assert refused.status == 403
    assert "campaigns:write" in refused.json["detail"]


def test_a_campaign_is_created_read_listed_and_changed() -> None:
    house = ApiHouse()
    made = house.campaign(startDate="2026-06-01T09:00", sendStrategy="scheduled")
    assert made["status"] == "draft"
    assert made["startDate"] == "2026-06-01T07:00:00Z"
    assert made["timezone"] == "Europe/Berlin"
    found = house.ask("GET", f"/api/campaigns/{made['id']}").json
    assert set(found) >= {"campaign", "steps", "analytics"}
    assert found["campaign"] == {**made, "totalContacts": 0}
    assert [step["stepType"] for step in found["steps"]] == ["email", "wait", "email"]
    change = {"name": "Hello", "startDate": None, "steps": STEPS[:1]}
    changed = house.ask("PATCH", f"/api/campaigns/{made['id']}", change).json
    assert (changed["name"], changed["startDate"], changed["revision"]) == ("Hello", None, 2)
    assert house.ask("GET", "/api/campaigns").json["data"] == [changed]


def test_a_list_is_read_page_by_page_newest_first() -> None:
    house = ApiHouse()
    names = [f"Campaign {number}" for number in range(5)]
    for name in names:
        house.clock.move(seconds=1)
        house.ask("POST", "/api/campaigns", {"name": name, "campaignType": "broadcast"})
    found, query = [], {"limit": "2"}
    while True:
        page = house.ask("GET", "/api/campaigns", query=query).json
        found += [item["name"] for item in page["data"]]
        if page["nextCursor"] is None:
            break
        query = {"limit": "2", "cursor": page["nextCursor"]}
    assert found == names[::-1]


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "x"}, {"cursor": "!"}, {"cursor": "a2V5"}]
)
def test_a_bad_page_is_refused(query: Mapping[str, str]) -> None:
    assert ApiHouse().ask("GET", "/api/campaigns", query=query).status == 400


def test_what_is_wrong_with_a_campaign_is_told_with_pointers() -> None:
    house = ApiHouse()
    body: dict[str, object] = {"name": "", "campaignType": "spam", "steps": {}, "tenantId": "x"}
    assert sorted(codes(house.ask("POST", "/api/campaigns", body))) == [
        ("/campaignType", "unknown_value"),
        ("/name", "missing"),
        ("/steps", "invalid_value"),
        ("/tenantId", "unknown_field"),
    ]
    body = {
        "name": "X",
        "campaignType": "drip",
        "segmentId": "nobody",
        "steps": [{"email": "a", "template": "gone"}, {"goto": {"step": "b", "at_most": 3}}],
        "startDate": "2020-01-01T00:00",
    }
    assert codes(house.ask("POST", "/api/campaigns", body)) == [
        ("/startDate", "past_date"),
        ("/segmentId", "unknown_segment"),
        ("/steps/1/goto/step", "unknown_step_name"),
    ]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\ud800", b"\xff\xfe", '{"a":NaN}'])
def test_a_body_that_is_no_object_is_refused(body: str | bytes) -> None:
    assert ApiHouse().ask("POST", "/api/campaigns", body).status == 400


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/campaigns", "GET, HEAD, POST"),
        ("GET", "/api/campaigns/x/launch", "POST"),
        ("PATCH", "/api/templates/x", "GET, HEAD, PUT"),
        ("POST", "/api/version", "GET, HEAD"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(
    method: str, path: str, allowed: str
) -> None:
    reply = ApiHouse().ask(method, path, {} if method in {"POST", "PATCH"} else None)
    assert (reply.status, reply.headers["Allow"]) == (405, allowed)
    assert (reply.json["code"], allowed in reply.json["detail"]) == ("method_not_allowed", True)


@pytest.mark.parametrize(
    "path",
    ["/api/campaigns/x/y/z", "/api/nothing", "/api/campaigns/", "/api/campaigns/\x9b"],
)
def test_a_path_that_there_is_not_is_not_found(path: str) -> None:
    assert ApiHouse().ask("GET", path).status == 404


def test_a_campaign_is_launched_paused_resumed_and_cancelled() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    assert house.ask("POST", f"{path}/launch").json["status"] == "active"
    assert house.ask("POST", f"{path}/pause", {}).json == {
        "status": "paused",
        "effectiveBy": "2026-03-02T09:00:30Z",
    }
    assert house.ask("POST", f"{path}/resume").json["status"] == "active"
    assert house.ask("POST", f"{path}/cancel").json["status"] == "cancelled"


def test_i_19_launching_twice_or_while_paused_is_a_conflict() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    house.ask("POST", f"{path}/launch")
    assert house.ask("POST", f"{path}/launch").status == 409
    house.ask("POST", f"{path}/pause")
    refused = house.ask("POST", f"{path}/launch")
    assert refused.status == 409
    assert "paused" in refused.json["detail"]
    begun = [message for message in house.queues.waiting if message.queue is Queue.LAUNCH]
    assert len(begun) == 1


def test_a_launch_without_a_sender_says_what_is_missing() -> None:
    house = ApiHouse()
    made = house.campaign(fromEmail="")
    refused = house.ask("POST", f"/api/campaigns/{made['id']}/launch")
    assert refused.status == 400
    assert codes(refused) == [("/fromEmail", "missing")]


def test_a_campaign_with_a_start_is_scheduled_by_its_launch() -> None:
    house = ApiHouse()
    made = house.campaign(startDate="2026-06-01T09:00")
    launched = house.ask("POST", f"/api/campaigns/{made['id']}/launch")
    assert launched.json["status"] == "scheduled"


def test_a_clone_is_a_new_draft() -> None:
    house = ApiHouse()
    made = house.campaign()
    house.ask("POST", f"/api/campaigns/{made['id']}/launch")
    copy = house.ask("POST", f"/api/campaigns/{made['id']}/clone")
    assert copy.status == 201
    assert copy.json["id"] != made["id"]
    assert (copy.json["name"], copy.json["status"]) == ("Welcome (Copy)", "draft")
    assert copy.json["launchedAt"] is None


def test_holds_are_released_by_their_reason() -> None:
    house = ApiHouse()
    made = house.campaign()
    path = f"/api/campaigns/{made['id']}/release"
    assert house.ask("POST", path, {"reason": "dead_letter"}).status == 202
    sent = house.queues.waiting[-1]
    assert (sent.queue, sent.body["reason"]) == (Queue.RELEASE, "dead_letter")
    assert house.ask("POST", path, {"reason": "pause"}).status == 400


def test_analytics_take_days() -> None:
    house = ApiHouse()
    campaign = house.campaign()["id"]
    for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 7), date(2026, 3, 8)):
        key = RowKey(house.mine.tenant.id, campaign, day, "shard")
        house.counters.save(CounterRow(key), CounterRow(key, 1, {"enrolled": day.day}))
    path = f"/api/campaigns/{campaign}/analytics"
    query = {"startDate": "2026-03-01", "endDate": "2026-03-07"}
    found = house.ask("GET", path, query=query).json
    assert [day["date"] for day in found["byDay"]] == ["2026-03-01", "2026-03-07"]
    assert (found["overall"]["enrolled"], found["overall"]["active"]) == (8, 44)
    assert house.ask("GET", path, query={"startDate": "soon"}).status == 400
    refused = house.ask("GET", path, query={**query, "endDate": "2026-02-01"})
    assert (refused.status, codes(refused)) == (400, [("/endDate", "end_before_start")])


def test_an_enrollment_is_shown_with_its_history_and_reasons() -> None:
    house = ApiHouse()
    made = house.campaign()
    launched = house.campaigns.get(house.mine.tenant.id, made["id"])
    contact = derived("somebody")
    row = Enrollment(
        ref=Ref(house.mine.tenant.id, launched.id, 1, contact),
        status=Status.ACTIVE,
        step=1,
        visit=1,
        due_at=START_AT,
        step_due_at=START_AT,
        revision=1,
        enrolled_at=START_AT,
        journal=codes_of(
            [
                Fact(FactType.ENROLLED, START_AT),
                Fact(FactType.ACCEPTED, START_AT, step=1, detail="3"),
                Fact(FactType.SKIPPED, START_AT, step=3, detail="suppressed"),
            ]
        ),
    )
    house.enrollments.enroll([row])
    house.enrollments.exit(row.ref, "unsubscribed", START_AT)
    path = f"/api/campaigns/{made['id']}/enrollments"
    found = house.ask("GET", f"{path}/{contact}").json
    assert (found["status"], found["reason"], found["step"]) == ("exited", "unsubscribed", "hello")
    assert [(one["type"], one["step"], one["detail"]) for one in found["history"]] == [
        ("enrolled", None, None),
        ("accepted", "hello", "3"),
        ("skipped", "again", "suppressed"),
    ]
    assert house.ask("GET", f"{path}/{MISSING}").status == 404


def test_templates_are_saved_versioned_and_listed() -> None:
    house = ApiHouse()
    first = house.ask("PUT", "/api/templates/welcome", WELCOME).json
    again = house.ask("PUT", "/api/templates/welcome", WELCOME).json
    other = house.ask("PUT", "/api/templates/welcome", {**WELCOME, "subject": "Hi"}).json
    assert [first["version"], again["version"], other["version"]] == [1, 1, 2]
    assert house.ask("GET", "/api/templates/welcome").json == other
    listed = house.ask("GET", "/api/templates").json["data"]
    assert [one["slug"] for one in listed] == ["welcome"]


def test_a_faulty_template_is_refused_with_its_field_and_line() -> None:
    body = {"subject": "Hi", "html": "<p>\n{{ contact.__class__ }}</p>"}
    refused = ApiHouse().ask("PUT", "/api/templates/welcome", body)
    assert refused.status == 400
    assert refused.json["errors"][0]["pointer"] == "/html"
    assert "line 2" in refused.json["errors"][0]["detail"]


def test_an_import_is_taken_read_and_reported() -> None:
    house = ApiHouse()
    taken = house.import_csv("email,first_name\nann@mail.test,Ann\nnobody,X\nANN@mail.test,Y\n")
    assert taken.status == 202
    assert taken.json["status"] == "waiting"
    house.run_imports()
    found = house.ask("GET", taken.headers["Location"]).json
    assert (found["status"], found["rows"], found["totalRows"]) == ("done", 3, 3)
    assert (found["created"], found["skipped"]) == (1, 2)
    assert [error["row"] for error in found["errors"]] == [3, 4]
    assert found["errorCounts"] == {"invalid_address": 1, "duplicate": 1}
    contact = house.ring.contact_id(house.mine.tenant.id, "ann@mail.test")
    person = house.ask("GET", f"/api/contacts/{contact}").json
    assert person["email"] == "ann@mail.test"
    assert person["segments"] == [found["segmentId"]]
    assert house.ask("GET", "/api/segments/everybody").json["id"] == found["segmentId"]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        ("email,name\na@b.test,Zoë\n".encode("latin-1"), 400, "wrong_encoding"),
        ("email,name\na@b.test,Zo\ufffd\n", 400, "wrong_encoding"),
        ("name,company\nAnn,Acme\n", 400, "no_address_column"),
        ("", 400, "empty_file"),
        ('email,name\na@b.test,"' + "x" * 1_000_000 + '"\n', 400, "unreadable"),
        ("email\n" + "x" * 5_000_000, 413, "too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(
    data: str | bytes, status: int, code: str
) -> None:
    refused = ApiHouse().import_csv(data)
    assert refused.status == status
    found = refused.json
    assert code in {found["code"], *(error["code"] for error in found.get("errors", []))}


def test_an_import_is_a_csv_file() -> None:
    refused = ApiHouse().import_csv("{}", more={"content-type": "application/json"})
    assert refused.status == 400


def test_an_address_is_suppressed_listed_and_lifted() -> None:
    house = ApiHouse()
    added = house.ask("POST", "/api/suppressions", {"email": "Ann@Mail.test"})
    assert added.status == 201
    contact = added.json["contactId"]
    assert contact == house.ring.contact_id(house.mine.tenant.id, "ann@mail.test")
    listed = house.ask("GET", "/api/suppressions").json
    assert listed == {"data": [added.json], "nextCursor": None}
    assert house.ask("DELETE", f"/api/suppressions/{contact}").status == 200
    assert house.ask("DELETE", f"/api/suppressions/{contact}").status == 404


def pages(house: ApiHouse, path: str, limit: int) -> list[list[dict[str, object]]]:
    """Read a list to its end, page by page."""
    found, query = [], {"limit": str(limit)}
    while True:
        page = house.ask("GET", path, query=query).json
        found.append(page["data"])
        if page["nextCursor"] is None:
            return found
        query["cursor"] = page["nextCursor"]


def test_suppressions_are_listed_without_an_empty_page_wherever_they_lie() -> None:
    house = ApiHouse()
    added = [
        house.ask("POST", "/api/suppressions", {"email": f"a{number}@mail.test"}).json["contactId"]
        for number in range(9)
    ]
    found = pages(house, "/api/suppressions", 4)
    assert [len(page) for page in found] == [4, 4, 1]
    assert sorted(str(one["contactId"]) for page in found for one in page) == sorted(added)


@pytest.mark.parametrize("cursor", ["0/", "x#workspace", "#", "1"])
def test_a_cursor_that_no_page_of_suppressions_gave_is_refused(cursor: str) -> None:
    query = {"cursor": base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")}
    refused = ApiHouse().ask("GET", "/api/suppressions", query=query)
    assert (refused.status, codes(refused)) == (400, [("/cursor", "invalid_cursor")])


def test_a_list_that_ends_with_a_full_page_has_no_next_one() -> None:
    house = ApiHouse()
    for number in range(4):
        house.clock.move(seconds=1)
        house.ask("PUT", f"/api/templates/t{number}", WELCOME)
        house.ask("PUT", f"/api/segments/s{number}", {"name": "S"})
        house.ask("POST", "/api/campaigns", {"name": "C", "campaignType": "drip"})
    for path in ("/api/templates", "/api/segments", "/api/campaigns"):
        assert [len(page) for page in pages(house, path, 2)] == [2, 2]


def test_who_unsubscribed_can_only_come_back_by_themselves() -> None:
    house = ApiHouse()
    body = {"email": "ann@mail.test", "reason": "unsubscribed"}
    contact = house.ask("POST", "/api/suppressions", body).json["contactId"]
    assert house.ask("DELETE", f"/api/suppressions/{contact}").status == 409


def test_a_fault_of_ours_is_a_500_without_details_and_may_be_tried_again() -> None:
    house = ApiHouse()
    made = house.campaign()
    house.breaks = True
    path = f"/api/campaigns/{made['id']}/launch"
    failed = house.ask("POST", path, headers={"idempotency-key": "k1"})
    assert failed.status == 500
    assert failed.json["requestId"] == "request-1"
    assert "secret" not in failed.text
    house.breaks = False
    house.clock.move_to(house.clock.now() + timedelta(seconds=61))
    assert house.ask("POST", path, headers={"idempotency-key": "k1"}).status == 200


def test_no_address_is_in_a_log_or_in_core(capsys: pytest.CaptureFixture[str]) -> None:
    house = ApiHouse()
    house.import_csv("email\ncanary@mail.test\ncanary@@mail.test\n", more={"idempotency-key": "k2"})
    house.run_imports()
    body = {"email": "canary@mail.test"}
    house.ask("POST", "/api/suppressions", body, headers={"idempotency-key": "k"})
    house.ask("POST", "/api/suppressions", {"email": "canary@@mail.test"})
    written = capsys.readouterr()
    assert "canary" not in written.out + written.err + str(house.core.rows)


def test_a_key_that_asks_too_often_is_told_when_to_come_back() -> None:
    house = ApiHouse()
    first = house.ask("GET", "/api/campaigns")
    assert first.allowance["RateLimit"].startswith('"key";r=499;')
    replies = [house.ask("GET", "/api/segments") for _ in range(500)]
    assert [reply.status for reply in replies[-2:]] == [200, 429]
    refused = replies[-1]
    assert refused.json["code"] == "too_many_requests"
    assert refused.headers["Retry-After"] == "1"
    house.clock.move(seconds=1)
    assert house.ask("GET", "/api/segments").status == 200
