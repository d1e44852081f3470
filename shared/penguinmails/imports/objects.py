"""Reads NDJSON, one object a line, from bytes as they come, and knows where it is."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from penguinmails.imports.job import Position
from penguinmails.imports.lines import MOST_ROWS, TOO_MANY, Lines, LineTooLong, Record, Unreadable
from penguinmails.imports.sheet import LONGEST_ROW

_START = Position()


class Objects:
    """One reading of an NDJSON file, from its beginning or from a position in it."""

    def __init__(self, chunks: Iterable[bytes], start: Position = _START) -> None:
        self._lines = Lines(chunks, start.offset)
        self._row = start.row

    def records(self) -> Iterator[Record]:
        """Yield the records that are not blank; raises Unreadable."""
        while (line := self._next()) is not None:
            self._row += 1
            if self._row > MOST_ROWS:
                raise Unreadable("too_many_rows", TOO_MANY)
            if line.strip():
                yield self._record(line)

    def _next(self) -> str | None:
        try:
            line = next(self._lines, None)
        except LineTooLong as error:
            detail = f"line {self._row + 1} is far too long; put each object on a line of its own"
            raise Unreadable("unreadable", detail) from error
        self._lines.taken.clear()
        return line

    def _record(self, line: str) -> Record:
        after = Position(self._lines.end, self._row)
        if len(line) > LONGEST_ROW:
            return Record((), after, "row_too_long")
        try:
            found = json.loads(line, object_pairs_hook=_object, parse_constant=_no_number)
        except _TwiceError:
            return Record((), after, "duplicate_key")
        except (ValueError, RecursionError):
            return Record((), after, "invalid_json")
        if not isinstance(found, dict):
            return Record((), after, "invalid_json")
        return Record((), after, fields=found)


class _TwiceError(Exception):
    """A key stands twice in an object."""


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _TwiceError
    return made


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")
