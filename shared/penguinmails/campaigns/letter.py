"""One email as a campaign will send it: its links, its text part, its size, its way out."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from penguinmails.campaigns.check import Area, Finding, error, warning
from penguinmails.errors import InvalidInput
from penguinmails.templates import footer
from penguinmails.templates.compile import compile_template
from penguinmails.templates.images import unsigned
from penguinmails.templates.limits import CLIPPED_BYTES
from penguinmails.templates.links import anchors
from penguinmails.templates.shield import MARK, Shield
from penguinmails.templates.template import Rendered, Template
from penguinmails.templates.urls import web_url

_OWN_WORDS: Final = footer.text_footer("").strip()
_SHOWN: Final = 60
_OTHER_WAYS: Final = ("mailto:", "tel:", "sms:")
_HTTP: Final = re.compile(r"https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """The template of an email step, with the step's own subject, and where the step names it.

    `language` is empty for the one that people without a variant of their own get.
    """

    pointer: str
    template: Template
    language: str = ""

    def in_language(self, tag: str) -> "Letter":
        """Give the letter as people of a language get it."""
        return Letter(self.pointer, self.template.in_language(tag), tag)

    @property
    def name(self) -> str:
        """What an author calls it."""
        slug = self.template.slug
        return f"template {slug}, {self.language}" if self.language else f"template {slug}"


class _SampleLinks:
    """Addresses as long as the signed ones."""

    def open_url(self) -> str:
        return f"https://mail.example.com/o/{'x' * 150}"

    def click_url(self, index: int) -> str:
        return f"https://mail.example.com/c/{'x' * 150}{index}"

    def unsubscribe_url(self) -> str:
        return f"https://mail.example.com/u/{'x' * 150}"

    def image_signature(self, target: str) -> str:
        return unsigned(target)


def letter_findings(letter: Letter, person: Mapping[str, object]) -> Iterator[Finding]:
    """Look at a letter that is free of faults, as it is written to one person."""
    links = _SampleLinks()
    try:
        rendered = compile_template(letter.template, tracked=True).render(person, links)
    except InvalidInput as refused:
        yield error(Area.CONTENT, letter.pointer, "cannot_be_written", _told(letter, str(refused)))
        return
    yield from _size(letter, rendered)
    yield from _text(letter, rendered, links.unsubscribe_url())
    yield from _way_out(letter, rendered, links.unsubscribe_url())
    yield from _links(letter)


def _size(letter: Letter, rendered: Rendered) -> Iterator[Finding]:
    size = len(rendered.html.encode())
    if size > CLIPPED_BYTES:
        detail = (
            f"its HTML has {size // 1000} kB, and Gmail cuts off what is beyond 102; shorten it"
        )
        yield warning(Area.SIZE, letter.pointer, "clipped", _told(letter, detail))


def _text(letter: Letter, rendered: Rendered, unsubscribe: str) -> Iterator[Finding]:
    words = rendered.text.replace(unsubscribe, "").replace(_OWN_WORDS, "")
    if not words.strip():
        detail = "its text part says nothing; write one, or give the images an alt text"
        yield warning(Area.TEXT, letter.pointer, "empty_text", _told(letter, detail))


def _way_out(letter: Letter, rendered: Rendered, unsubscribe: str) -> Iterator[Finding]:
    parts = [part for part in (rendered.html, rendered.text) if part]
    if not all(unsubscribe in part for part in parts):
        detail = "it has no link to unsubscribe; write {{ unsubscribe_url }}"
        yield error(Area.UNSUBSCRIBE, letter.pointer, "no_unsubscribe", _told(letter, detail))


def _links(letter: Letter) -> Iterator[Finding]:
    told: set[str] = set()
    for href in anchors(Shield([]).cover(letter.template.html)):
        address = html.unescape(href.value).strip()
        code, detail = _fault(address)
        if code and address not in told:
            told.add(address)
            yield warning(Area.LINKS, letter.pointer, code, _told(letter, detail))


def _fault(address: str) -> tuple[str, str]:
    """Say what is wrong with an address; one that is made for each person is looked at then."""
    if address in ("", "#"):
        return "empty_link", "a link leads nowhere; give it an address, or remove it"
    if MARK.search(address) or address.startswith("#"):
        return "", ""
    shown = address[:_SHOWN]
    if _HTTP.match(address):
        usable = web_url(address) is not None
        return ("", "") if usable else ("invalid_link", f"{shown} is no address; correct it")
    if address.lower().startswith(_OTHER_WAYS):
        return "", ""
    return "relative_link", f"{shown} is found from a page only; begin it with https://"


def _told(letter: Letter, detail: str) -> str:
    return f"{letter.name}: {detail}"
