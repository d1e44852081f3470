"""Reads HTML as email has it, malformed too: tags, comments and text, in one pass."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TAG: Final = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>"'<]*+)(?:[^>"']++|"[^"]*+"|'[^']*+')*+(?P<end>>?)"""
)
_ATTRIBUTE: Final = re.compile(
    r"""(?P<name>[^\s=>"'/]++)(?:\s*+=\s*+(?:"(?P<d>[^"]*)"|'(?P<s>[^']*)'|(?P<u>[^\s"'>]++)))?"""
)

VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)
"""What has no end tag."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its lower-case name, where it stands, and whether it ends."""

    name: str
    closing: bool
    start: int
    end: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Text:
    """What stands between tags."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute's value and where it stands."""

    value: str
    start: int
    end: int


def scan(html: str) -> Iterator[Tag | Text]:
    """Walk through the tags and texts, leaving comments and declarations out."""
    at = 0
    while (opening := html.find("<", at)) >= 0:
        if opening > at:
            yield Text(at, opening)
        if html.startswith(("<!", "<?"), opening):
            at = _end_of_aside(html, opening)
        elif found := _TAG.match(html, opening):
            yield _tag(found)
            at = found.end()
        else:
            yield Text(opening, opening + 1)
            at = opening + 1
    if at < len(html):
        yield Text(at, len(html))


def tags_of(html: str) -> Iterator[Tag]:
    """Walk through the tags alone."""
    return (piece for piece in scan(html) if isinstance(piece, Tag))


def inside(html: str, name: str) -> Iterator[tuple[Tag, str]]:
    """Give each element of this name that holds no tags, such as a style sheet, and its text."""
    opened: Tag | None = None
    for tag in tags_of(html):
        if tag.name != name:
            continue
        if tag.closing and opened is not None:
            yield opened, html[opened.end : tag.start]
        opened = None if tag.closing else opened or tag


def attribute(html: str, tag: Tag, name: str) -> Attribute | None:
    """Find an attribute of a tag; of doubles the first counts, as in browsers."""
    begin = tag.start + 1 + len(tag.name)
    for found in _ATTRIBUTE.finditer(html, begin, tag.end):
        if found["name"].lower() == name:
            group = next((group for group in "dsu" if found[group] is not None), None)
            return Attribute(found[group], *found.span(group)) if group else None
    return None


def _end_of_aside(html: str, opening: int) -> int:
    end = "-->" if html.startswith("<!--", opening) else ">"
    at = html.find(end, opening + 2)
    return len(html) if at < 0 else at + len(end)


def _tag(found: re.Match[str]) -> Tag:
    name, closing = found["name"].lower(), bool(found["close"])
    return Tag(name, closing, found.start(), found.end(), whole=bool(found["end"]))
