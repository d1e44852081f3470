"""Reads one record of an import: the person it describes, and what is wrong with it."""

from collections.abc import Mapping

from penguinmails.contacts.person import Person
from penguinmails.contacts.person import read_person as read_said
from penguinmails.imports.header import EMAIL, MOST_COLUMNS, field_name
from penguinmails.imports.job import FileFormat, Layout, RowError
from penguinmails.imports.lines import Record
from penguinmails.imports.sheet import LONGEST_ROW
from penguinmails.properties.property import Declared
from penguinmails.properties.values import LONGEST_TEXT, WHOLE

_FIELDS = frozenset({EMAIL, "lead_score", "time_zone", "locale", "tags"})
_UNDECLARED: Declared = {}


def read_person(
    record: Record, layout: Layout, declared: Declared = _UNDECLARED
) -> tuple[Person | None, list[RowError]]:
    """Read a record: None if it cannot be used, and each thing that is wrong with it.

    What is empty is left as it is. A cell that makes no sense is left out and reported; only the
    address is indispensable.
    """
    row = record.after.row
    if record.fault:
        return None, [RowError(row, "", record.fault, _FAULTS[record.fault])]
    found = _object(record, layout) if layout.format is FileFormat.NDJSON else _row(record, layout)
    if isinstance(found, RowError):
        return None, [found]
    person, faults = read_said(_said(found), declared)
    if not person.email:
        unusable = [RowError(row, EMAIL, f.code, f.detail) for f in faults if f.name == EMAIL]
        return None, unusable
    left_out = [RowError(row, f.name, f.code, f"{f.detail}; it was left out") for f in faults]
    return person, left_out


def _said(found: Mapping[str, object]) -> dict[str, object]:
    said = {name: value for name, value in found.items() if name in _FIELDS}
    attributes = {name: value for name, value in found.items() if name not in _FIELDS}
    return {EMAIL: "", **said, "attributes": attributes}


def _row(record: Record, layout: Layout) -> Mapping[str, object] | RowError:
    row, width = record.after.row, len(layout.columns)
    if len(record.cells) < width or any(cell.strip() for cell in record.cells[width:]):
        detail = f"the row has {len(record.cells)} cells, and the header {width}"
        return RowError(row, "", "ragged_row", detail)
    found: dict[str, object] = {}
    for name, cell in zip(layout.columns, record.cells, strict=False):
        if len(cell) > LONGEST_TEXT:
            detail = f"the cell has {len(cell)} characters, and {LONGEST_TEXT} at most fit"
            return RowError(row, name, "cell_too_long", detail)
        if name and (text := cell.strip()):
            # A file says nothing of types: what looks like a whole number is one.
            attribute = name not in _FIELDS
            found[name] = int(text) if attribute and WHOLE.fullmatch(text) else text
    return found


def _object(record: Record, layout: Layout) -> Mapping[str, object] | RowError:
    """Name the fields of an object; those in `attributes` stand beside the others."""
    fields = dict(record.fields or {})
    inner = fields.pop("attributes", None)
    pairs = [*fields.items(), *(inner.items() if isinstance(inner, Mapping) else ())]
    row = record.after.row
    if len(pairs) > MOST_COLUMNS:
        detail = f"the object has {len(pairs)} fields; up to {MOST_COLUMNS} fit"
        return RowError(row, "", "too_many_columns", detail)
    found: dict[str, object] = {}
    for key, value in pairs:
        name = layout.names.get(key.strip(), field_name(key))
        if name in found:
            return RowError(row, name, "duplicate_key", f"two fields are called {name}")
        if name and value is not None and value != "":
            found[name] = value
    return found


_FAULTS = {
    "row_too_long": f"the row has more than {LONGEST_ROW:,} characters; shorten its cells",
    "open_quote": 'a quotation mark (") is opened and never closed; the rows after it are lost',
    "invalid_json": 'the line is not a JSON object; write one like {"email": "ann@example.com"}',
    "duplicate_key": "a key stands twice in the object; remove one of them",
}
