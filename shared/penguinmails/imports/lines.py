"""Reads text line by line from bytes as they come, within bounds, and knows where it is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from penguinmails.errors import InvalidInput, Problem
from penguinmails.imports.job import Position

MOST_ROWS = 1_000_000
LONGEST_LINE = 256_000
TOO_MANY = f"the file has more than {MOST_ROWS:,} rows; split it and import the parts"


class Unreadable(InvalidInput):
    """The file as a whole cannot be read."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(Problem("", code, detail))
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Record:
    """One record and where the next begins; `fault` is the code of what makes it unusable.

    It has either the cells of a row of CSV, or the fields of a line of NDJSON.
    """

    cells: tuple[str, ...]
    after: Position
    fault: str = ""
    fields: Mapping[str, object] | None = None


class LineTooLong(Exception):  # noqa: N818 - told to the reader of the file with its row
    """A line went on and on."""


class Lines:
    """The text line by line. `end` is the byte after the last one; `taken` are those since."""

    def __init__(self, chunks: Iterable[bytes], start: int) -> None:
        self.end = start
        self.taken: list[str] = []
        self._raw = _split(chunks)
        self._held: bytes | None = None

    def __iter__(self) -> "Lines":
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
            raise LineTooLong
    if rest:
        yield rest


def _decoded(line: bytes, at: int) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("wrong_encoding", _encoding(at + error.start)) from error
    return text.removeprefix("\ufeff") if at == 0 else text


def _encoding(at: int) -> str:
    return f"the byte at position {at} is not UTF-8; save the file as UTF-8, and try again"
