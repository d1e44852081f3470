"""Reads a header: which column is the address, and what the others are called."""

from collections import Counter
from collections.abc import Mapping, Sequence

from penguinmails.errors import InvalidInput, Problem
from penguinmails.imports.job import Layout
from penguinmails.imports.lines import Unreadable
from penguinmails.properties.names import attribute_name

MOST_COLUMNS = 64
EMAIL = "email"
_ALIASES = {
    "e_mail": EMAIL,
    "email_address": EMAIL,
    "e_mail_address": EMAIL,
    "score": "lead_score",
    "timezone": "time_zone",
}


def read_header(
    cells: Sequence[str], delimiter: str, names: Mapping[str, str] | None = None
) -> Layout:
    """Name the columns in snake_case, or as `names` says; one with an empty name is left out.

    Raises Unreadable if there is no address column or one name stands twice, and InvalidInput if
    a column that is named is not there.
    """
    if len(cells) > MOST_COLUMNS:
        detail = f"the file has {len(cells)} columns; an import takes up to {MOST_COLUMNS}"
        raise Unreadable("too_many_columns", detail)
    named = names or {}
    _find_all(named, cells)
    columns = tuple(named.get(cell.strip(), field_name(cell)) for cell in cells)
    if EMAIL not in columns:
        raise Unreadable("no_address_column", _NO_ADDRESS)
    twice = [name for name, times in Counter(columns).items() if name and times > 1]
    if twice:
        detail = f"two columns are called {twice[0]}; rename or remove one of them"
        raise Unreadable("duplicate_column", detail)
    return Layout(columns, delimiter)


def field_name(text: str) -> str:
    """Give the field or the attribute that a heading means; empty if it is no name."""
    if not text.strip() or "@" in text:
        return ""
    name = attribute_name(text)
    return _ALIASES.get(name, name)


def read_names(columns: Mapping[str, str | None]) -> dict[str, str]:
    """Read which column gets which name, None leaving it out; raises InvalidInput."""
    if len(columns) > MOST_COLUMNS:
        detail = f"an import takes up to {MOST_COLUMNS} columns"
        raise InvalidInput(Problem("/mapping", "too_many_columns", detail))
    names = {
        heading.strip(): field_name(name) if name is not None else ""
        for heading, name in columns.items()
    }
    detail = (
        "write the name of a field or an attribute, such as first_name, or null to leave it out"
    )
    problems = [
        Problem(_pointer(heading), "invalid_name", detail)
        for heading, name in columns.items()
        if name is not None and not names[heading.strip()]
    ]
    if problems:
        raise InvalidInput(*problems)
    return names


def _find_all(names: Mapping[str, str], cells: Sequence[str]) -> None:
    there = {cell.strip() for cell in cells}
    detail = "no column of the file has this heading; write it exactly as in the first row"
    problems = [
        Problem(_pointer(name), "unknown_column", detail) for name in names if name not in there
    ]
    if problems:
        raise InvalidInput(*problems)


def _pointer(heading: str) -> str:
    return f"/mapping/{heading.replace('~', '~0').replace('/', '~1')}"


_NO_ADDRESS = "no column is called email; the first row names the columns, and one of them holds the addresses"
