"""Reads CSV record by record from bytes as they come, within bounds, and knows where it is."""

import csv
from collections.abc import Iterable, Iterator

from penguinmails.imports.job import Position
from penguinmails.imports.lines import MOST_ROWS, TOO_MANY, Lines, LineTooLong, Record, Unreadable

LONGEST_ROW = 64_000
_START = Position()
_DELIMITERS = ",;\t"


class Sheet:
    """One reading of a CSV file, from its beginning or from a position in it.

    The delimiter is a comma, unless the first line has more semicolons or tabs.
    """

    def __init__(
        self, chunks: Iterable[bytes], start: Position = _START, delimiter: str = ""
    ) -> None:
        self._lines = Lines(chunks, start.offset)
        self._row = start.row
        self.delimiter = delimiter or self._guess()

    def records(self) -> Iterator[Record]:
        """Yield the records that are not blank; raises Unreadable."""
        reader = csv.reader(self._lines, delimiter=self.delimiter)
        while (cells := self._next(reader)) is not None:
            self._row += 1
            if self._row > MOST_ROWS + 1:
                raise Unreadable("too_many_rows", TOO_MANY)
            if any(cell.strip() for cell in cells):
                yield Record(tuple(cells), Position(self._lines.end, self._row), self._fault())
            self._lines.taken.clear()

    def _guess(self) -> str:
        try:
            first = self._lines.peek()
        except LineTooLong as error:
            raise Unreadable("unreadable", _unclosed(1)) from error
        return max(_DELIMITERS, key=first.count)

    def _next(self, reader: Iterator[list[str]]) -> list[str] | None:
        try:
            return next(reader, None)
        except (csv.Error, LineTooLong) as error:
            raise Unreadable("unreadable", _unclosed(self._row + 1)) from error

    def _fault(self) -> str:
        lines = self._lines.taken
        if sum(map(len, lines)) > LONGEST_ROW:
            return "row_too_long"
        if len(lines) > 1 and sum(line.count('"') for line in lines) % 2:
            return "open_quote"
        return ""


def _unclosed(row: int) -> str:
    return (
        f"the file cannot be read from about row {row} on: a cell there is far too long; "
        'look for a quotation mark (") that is never closed'
    )
