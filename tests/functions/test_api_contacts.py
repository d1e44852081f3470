"""Tests of contacts, their properties and their jobs as the API's callers see them."""

from typing import Any

import pytest

from penguinmails.enrollments.enrollment import Ref
from tests.functions.api_house import ApiHouse
from tests.functions.everything import everything

ADA = "ada@example.com"
NOBODY = "01955d71-6c00-7e4b-b0a3-8f21c5d47e90"


def put(house: ApiHouse, email: str = ADA, **said: object) -> dict[str, Any]:
    reply = house.ask("POST", "/api/contacts", {"email": email, **said})
    assert reply.status in {200, 201}, reply.text
    return reply.json


def test_a_contact_is_created_and_then_merged_by_address() -> None:
    house = ApiHouse()
    house.ask("PUT", "/api/segments/readers", {"name": "Readers"})
    said = {
        "email": " Ada@EXAMPLE.com",
        "attributes": {"firstName": "Ada", "seats": 3},
        "tags": ["vip"],
        "leadScore": 5,
        "timezone": "Europe/Vienna",
        "locale": "de-AT",
        "consent": "Signup form",
        "segments": ["readers"],
    }
    first = house.ask("POST", "/api/contacts", said)
    assert first.status == 201
    assert first.headers["Location"] == f"/api/contacts/{first.json['id']}"
    assert first.json["attributes"] == {"first_name": "Ada", "seats": 3}
    assert list(first.json["consents"]) == ["Signup form"]
    assert len(first.json["segments"]) == 1
    again = house.ask("POST", "/api/contacts", {"email": ADA, "tags": ["beta"]})
    assert again.status == 200
    assert again.json == {
        **first.json,
        "tags": ["beta", "vip"],
        "updatedAt": again.json["updatedAt"],
    }


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({}, "/email", "missing"),
        ({"email": "nobody"}, "/email", "invalid_address"),
        ({"email": ADA, "leadScore": "5"}, "/leadScore", "invalid_value"),
        ({"email": ADA, "leadScore": 10**12}, "/leadScore", "invalid_score"),
        ({"email": ADA, "timezone": "Mars"}, "/timezone", "unknown_time_zone"),
        ({"email": ADA, "locale": "?"}, "/locale", "invalid_locale"),
        ({"email": ADA, "tags": [""]}, "/tags", "invalid_tags"),
        ({"email": ADA, "consent": "two\nlines"}, "/consent", "invalid_consent"),
        ({"email": ADA, "segments": ["none"]}, "/segments/0", "unknown_segment"),
        ({"email": ADA, "segments": ["x"] * 21}, "/segments", "invalid_value"),
        ({"email": ADA, "attributes": {"email": "x"}}, "/attributes/email", "reserved_name"),
        ({"email": ADA, "attributes": []}, "/attributes", "invalid_value"),
        ({"email": ADA, "attributes": {"seats": "?"}}, "/attributes/seats", "not_a_number"),
        ({"email": ADA, "score": 1}, "/score", "unknown_field"),
    ],
)
def test_what_cannot_be_kept_of_a_contact_is_refused(
    said: dict[str, object], pointer: str, code: str
) -> None:
    house = ApiHouse()
    house.ask("PUT", "/api/properties/seats", {"type": "number"})
    reply = house.ask("POST", "/api/contacts", said)
    assert reply.status == 400
    assert (reply.json["errors"][0]["pointer"], reply.json["errors"][0]["code"]) == (pointer, code)


def test_contacts_are_listed_by_segment_and_tag_and_found_by_address() -> None:
    house = ApiHouse()
    segment = house.ask("PUT", "/api/segments/readers", {"name": "Readers"}).json["id"]
    ids = [put(house, f"p{n}@example.com", tags=[f"t{n % 2}"])["id"] for n in range(4)]
    put(house, "p1@example.com", segments=["readers"])

    def found(**query: str) -> list[str]:
        reply = house.ask("GET", "/api/contacts", query=query)
        assert reply.status == 200, reply.text
        return [each["id"] for each in reply.json["data"]]

    assert sorted(found()) == sorted(ids)
    assert sorted(found(tag="t0")) == sorted([ids[0], ids[2]])
    assert found(segment="readers") == found(segment=segment) == [ids[1]]
    assert found(segment="readers", tag="t0") == []
    assert found(email="P2@example.com") == [ids[2]]
    assert found(email="p2@example.com", tag="t1") == []
    assert found(email="eve@example.com") == []


