"""Reads CSV record by record from bytes as they come, within bounds, and knows where it is."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from penguinmails.errors import InvalidInput, Problem
from penguinmails.imports.job import Position

MOST_ROWS = 1_000_000
LONGEST_LINE = 256_000
LONGEST_ROW = 64_000
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
        self, chunks: Iterable[bytes], start: Position = Position(), delimiter: str = ""
    ) -> None:
        self._offset = start.offset
        self._row = start.row
        self._raw: list[str] = []
        lines = self._lines(chunks)
        first = next(lines, "")
        self.delimiter = delimiter or max(_DELIMITERS, key=first.count)
        taken = self._kept(chain([first] if first else [], lines))
        self._reader = csv.reader(taken, delimiter=self.delimiter)
        self._ahead = len(first.encode())
        self._offset -= self._ahead

    def records(self) -> Iterator[Record]:
        """Yield the records that are not blank; raises Unreadable."""
        while True:
            self._raw.clear()
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                raise Unreadable("unreadable", _unclosed(self._row + 1)) from error
            if cells is None:
                return
            self._row += 1
            if self._row > MOST_ROWS + 1:
                raise Unreadable("too_many_rows", _TOO_MANY)
            self._offset += self._ahead
            self._ahead = 0
            if any(cells):
                position = Position(self._offset, self._row)
                yield Record(tuple(cells), position, self._fault())

    def _fault(self) -> str:
        text = self._raw
        if sum(map(len, text)) > LONGEST_ROW:
            return "row_too_long"
        if len(text) > 1 and sum(line.count('"') for line in text) % 2:
            return "open_quote"
        return ""

    def _kept(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self._raw.append(line)
            yield line

    def _lines(self, chunks: Iterable[bytes]) -> Iterator[str]:
        for line in _split(chunks, self._row):
            at = self._offset
            self._offset += len(line)
            text = _decoded(line, at)
            if at == 0:
                text = text.removeprefix("\ufeff")
            yield text


def _split(chunks: Iterable[bytes], row: int) -> Iterator[bytes]:
    """Split at line ends of any kind, each kept with its line."""
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True)
        # A carriage return at the end may be half of a line end.
        rest = b"" if lines[-1:] == [] or lines[-1].endswith(b"\n") else lines.pop()
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise Unreadable("line_too_long", _unclosed(row + 2))
    if rest:
        yield rest


def _decoded(line: bytes, at: int) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("wrong_encoding", _encoding(at + error.start)) from error


def _encoding(at: int) -> str:
    return f"the byte at position {at} is not UTF-8; save the file as `CSV UTF-8` and try again"


def _unclosed(row: int) -> str:
    return (
        f"the file cannot be read from about row {row} on: a cell there is far too long; "
        'look for a quotation mark (") that is never closed'
    )


_TOO_MANY = f"the file has more than {MOST_ROWS:,} rows; split it and import the parts"
