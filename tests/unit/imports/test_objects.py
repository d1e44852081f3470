"""Tests of NDJSON: one object a line, and what makes a line or a file unusable."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from penguinmails.contacts.person import Person
from penguinmails.errors import InvalidInput
from penguinmails.imports.job import FileFormat, ImportOptions, Layout, Position, RowError
from penguinmails.imports.lines import Record, Unreadable
from penguinmails.imports.objects import Objects
from penguinmails.imports.person import read_person
from penguinmails.imports.upload import survey
from penguinmails.properties.property import Property, PropertyType

NDJSON = ImportOptions(FileFormat.NDJSON)
NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DECLARED = {"size": Property("size", PropertyType.NUMBER, "Size", NOW_AT)}


def records(data: bytes, size: int = 7) -> list[Record]:
    return list(Objects(parts(data, size)).records())


def parts(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def read(line: str, names: Mapping[str, str] | None = None) -> tuple[Person | None, list[RowError]]:
    (record,) = records(line.encode())
    return read_person(record, Layout((), "", FileFormat.NDJSON, names or {}), DECLARED)


def test_a_line_is_a_person_with_typed_values() -> None:
    person, errors = read(
        '{"email": "Ann@B.test", "firstName": "Ann", "vip": true, "ratio": 1.5, "zip": "01234",'
        ' "tags": ["a", "b"], "leadScore": 7, "timezone": "UTC", "locale": "de",'
        ' "attributes": {"plan": {"level": 2}}, "note": null, "empty": "", "size": "12"}'
    )
    assert errors == []
    attributes: dict[str, Any] = {
        "first_name": "Ann",
        "vip": True,
        "ratio": 1.5,
        "zip": "01234",
        "plan": {"level": 2},
        "size": 12,
    }
    assert person == Person("ann@b.test", attributes, frozenset({"a", "b"}), 7, "UTC", "de")


def test_keys_may_be_named_anew_and_left_out() -> None:
    person, errors = read(
        '{"Mail": "a@b.test", "Firma": "Acme", "secret": "x"}',
        {"Mail": "email", "Firma": "company", "secret": ""},
    )
    assert errors == []
    assert person == Person("a@b.test", {"company": "Acme"})


def test_blank_lines_and_a_byte_order_mark_do_no_harm() -> None:
    found = records(b'\xef\xbb\xbf{"email": "a@b.test"}\r\n\n  \n{"email": "c@d.test"}')
    assert [record.after.row for record in found] == [1, 4]
    assert [record.fields for record in found] == [{"email": "a@b.test"}, {"email": "c@d.test"}]


def test_reading_can_stop_after_any_record_and_go_on_there() -> None:
    data = b'{"n": 1}\n\n{"n": 2}\r\n{broken\n{"n": 3}'
    whole = records(data)
    for number, stop in enumerate(whole, start=1):
        rest = Objects(parts(data[stop.after.offset :], 5), stop.after).records()
        assert list(rest) == whole[number:]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "invalid_json"),
        ("[1]", "invalid_json"),
        ('"a@b.test"', "invalid_json"),
        ("a@b.test,Ann", "invalid_json"),
        ('{"a": NaN}', "invalid_json"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"a": {"b": 1, "b": 2}}', "duplicate_key"),
        ('{"a": "' + "x" * 64_000 + '"}', "row_too_long"),
        ("[" * 60_000, "invalid_json"),
        ('{"a": 1' + "0" * 5_000 + "}", "invalid_json"),
    ],
)
def test_a_line_that_is_no_object_is_skipped_with_its_number(line: str, fault: str) -> None:
    before, bad = records(b'{"email": "a@b.test"}\n' + line.encode(), 4096)
    assert before.fault == ""
    person, errors = read_person(bad, Layout((), "", FileFormat.NDJSON))
    assert person is None
    assert [(error.row, error.code) for error in errors] == [(2, fault)]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ('{"name": "Ann"}', ["invalid_address"]),
        ('{"email": 5}', ["invalid_address"]),
        ('{"email": "a@b.test", "E-Mail": "c@d.test"}', ["duplicate_key"]),
        ("{" + ", ".join(f'"k{n}": 1' for n in range(65)) + "}", ["too_many_columns"]),
    ],
)
def test_an_object_that_is_no_person_is_skipped(line: str, codes: list[str]) -> None:
    person, errors = read(line)
    assert person is None
    assert [error.code for error in errors] == codes


@pytest.mark.parametrize(
    ("field", "column", "code"),
    [
        ('"size": "many"', "size", "not_a_number"),
        ('"leadScore": 1.5', "lead_score", "invalid_score"),
        ('"tags": 5', "tags", "invalid_tags"),
        ('"deep": [[[[[1]]]]]', "deep", "invalid_value"),
        ('"text": "\\ud800"', "text", "text_too_long"),
    ],
)
def test_a_field_that_makes_no_sense_is_left_out_and_reported(
    field: str, column: str, code: str
) -> None:
    person, errors = read('{"email": "a@b.test", "name": "Ann", ' + field + "}")
    assert person == Person("a@b.test", {"name": "Ann"})
    assert [(error.column, error.code) for error in errors] == [(column, code)]
    assert errors[0].detail.endswith("it was left out")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\n \n", "empty_file"),
        (b"email,name\na@b.test,Ann\n", "not_ndjson"),
        (b'[{"email": "a@b.test"}]', "not_ndjson"),
        (b'{"email": "a@b.test"}\n"' + b"x" * 300_000, "unreadable"),
        ('{"email": "zoë@b.test"}'.encode("latin-1"), "wrong_encoding"),
    ],
)
def test_a_file_that_is_no_ndjson_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        survey(iter([data]), NDJSON)
    assert refused.value.problems[0].code == code


def test_a_good_file_is_counted() -> None:
    data = b'{"email": "a@b.test"}\n\n{broken\n{"email": "c@d.test"}\n'
    assert survey(iter([data]), NDJSON) == (Layout((), "", FileFormat.NDJSON), 3)


def test_two_million_lines_are_refused_after_the_first_million() -> None:
    with pytest.raises(Unreadable) as refused:
        list(Objects(iter([b"{}\n"] * 5), Position(0, 999_998)).records())
    assert refused.value.problems[0].code == "too_many_rows"


@pytest.mark.parametrize(
    ("columns", "pointer", "code"),
    [
        ({"Nobody": "name"}, "/mapping/Nobody", "unknown_column"),
        ({"a/b": "name"}, "/mapping/a~1b", "unknown_column"),
        ({"Mail": ""}, "/mapping/Mail", "invalid_name"),
        ({"Mail": "a@b.test"}, "/mapping/Mail", "invalid_name"),
        ({f"c{n}": None for n in range(65)}, "/mapping", "too_many_columns"),
    ],
)
def test_a_column_that_cannot_be_named_is_refused(
    columns: dict[str, str | None], pointer: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        survey(iter([b"Mail,Name\na@b.test,Ann\n"]), ImportOptions(columns=columns))
    assert [(p.pointer, p.code) for p in refused.value.problems] == [(pointer, code)]


def test_columns_are_named_by_their_headings_and_null_leaves_one_out() -> None:
    options = ImportOptions(columns={"Mail": "email", "Firma": "Company Name", "Name": None})
    layout, _ = survey(iter([b"Mail,Firma,Name,Other\na@b.test,A,B,C\n"]), options)
    assert layout.columns == ("email", "company_name", "", "other")


def test_no_two_columns_get_one_name() -> None:
    options = ImportOptions(columns={"Mail": "email"})
    with pytest.raises(Unreadable) as refused:
        survey(iter([b"Mail,email\na@b.test,c@d.test\n"]), options)
    assert refused.value.problems[0].code == "duplicate_column"
