"""Finds the links of a mail that was written, as its reader sees them."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from penguinmails.templates.markup import Tag, attribute, scan

_IN_TEXT: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_WEB: Final = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class MailLink:
    """Where a link leads, and the words that it lies on."""

    url: str
    text: str


def links_of(source: str, text: str) -> list[MailLink]:
    """List the links to web pages in a mail's HTML; without HTML, those in its text."""
    if not source.strip():
        return [MailLink(found, found) for found in _IN_TEXT.findall(text)]
    return [link for link in _anchors(source) if link.url.startswith(_WEB)]


def _anchors(source: str) -> Iterator[MailLink]:
    url, words = "", ""
    for piece in scan(source):
        if not isinstance(piece, Tag):
            words += source[piece.start : piece.end]
        elif piece.name == "a":
            if url:
                yield MailLink(url, " ".join(html.unescape(words).split()))
            href = None if piece.closing else attribute(source, piece, "href")
            url, words = (html.unescape(href.value).strip() if href else ""), ""
    if url:
        yield MailLink(url, " ".join(html.unescape(words).split()))
