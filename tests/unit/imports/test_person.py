"""Tests of reading a row: what is taken, what is left out, what is skipped, and why."""

import pytest

from penguinmails.contacts.person import Person
from penguinmails.imports.header import read_header
from penguinmails.imports.job import Position, RowError
from penguinmails.imports.lines import Record, Unreadable
from penguinmails.imports.person import read_person

HEADER = ["Email", "First Name", "company_size", "lead_score", "tags", "time_zone", "locale"]
LAYOUT = read_header(HEADER, ",")


def read(*cells: str) -> tuple[Person | None, list[RowError]]:
    padded = [*cells, *[""] * (len(HEADER) - len(cells))]
    return read_person(Record(tuple(padded), Position(0, 7)), LAYOUT)


def person_of(*cells: str) -> Person:
    person, errors = read(*cells)
    assert person is not None
    assert not errors
    return person


def test_a_whole_row_is_read() -> None:
    person = person_of(
        " Zoe@Mail.Example.ORG ", "Zoë", "250", "-5", "vip; trial;", "Asia/Tokyo", "ja"
    )
    assert person == Person(
        "zoe@mail.example.org",
        {"first_name": "Zoë", "company_size": 250},
        frozenset({"vip", "trial"}),
        -5,
        "Asia/Tokyo",
        "ja",
    )


@pytest.mark.parametrize("text", ["007", "+49 30", "1.5", "12345678901234567", "١٢"])
def test_only_clean_whole_numbers_become_numbers(text: str) -> None:
    assert person_of("a@b.test", text).attributes == {"first_name": text}


@pytest.mark.parametrize("address", ["", "nobody", "a@@b.test", "a b@c.test", "a@", "a@b"])
def test_a_row_without_a_usable_address_is_skipped_and_the_address_not_told(address: str) -> None:
    person, errors = read(address, "Ann")
    assert person is None
    assert (errors[0].row, errors[0].column, errors[0].code) == (7, "email", "invalid_address")
    assert not address or address not in errors[0].detail


def test_a_cell_that_makes_no_sense_is_left_out_and_reported() -> None:
    person, errors = read("a@b.test", "Ann", "", "many", ";".join("x" * 60), "Mars", "!")
    assert person == Person("a@b.test", {"first_name": "Ann"})
    codes = ["invalid_score", "invalid_tags", "unknown_time_zone", "invalid_locale"]
    assert [error.code for error in errors] == codes


def test_ragged_rows_are_skipped_with_both_counts() -> None:
    short, errors = read_person(Record(("a@b.test", "Ann"), Position(0, 3)), LAYOUT)
    assert short is None
    assert errors[0].detail == "the row has 2 cells, and the header 7"
    long, errors = read("a@b.test", *["x"] * 7)
    assert long is None
    assert errors[0].code == "ragged_row"


def test_empty_cells_after_the_last_column_do_no_harm() -> None:
    assert person_of("a@b.test", *[""] * 9).email == "a@b.test"


def test_a_cell_that_is_too_long_is_skipped_with_its_column() -> None:
    person, errors = read("a@b.test", "x" * 8_001)
    assert person is None
    assert (errors[0].column, errors[0].code) == ("first_name", "cell_too_long")


@pytest.mark.parametrize("name", ["email", "E-Mail", "EMAIL ADDRESS", "email_address", "e-mail"])
def test_the_address_column_goes_by_its_usual_names(name: str) -> None:
    assert read_header([name, "x"], ",").columns == ("email", "x")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["name", "company"], "no_address_column"),
        (["a@b.test", "Ann"], "no_address_column"),
        (["email", "First Name", "firstName"], "duplicate_column"),
        (["email", *[f"c{n}" for n in range(64)]], "too_many_columns"),
    ],
)
def test_a_header_that_names_no_people_is_refused(cells: list[str], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_header(cells, ",")
    assert refused.value.problems[0].code == code