def test_contacts_are_read_page_by_page() -> None:
    house = ApiHouse()
    ids = {put(house, f"p{n}@example.com")["id"] for n in range(5)}
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = house.ask("GET", "/api/contacts", query=query).json
        seen += [each["id"] for each in page["data"]]
        if page["nextCursor"] is None:
            break
        query["cursor"] = page["nextCursor"]
    assert len(seen) == len(ids)
    assert {*seen} == ids


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"segment": "none"}, "/segment"),
        ({"email": "nobody"}, "/email"),
        ({"cursor": "AAAA"}, "/cursor"),
        ({"limit": "0"}, "/limit"),
        ({"name": "Ada"}, "/name"),
    ],
)
def test_a_list_that_cannot_be_given_is_refused(query: dict[str, str], pointer: str) -> None:
    reply = ApiHouse().ask("GET", "/api/contacts", query=query)
    assert (reply.status, reply.json["errors"][0]["pointer"]) == (400, pointer)


def test_a_contact_is_changed_in_what_is_said_only() -> None:
    house = ApiHouse()
    made = put(house, attributes={"a": 1, "b": 2}, tags=["x"], locale="de", leadScore=3)
    path = f"/api/contacts/{made['id']}"
    change = {"attributes": {"a": None, "c": 3}, "tags": ["y"], "locale": None}
    found = house.ask("PATCH", path, change).json
    assert found["attributes"] == {"b": 2, "c": 3}
    assert (found["tags"], found["locale"], found["leadScore"]) == (["y"], None, 3)
    assert house.ask("GET", path).json == {**found, "enrollments": []}
    assert house.ask("PATCH", path, {"email": "new@example.com"}).status == 400
    assert house.ask("PATCH", f"/api/contacts/{NOBODY}", {}).status == 404


def test_a_deleted_contact_is_gone_and_what_it_was_enrolled_in_has_ended() -> None:
    house = ApiHouse()
    made = put(house)
    path = f"/api/contacts/{made['id']}"
    gone = house.ask("DELETE", path)
    assert (gone.status, gone.json) == (200, {"status": "deleted", "exited": 0})
    assert house.ask("GET", path).status == house.ask("DELETE", path).status == 404


def enrolled(house: ApiHouse) -> str:
    """Enroll somebody, note it beside the contact, and give the contact's id."""
    places = everything(house, "mine", "welcome")
    contact, campaign = places["contact"][0], places["campaign"][0]
    house.enroll(Ref(house.mine.tenant.id, campaign, 1, contact))
    return contact


def test_a_timeline_tells_what_happened_newest_first_page_by_page() -> None:
    house = ApiHouse()
    path = f"/api/contacts/{enrolled(house)}/timeline"
    whole = house.ask("GET", path).json
    assert [each["type"] for each in whole["data"]] == ["accepted", "enrolled"]
    assert whole["data"][0]["step"] == "hello"
    assert whole["data"][0]["what"] == "the email was sent"
    first = house.ask("GET", path, query={"limit": "1"}).json
    rest = house.ask("GET", path, query={"cursor": first["nextCursor"]}).json
    assert first["data"] + rest["data"] == whole["data"]
    assert rest["nextCursor"] is None
    assert house.ask("GET", f"/api/contacts/{NOBODY}/timeline").status == 404


def test_i_31_an_erased_contact_leaves_no_address_behind() -> None:
    house = ApiHouse()
    headers = {"idempotency-key": "once"}
    said = {"email": "canary@example.com"}
    contact = house.ask("POST", "/api/contacts", said, headers=headers).json["id"]
    asked = house.ask(
        "POST", f"/api/contacts/{contact}/erase", headers=headers | {"idempotency-key": "e"}
    )
    assert asked.status == 202
    assert asked.json["status"] == "waiting"
    house.run_imports()
    done = house.ask("GET", asked.headers["Location"]).json
    assert (done["status"], done["progress"], done["kind"]) == ("done", 1.0, "erasure")
    assert house.ask("GET", f"/api/contacts/{contact}").status == 404
    assert "canary" not in str(house.core.rows)
    entries = house.ask("GET", "/api/suppressions").json["data"]
    assert [(each["contactId"], each["reason"]) for each in entries] == [(contact, "erased")]


