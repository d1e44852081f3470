"""Reads CSV record by record from bytes as they come, within bounds, and knows where it is."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from penguinmails.errors import InvalidInput, Problem
from penguinmails.imports.job import Position

MOST_ROWS = 1_000_000
LONGEST_LINE = 256_000
LONGEST_ROW = 64_000
_START = Position()
_DELIMITERS = ",;\t"


class Unreadable(InvalidInput):
    """The file as a whole cannot be read."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(Problem("", code, detail))
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Record:
    """One record and where the next begins; `fault` is the code of what makes it unusable."""

    cells: tuple[str, ...]
    after: Position
    fault: str = ""


class Sheet:
    """One reading of a CSV file, from its beginning or from a position in it.

    The delimiter is a comma, unless the first line has more semicolons or tabs.
    """

    def __init__(
        self, chunks: Iterable[bytes], start: Position = _START, delimiter: str = ""
    ) -> None:
        self._lines = _Lines(chunks, start.offset)
        self._row = start.row
        self.delimiter = delimiter or self._guess()

    def records(self) -> Iterator[Record]:
        """Yield the records that are not blank; raises Unreadable."""
        reader = csv.reader(self._lines, delimiter=self.delimiter)
        while (cells := self._next(reader)) is not None:
            self._row += 1
            if self._row > MOST_ROWS + 1:
                raise Unreadable("too_many_rows", _TOO_MANY)
            if any(cell.strip() for cell in cells):
                yield Record(tuple(cells), Position(self._lines.end, self._row), self._fault())
            self._lines.taken.clear()

    def _guess(self) -> str:
        try:
            first = self._lines.peek()
        except _LineTooLong as error:
            raise Unreadable("unreadable", _unclosed(1)) from error
        return max(_DELIMITERS, key=first.count)

    def _next(self, reader: Iterator[list[str]]) -> list[str] | None:
        try:
            return next(reader, None)
        except (csv.Error, _LineTooLong) as error:
            raise Unreadable("unreadable", _unclosed(self._row + 1)) from error

    def _fault(self) -> str:
        lines = self._lines.taken
        if sum(map(len, lines)) > LONGEST_ROW:
            return "row_too_long"
        if len(lines) > 1 and sum(line.count('"') for line in lines) % 2:
            return "open_quote"
        return ""


class _LineTooLong(Exception):  # noqa: N818 - told to the reader of the file with its row
    """A line went on and on."""


class _Lines:
    """The text line by line. `end` is the byte after the last one; `taken` are those since."""

    def __init__(self, chunks: Iterable[bytes], start: int) -> None:
        self.end = start
        self.taken: list[str] = []
        self._raw = _split(chunks)
        self._held: bytes | None = None

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._raw) if self._held is None else self._held
        self._held = None
        text = _decoded(line, self.end)
        self.end += len(line)
        self.taken.append(text)
        return text

    def peek(self) -> str:
        """Look at the next line; empty if there is none."""
        if self._held is None:
            self._held = next(self._raw, None)
        return _decoded(self._held or b"", self.end)


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split at line ends of any kind, each kept with its line."""
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True)
        # A carriage return at the end may be the first half of a line end.
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise _LineTooLong
    if rest:
        yield rest


def _decoded(line: bytes, at: int) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("wrong_encoding", _encoding(at + error.start)) from error
    return text.removeprefix("\ufeff") if at == 0 else text


def _encoding(at: int) -> str:
    return f"the byte at position {at} is not UTF-8; save the file as `CSV UTF-8` and try again"


def _unclosed(row: int) -> str:
    return (
        f"the file cannot be read from about row {row} on: a cell there is far too long; "
        'look for a quotation mark (") that is never closed'
    )


_TOO_MANY = f"the file has more than {MOST_ROWS:,} rows; split it and import the parts"
