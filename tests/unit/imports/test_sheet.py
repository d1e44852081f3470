"""Tests of reading CSV from bytes, and of what makes a file unreadable."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.imports.lines import Unreadable
from penguinmails.imports.sheet import Sheet
from penguinmails.imports.upload import survey


def cells(data: bytes, size: int = 7) -> list[tuple[str, ...]]:
    return [record.cells for record in Sheet(parts(data, size)).records()]


def parts(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def test_a_byte_order_mark_and_all_line_ends_are_understood() -> None:
    data = b"\xef\xbb\xbfemail,name\r\na@b.test,Zo\xc3\xab\nc@d.test,Max\re@f.test,Kim"
    assert cells(data)[0] == ("email", "name")
    assert [row[1] for row in cells(data)[1:]] == ["Zoë", "Max", "Kim"]


def test_quoted_cells_keep_commas_quotes_and_line_breaks() -> None:
    data = b'email,company\na@b.test,"Smith, ""Sons""\r\n& Co"\n'
    assert cells(data)[1] == ("a@b.test", 'Smith, "Sons"\r\n& Co')


def test_semicolons_and_tabs_may_separate_the_cells() -> None:
    assert cells(b"email;name\na@b.test;Ann\n")[1] == ("a@b.test", "Ann")
    assert cells(b"email\tname\na@b.test\tAnn\n")[1] == ("a@b.test", "Ann")


def test_blank_lines_are_passed_over_but_numbered() -> None:
    rows = [record.after.row for record in Sheet([b"email\n\na@b.test\n,\nc@d.test"]).records()]
    assert rows == [1, 3, 5]


def test_a_wrong_encoding_is_one_error_that_names_the_byte() -> None:
    data = "email,name\na@b.test,Zoë\n".encode("latin-1")
    with pytest.raises(Unreadable) as refused:
        cells(data)
    assert refused.value.problems[0].code == "wrong_encoding"
    at = data.index(b"\xeb")
    assert f"position {at}" in refused.value.detail


def test_a_cell_of_a_megabyte_is_refused_without_being_kept() -> None:
    def endless() -> Iterator[bytes]:
        yield b'email,name\na@b.test,"'
        for _ in range(1_000):
            yield b"x" * 1_000
        pytest.fail("it read to the end")

    with pytest.raises(Unreadable) as refused:
        list(Sheet(endless()).records())
    assert "about row 2" in refused.value.detail


def test_a_cell_of_a_megabyte_in_many_lines_is_refused() -> None:
    data = b'email,name\na@b.test,"' + b"xxxxxxxxx\n" * 100_000
    with pytest.raises(Unreadable) as refused:
        cells(data, 4096)
    assert "never closed" in refused.value.detail


def test_a_short_quote_that_is_left_open_is_reported_with_its_row() -> None:
    records = list(Sheet([b'email,name\na@b.test,"Ann\nc@d.test,Bob\n']).records())
    assert [record.fault for record in records] == ["", "open_quote"]


def test_two_million_rows_are_refused_after_the_first_million() -> None:
    made = 0

    def rows() -> Iterator[bytes]:
        nonlocal made
        yield b"email\n"
        for _ in range(2_000):
            made += 1_000
            yield b"a@b.test\n" * 1_000

    with pytest.raises(Unreadable) as refused:
        survey(rows())
    assert refused.value.problems[0].code == "too_many_rows"
    assert made <= 1_001_000


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        survey(iter([b"\n\n"]))
    assert refused.value.problems[0].code == "empty_file"


@given(
    st.lists(st.lists(st.text('ab,"\n\r ë', max_size=6), min_size=2, max_size=2), max_size=12),
    st.integers(1, 9),
)
def test_reading_can_stop_after_any_record_and_go_on_there(
    rows: list[list[str]], size: int
) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for row in rows for cell in row]
    lines = [f"{one},{two}" for one, two in zip(quoted[::2], quoted[1::2], strict=True)]
    data = "\n".join(["email,name", *lines]).encode()
    whole = list(Sheet(parts(data, size)).records())
    for stop in whole:
        rest = Sheet(parts(data[stop.after.offset :], size), stop.after, ",").records()
        assert list(rest) == whole[whole.index(stop) + 1 :]
