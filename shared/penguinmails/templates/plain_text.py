"""Makes the text part of an email from its HTML, keeping the links."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from penguinmails.templates.markup import Tag, attribute, scan
from penguinmails.templates.shield import outside_marks

_BLOCKS: Final = frozenset(
    {"address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "footer"}
    | {"form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p"}
    | {"section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_SPACED: Final = frozenset(
    {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "table", "ul"}
)
_SILENT: Final = frozenset({"head", "script", "style", "title", "template", "noscript"})
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_LINES: Final = re.compile(r" *\n *")
_GAPS: Final = re.compile(r"\n{3,}")
_NO_PAGE: Final = ("#", "javascript:")


@dataclass(slots=True)
class _Writer:
    source: str
    silent: str = ""
    address: str = ""
    kept: list[str] = field(default_factory=list)

    def tag(self, tag: Tag) -> None:
        if self.silent:
            self.silent = "" if tag.closing and tag.name == self.silent else self.silent
        elif tag.name in _SILENT and not tag.closing:
            self.silent = tag.name
        else:
            self.kept += self._breaks(tag)

    def text(self, start: int, end: int) -> None:
        if not self.silent:
            self.kept.append(outside_marks(self.source[start:end], _unescaped))

    def _breaks(self, tag: Tag) -> Iterator[str]:
        match tag.name:
            case "br":
                yield "\n"
            case "li":
                yield "" if tag.closing else "\n- "
            case "td" | "th":
                yield " "
            case "img":
                yield self._value(tag, "alt")
            case "a":
                yield from self._link(tag)
            case name if name in _BLOCKS:
                yield "\n\n" if name in _SPACED else "\n"
            case _:
                pass

    def _link(self, tag: Tag) -> Iterator[str]:
        if tag.closing and self.address:
            yield f" ({self.address})"
        self.address = "" if tag.closing else self._value(tag, "href").strip()
        if self.address.startswith(_NO_PAGE):
            self.address = ""
        self.address = self.address.removeprefix("mailto:")

    def _value(self, tag: Tag, name: str) -> str:
        found = attribute(self.source, tag, name)
        return outside_marks(found.value, html.unescape) if found else ""


def text_of(source: str) -> str:
    """Write HTML, shielded or not, as plain text; tags of the template stay where they are."""
    writer = _Writer(source)
    for piece in scan(source):
        if isinstance(piece, Tag):
            writer.tag(piece)
        else:
            writer.text(piece.start, piece.end)
    return _GAPS.sub("\n\n", _LINES.sub("\n", "".join(writer.kept))).strip() + "\n"


def _unescaped(text: str) -> str:
    return _SPACE.sub(" ", html.unescape(text)).replace("\xa0", " ")
