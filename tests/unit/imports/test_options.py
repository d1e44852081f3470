"""Tests of what an uploader may ask for: modes, consent, formats, and all errors as CSV."""

import csv
import io

import pytest

from penguinmails.errors import InvalidInput, NotFound
from penguinmails.imports import errors as parts
from penguinmails.imports import page
from penguinmails.imports.errors import ErrorPorts, errors_file, safe_cell
from penguinmails.imports.job import (
    FileFormat,
    ImportJob,
    ImportMode,
    ImportOptions,
    ImportStatus,
    RowOutcome,
)
from penguinmails.imports.ports import UploadPorts
from penguinmails.imports.upload import take_upload
from penguinmails.properties.declare import PropertyPorts, declare
from tests.unit.imports.test_page import NOW_AT, TENANT, House, rows

SKIP = ImportOptions(mode=ImportMode.SKIP)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE_ROWS", 4)


def imported(house: House, name: str, data: str, options: ImportOptions) -> ImportJob:
    ports = UploadPorts(
        house.imports, house.segments, house.blobs, house.timer, house.queues, house.clock
    )
    take_upload(TENANT, name, data.encode(), "everybody", ports, options)
    house.run()
    return house.imports.get(TENANT, name)


def errors_of(house: House, name: str) -> list[list[str]]:
    text, more, part = "", True, 0
    while more:
        part += 1
        found, more = errors_file(TENANT, name, part, ErrorPorts(house.imports, house.blobs))
        text += found
    return list(csv.reader(io.StringIO(text)))


# ---- modes


def test_people_who_are_there_are_left_alone_if_asked() -> None:
    house = House()
    house.import_all("i1", "email,first_name\np1@b.test,Old\n")
    before = house.contact("p1@b.test")
    house.clock.move(hours=1)
    done = imported(house, "i2", rows(6, again="p2@b.test,Other"), SKIP)
    assert done.outcomes == {
        RowOutcome.CREATED: 5,
        RowOutcome.EXISTING: 1,
        RowOutcome.SKIPPED: 1,
    }
    assert house.contact("p1@b.test") == before
    assert len(house.contact("p2@b.test").segments) == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("table", ["people", "core"])
def test_a_crash_in_that_mode_changes_no_count(table: str, after: bool) -> None:  # noqa: FBT001
    for number in range(1, 14):
        house = House()
        house.import_all("i1", "email,first_name\np1@b.test,Old\n")
        broken = house.people if table == "people" else house.core
        ports = UploadPorts(
            house.imports, house.segments, house.blobs, house.timer, house.queues, house.clock
        )
        take_upload(TENANT, "i2", rows(6).encode(), "everybody", ports, SKIP)
        broken.fail_at, broken.after = broken.writes + number, after
        house.run()
        done = house.imports.get(TENANT, "i2")
        assert done.status is ImportStatus.DONE
        assert done.outcomes == {RowOutcome.CREATED: 5, RowOutcome.EXISTING: 1}


# ---- consent


def test_where_people_agreed_is_kept_with_the_first_time_that_we_heard_it() -> None:
    house = House()
    form = ImportOptions(consent=" Form 2026 ")
    imported(house, "i1", rows(2), form)
    house.clock.move(hours=1)
    done = imported(house, "i2", rows(2), form)
    assert done.outcomes == {RowOutcome.UNCHANGED: 2}
    imported(house, "i3", rows(1), ImportOptions(consent="Fair"))
    later_at = NOW_AT.replace(hour=10)
    assert house.contact("p0@b.test").consents == {"Form 2026": NOW_AT, "Fair": later_at}
    assert house.contact("p1@b.test").consents == {"Form 2026": NOW_AT}


def test_a_consent_that_is_no_line_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        imported(House(), "i1", rows(1), ImportOptions(consent="two\nlines"))
    assert [(p.pointer, p.code) for p in refused.value.problems] == [
        ("/consent", "invalid_consent")
    ]


# ---- formats and types


def test_ndjson_is_read_page_by_page_and_each_line_counted_once() -> None:
    house = House()
    lines = [f'{{"email": "p{n}@b.test", "size": {n}}}' for n in range(9)]
    data = "\n".join([*lines[:5], "", "{broken", *lines[5:], lines[0]])
    done = imported(house, "i1", data, ImportOptions(FileFormat.NDJSON))
    assert done.outcomes == {RowOutcome.CREATED: 9, RowOutcome.SKIPPED: 2}
    assert done.total == 11
    assert [(error.row, error.code) for error in done.errors] == [
        (7, "invalid_json"),
        (12, "duplicate"),
    ]
    assert house.contact("p3@b.test").attributes == {"size": 3}
    assert f"{TENANT}/i1.ndjson" in house.blobs.files


def test_a_declared_column_is_checked_and_its_error_names_it() -> None:
    house = House()
    given = PropertyPorts(house.properties, house.clock)
    declare(TENANT, "size", "number", "Size", given)
    declare(TENANT, "zip", "text", "Postcode", given)
    done = house.import_all("i1", "email,Size,ZIP\na@b.test,1.5,12345\nc@d.test,many,x\n")
    assert house.contact("a@b.test").attributes == {"size": 1.5, "zip": "12345"}
    assert house.contact("c@d.test").attributes == {"zip": "x"}
    assert [(e.row, e.column, e.code) for e in done.errors] == [(3, "size", "not_a_number")]


def test_progress_is_the_part_of_the_rows_that_was_read() -> None:
    house = House()
    upload = house.upload("i1", rows(8))
    assert upload.progress == 0
    message = house.queues.receive()
    assert message is not None
    page.read_page(TENANT, "i1", house.ports())
    assert house.imports.get(TENANT, "i1").progress == 0.5
    house.run()
    assert house.imports.get(TENANT, "i1").progress == 1


# ---- errors


def test_all_errors_can_be_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PAGES_A_PART", 3)
    house = House()
    done = house.import_all("i1", "email\n" + "nobody\n" * 50 + "a@b.test\n" * 9 + "x\n")
    found = errors_of(house, "i1")
    assert found[0] == ["row", "column", "code", "detail"]
    assert [int(row[0]) for row in found[1:]] == [*range(2, 52), *range(53, 62)]
    assert len(done.errors) == 59
    assert len(done.parts) == 5


def test_there_is_no_part_of_errors_after_the_last() -> None:
    house = House()
    house.import_all("i1", "email\nnobody\n")
    with pytest.raises(NotFound):
        errors_file(TENANT, "i1", 2, ErrorPorts(house.imports, house.blobs))


def test_an_import_without_errors_has_a_header_only() -> None:
    house = House()
    house.import_all("i1", rows(3))
    assert errors_of(house, "i1") == [["row", "column", "code", "detail"]]


@pytest.mark.parametrize("after", [False, True])
def test_a_page_that_is_read_again_adds_no_error_twice(after: bool) -> None:  # noqa: FBT001
    for number in range(1, 8):
        house = House()
        house.upload("i1", "email\n" + "nobody\n" * 20)
        house.core.fail_at, house.core.after = house.core.writes + number, after
        house.run()
        assert [int(row[0]) for row in errors_of(house, "i1")[1:]] == [*range(2, 22)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(f"a{text}") == f"a{text}"


def test_another_workspaces_errors_are_not_there() -> None:
    """I-16."""
    house = House()
    house.import_all("i1", "email\nnobody\n")
    with pytest.raises(NotFound):
        errors_file("another", "i1", 1, ErrorPorts(house.imports, house.blobs))
