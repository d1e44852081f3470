"""Finds a character of a text's value in the writing of the file: quotes, escapes and folds."""

import re
from collections.abc import Iterator
from typing import Final

from penguinmails.resources.tree import Leaf

_ESCAPE: Final = r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.|\n)"
_UNITS: Final = {
    "": re.compile(r"."),
    "'": re.compile(r"''|."),
    '"': re.compile(f"{_ESCAPE}|.", re.DOTALL),
}
_BLANK: Final = frozenset({r"\n", r"\t", r"\r", "\\ ", "\\\n", r"\x20", r"\u0020", r"\u000a"})
_HEADER: Final = re.compile(r"[|>][^\n]*\n")


def offset_in(leaf: Leaf, text: str, offset: int) -> int:
    """Give the offset in the file at which the value's character of this offset is written.

    Characters that are not white space are written in the order of the value, whatever the style.
    """
    value = str(leaf.value)
    wanted = sum(not char.isspace() for char in value[:offset])
    last = leaf.begin
    for number, (begin, end) in enumerate(_written(leaf, text)):
        if number == wanted and not value[offset : offset + 1].isspace():
            return begin
        if number == wanted:
            break
        last = end
    blanks = len(value[:offset]) - len(value[:offset].rstrip())
    return last + blanks


def _written(leaf: Leaf, text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of the writing of each character that is not white space."""
    begin, end = _inside(leaf, text)
    for found in _UNITS.get(leaf.style, _UNITS[""]).finditer(text, begin, end):
        if not found[0].isspace() and found[0] not in _BLANK:
            yield found.span()


def _inside(leaf: Leaf, text: str) -> tuple[int, int]:
    if leaf.style in ("'", '"'):
        return leaf.begin + 1, leaf.end - 1
    header = _HEADER.match(text, leaf.begin, leaf.end) if leaf.style else None
    return header.end() if header else leaf.begin, leaf.end
