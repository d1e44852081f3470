"""Tests of the ways in which files of contacts are taken, and what is told of their rows."""

import json

import pytest

from penguinmails.imports import errors as parts
from penguinmails.imports import page
from tests.functions.api_house import ApiHouse, Reply

NDJSON = {"content-type": "application/x-ndjson"}
CSV = {"content-type": "text/csv"}


def upload(house: ApiHouse, data: str, headers: dict[str, str], **query: str) -> Reply:
    reply = house.ask("POST", "/api/imports", data, headers=headers, query=query)
    house.run_imports()
    return reply


def imported(house: ApiHouse, data: str, headers: dict[str, str], **query: str) -> Reply:
    reply = upload(house, data, headers, **query)
    assert reply.status == 202, reply.text
    return house.ask("GET", reply.headers["Location"])


def found(house: ApiHouse, email: str) -> list[dict[str, object]]:
    data: list[dict[str, object]]
    data = house.ask("GET", "/api/contacts", query={"email": email}).json["data"]
    return data


def test_people_come_in_as_ndjson() -> None:
    house = ApiHouse()
    line = json.dumps({"email": "ada@example.com", "attributes": {"seats": 3}, "tags": ["vip"]})
    done = imported(house, line + "\n" + "{}\n", NDJSON).json
    assert (done["created"], done["skipped"], done["progress"]) == (1, 1, 1.0)
    (ada,) = found(house, "ada@example.com")
    assert (ada["attributes"], ada["tags"]) == ({"seats": 3}, ["vip"])


def test_columns_are_mapped_and_left_out_and_the_consent_is_noted() -> None:
    house = ApiHouse()
    mapping = json.dumps({"Mail": "email", "Vorname": "first_name", "Notes": None})
    data = "Mail,Vorname,Notes\nada@example.com,Ada,secret\n"
    imported(house, data, CSV, mapping=mapping, consent="Trade fair")
    (ada,) = found(house, "ada@example.com")
    assert ada["attributes"] == {"first_name": "Ada"}
    assert ada["consents"] == {"Trade fair": "2026-03-02T09:00:00Z"}


def test_people_who_are_there_are_left_alone_in_the_mode_skip() -> None:
    house = ApiHouse()
    imported(house, "email,first_name\nada@example.com,Ada\n", CSV)
    data = "email,first_name\nada@example.com,Eve\nbob@example.com,Bob\n"
    done = imported(house, data, CSV, mode="skip").json
    assert (done["mode"], done["created"], done["existing"]) == ("skip", 1, 1)
    assert found(house, "ada@example.com")[0]["attributes"] == {"first_name": "Ada"}


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"mode": "replace"}, "/mode", "unknown_value"),
        ({"mapping": "{"}, "/mapping", "invalid_mapping"),
        ({"mapping": "[]"}, "/mapping", "invalid_mapping"),
        ({"mapping": '{"email": 1}'}, "/mapping", "invalid_mapping"),
        ({"mapping": '{"Nobody": "email"}'}, "/mapping/Nobody", "unknown_column"),
        ({"mapping": "x" * 6_001}, "/mapping", "too_long"),
        ({"consent": "two\nlines"}, "/consent", "invalid_consent"),
        ({"columns": "{}"}, "/columns", "unknown_field"),
    ],
)
def test_an_import_that_is_asked_for_wrongly_is_refused(
    query: dict[str, str], pointer: str, code: str
) -> None:
    house = ApiHouse()
    reply = upload(house, "email\nada@example.com\n", CSV, **query)
    assert reply.status == 400
    assert (reply.json["errors"][0]["pointer"], reply.json["errors"][0]["code"]) == (pointer, code)
    assert found(house, "ada@example.com") == []


def test_a_file_that_is_no_ndjson_is_refused() -> None:
    reply = upload(ApiHouse(), "email\nada@example.com\n", NDJSON)
    assert (reply.status, reply.json["code"]) == (400, "invalid_input")


def test_all_errors_are_downloaded_as_csv_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE_ROWS", 2)
    monkeypatch.setattr(parts, "PAGES_A_PART", 1)
    house = ApiHouse()
    path = upload(house, "email\nnobody\nno one\nnone\n", CSV).headers["Location"] + "/errors"
    first = house.ask("GET", path)
    assert first.status == 200
    assert first.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert first.headers["Content-Disposition"].startswith("attachment")
    assert first.text.startswith("row,column,code,detail\r\n2,email,invalid_address,")
    assert first.headers["Link"] == f'<{path}?part=2>; rel="next"'
    second = house.ask("GET", path, query={"part": "2"})
    assert second.text.startswith("4,email,invalid_address,")
    assert "Link" not in second.headers
    assert house.ask("GET", path, query={"part": "3"}).status == 404
    assert house.ask("GET", path, query={"part": "0"}).status == 400
    assert house.ask("GET", path, key="theirs").status == 404


def test_an_import_without_errors_has_a_header_to_download() -> None:
    house = ApiHouse()
    path = upload(house, "email\nada@example.com\n", CSV).headers["Location"]
    assert house.ask("GET", f"{path}/errors").text == "row,column,code,detail\r\n"