def test_nobody_can_lift_what_an_erasure_left() -> None:
    house = ApiHouse()
    contact = put(house)["id"]
    house.ask("POST", f"/api/contacts/{contact}/erase")
    house.run_imports()
    reply = house.ask("DELETE", f"/api/suppressions/{contact}")
    assert (reply.status, reply.json["detail"].partition(";")[0]) == (409, "the contact was erased")


def test_the_same_request_for_an_erasure_is_answered_the_same_once_the_person_is_gone() -> None:
    house = ApiHouse()
    path = f"/api/contacts/{put(house)['id']}/erase"
    headers = {"idempotency-key": "once"}
    house.attempts.losing = True
    first = house.ask("POST", path, headers=headers).json
    house.attempts.losing = False
    house.run_imports()
    house.clock.move(minutes=5)
    again = house.ask("POST", path, headers=headers)
    assert (again.status, again.json["id"], again.json["status"]) == (202, first["id"], "done")


def test_an_export_leads_to_a_file_until_the_person_is_erased() -> None:
    house = ApiHouse()
    contact = put(house)["id"]
    job = house.ask("POST", f"/api/contacts/{contact}/export").headers["Location"]
    assert house.ask("GET", job).json["fileUrl"] is None
    house.run_imports()
    done = house.ask("GET", job).json
    assert done["fileUrl"].startswith("https://files.example.com/")
    assert ADA not in done["fileUrl"]
    house.ask("POST", f"/api/contacts/{contact}/erase")
    house.run_imports()
    assert house.ask("GET", job).json["fileUrl"] is None


@pytest.mark.parametrize("deed", ["erase", "export"])
def test_nothing_is_begun_for_somebody_who_is_not_there(deed: str) -> None:
    house = ApiHouse()
    for contact in (NOBODY, "ada"):
        assert house.ask("POST", f"/api/contacts/{contact}/{deed}").status == 404
    assert house.queues.receive() is None
    assert house.ask("GET", f"/api/jobs/{NOBODY}").status == 404


def test_nobody_can_ask_to_suppress_an_address_as_erased() -> None:
    house = ApiHouse()
    reply = house.ask("POST", "/api/suppressions", {"email": ADA, "reason": "erased"})
    assert reply.status == 400
    assert reply.json["errors"][0]["pointer"] == "/reason"
    assert reply.json["errors"][0]["code"] == "unknown_value"
    assert house.ask("GET", "/api/suppressions").json["data"] == []


def test_properties_are_declared_relabelled_listed_and_taken_back() -> None:
    house = ApiHouse()
    path = "/api/properties/company_size"
    made = house.ask("PUT", path, {"type": "number"})
    assert (made.status, made.json["label"]) == (200, "company_size")
    named = house.ask("PUT", path, {"type": "number", "label": "Company size"}).json
    assert named == {**made.json, "label": "Company size"} == house.ask("GET", path).json
    house.ask("PUT", "/api/properties/birthday", {"type": "date"})
    first = house.ask("GET", "/api/properties", query={"limit": "1"}).json
    second = house.ask("GET", "/api/properties", query={"cursor": first["nextCursor"]}).json
    assert [each["slug"] for each in first["data"] + second["data"]] == ["birthday", "company_size"]
    assert second["nextCursor"] is None
    assert house.ask("PUT", path, {"type": "text"}).status == 409
    assert house.ask("DELETE", path).json == {"status": "removed"}
    assert house.ask("GET", path).status == house.ask("DELETE", path).status == 404


@pytest.mark.parametrize(
    ("slug", "body", "pointer"),
    [
        ("seats", {}, "/type"),
        ("seats", {"type": "color"}, "/type"),
        ("seats", {"type": "text", "label": "two\nlines"}, "/label"),
        ("email", {"type": "text"}, "/slug"),
        ("Seats", {"type": "text"}, "/slug"),
    ],
)
def test_a_property_that_cannot_be_is_refused(slug: str, body: object, pointer: str) -> None:
    reply = ApiHouse().ask("PUT", f"/api/properties/{slug}", body)
    assert (reply.status, reply.json["errors"][0]["pointer"]) == (400, pointer)
