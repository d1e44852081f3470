"""Reads one row of an import: the person it describes, and what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput
from penguinmails.imports.header import EMAIL
from penguinmails.imports.job import Layout, RowError
from penguinmails.imports.sheet import LONGEST_ROW, Record
from penguinmails.table.port import Value
from penguinmails.tenants.zone import zone_named

LONGEST_CELL = 8_000
MOST_TAGS, LONGEST_TAG = 50, 64
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII)
_LARGEST_SCORE = 1_000_000_000
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Person:
    """What a row says; what it leaves empty stays as it is."""

    email: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    score: int | None = None
    time_zone: str = ""
    locale: str = ""


def read_person(record: Record, layout: Layout) -> tuple[Person | None, list[RowError]]:
    """Read a row: None if it cannot be used, and each thing that is wrong with it.

    A cell that makes no sense is left out and reported; only the address is indispensable.
    """
    fault = _fault(record, layout)
    if fault:
        return None, [fault]
    named = zip(layout.columns, record.cells, strict=False)
    cells = {name: text for name, cell in named if name and (text := cell.strip())}
    return _Reading(record.after.row, cells).person()


def _fault(record: Record, layout: Layout) -> RowError | None:
    row, width = record.after.row, len(layout.columns)
    if record.fault:
        return RowError(row, "", record.fault, _FAULTS[record.fault])
    if len(record.cells) < width or any(cell.strip() for cell in record.cells[width:]):
        detail = f"the row has {len(record.cells)} cells, and the header {width}"
        return RowError(row, "", "ragged_row", detail)
    for name, cell in zip(layout.columns, record.cells, strict=False):
        if len(cell) > LONGEST_CELL:
            detail = f"the cell has {len(cell)} characters, and {LONGEST_CELL} at most fit"
            return RowError(row, name, "cell_too_long", detail)
    return None


class _Reading:
    def __init__(self, row: int, cells: Mapping[str, str]) -> None:
        self._row = row
        self._cells = cells
        self._errors: list[RowError] = []

    def person(self) -> tuple[Person | None, list[RowError]]:
        try:
            person = Person(normalised(self._cells.get(EMAIL, "")))
        except InvalidInput as error:
            self._refuse(EMAIL, "invalid_address", error.problems[0].detail)
            return None, self._errors
        for name, cell in self._cells.items():
            if name != EMAIL:
                person = _BUILT_IN.get(name, _Reading.attribute)(self, person, name, cell)
        return person, self._errors

    def attribute(self, person: Person, name: str, cell: str) -> Person:
        value = int(cell) if _WHOLE.fullmatch(cell) else cell
        return replace(person, attributes={**person.attributes, name: value})

    def score(self, person: Person, name: str, cell: str) -> Person:
        if _WHOLE.fullmatch(cell) and abs(int(cell)) <= _LARGEST_SCORE:
            return replace(person, score=int(cell))
        self._refuse(name, "invalid_score", "a score is a whole number; it was left out")
        return person

    def zone(self, person: Person, name: str, cell: str) -> Person:
        if zone_named(cell) is not None:
            return replace(person, time_zone=cell)
        detail = "no such time zone, write one like Europe/Berlin; it was left out"
        self._refuse(name, "unknown_time_zone", detail)
        return person

    def locale(self, person: Person, name: str, cell: str) -> Person:
        if _LOCALE.fullmatch(cell):
            return replace(person, locale=cell)
        self._refuse(name, "invalid_locale", "write a locale like de or pt-BR; it was left out")
        return person

    def tags(self, person: Person, name: str, cell: str) -> Person:
        tags = [tag for part in cell.split(";") if (tag := part.strip())]
        if len(tags) <= MOST_TAGS and all(len(tag) <= LONGEST_TAG for tag in tags):
            return replace(person, tags=frozenset(tags))
        detail = f"up to {MOST_TAGS} tags of up to {LONGEST_TAG} characters fit; they were left out"
        self._refuse(name, "invalid_tags", detail)
        return person

    def _refuse(self, column: str, code: str, detail: str) -> None:
        self._errors.append(RowError(self._row, column, code, detail))


_BUILT_IN: Mapping[str, Callable[[_Reading, Person, str, str], Person]] = {
    "lead_score": _Reading.score,
    "time_zone": _Reading.zone,
    "locale": _Reading.locale,
    "tags": _Reading.tags,
}
_FAULTS = {
    "row_too_long": f"the row has more than {LONGEST_ROW:,} characters; shorten its cells",
    "open_quote": 'a quotation mark (") is opened and never closed; the rows after it are lost',
}
