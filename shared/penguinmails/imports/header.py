"""Reads a header: which column is the address, and what the others are called."""

from collections import Counter
from collections.abc import Sequence

from penguinmails.imports.job import Layout
from penguinmails.imports.sheet import Unreadable
from penguinmails.templates.context import names_of

MOST_COLUMNS = 64
LONGEST_NAME = 64
EMAIL = "email"
_ALIASES = {
    "e_mail": EMAIL,
    "email_address": EMAIL,
    "e_mail_address": EMAIL,
    "score": "lead_score",
    "timezone": "time_zone",
}


def read_header(cells: Sequence[str], delimiter: str) -> Layout:
    """Name the columns in snake_case; a column without a name is left out.

    Raises Unreadable if there is no address column, or one name stands twice.
    """
    if len(cells) > MOST_COLUMNS:
        detail = f"the file has {len(cells)} columns; an import takes up to {MOST_COLUMNS}"
        raise Unreadable("too_many_columns", detail)
    columns = tuple(_name(cell) for cell in cells)
    if EMAIL not in columns:
        raise Unreadable("no_address_column", _NO_ADDRESS)
    twice = [name for name, times in Counter(columns).items() if name and times > 1]
    if twice:
        detail = f"two columns are called {twice[0]}; rename or remove one of them"
        raise Unreadable("duplicate_column", detail)
    return Layout(columns, delimiter)


def _name(cell: str) -> str:
    text = cell.strip()
    if not text or "@" in text:
        return ""
    name = names_of(text[:LONGEST_NAME])[0]
    return _ALIASES.get(name, name)


_NO_ADDRESS = "no column is called email; the first row names the columns, and one of them holds the addresses"
