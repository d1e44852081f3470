"""Compiles a template once per revision: links numbered, additions in place, ready to render."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from penguinmails.errors import InvalidInput, Problem
from penguinmails.templates import footer
from penguinmails.templates.check import check
from penguinmails.templates.language import nearest
from penguinmails.templates.limits import SUBJECT_CHARS
from penguinmails.templates.links import Linker, anchors, click_name, render_link
from penguinmails.templates.plain_text import text_of
from penguinmails.templates.sandbox import HTML, PLAIN, SIGN, Sheet
from penguinmails.templates.shield import Shield
from penguinmails.templates.source import SourceRefused, parse
from penguinmails.templates.template import Rendered, Template
from penguinmails.templates.variables import loop_names, writes

_OPEN: Final = "_open_url"
_ADDRESS: Final = frozenset({"sender_postal_address", "senderPostalAddress"})


class LinkMaker(Protocol):
    """Makes the signed addresses of one message."""

    def open_url(self) -> str:
        """Give the address of the open pixel."""
        ...

    def click_url(self, index: int) -> str:
        """Give the address that counts a click and leads on to the link of this number."""
        ...

    def unsubscribe_url(self) -> str:
        """Give the address of the unsubscribe page, which takes the one-click POST too."""
        ...

    def image_signature(self, target: str) -> str:
        """Sign the path and query of an image's address as the workspace's image key does."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """The email in one language; `numbers` are those of its counted links among all languages'."""

    numbers: tuple[int, ...]
    subject: Sheet
    html: Sheet | None
    text: Sheet | None

    def render(self, values: dict[str, object], unsubscribe: str) -> Rendered:
        """Write the email with these values."""
        subject = _one_line(self.subject.render(values))
        html = self._html(values, unsubscribe)
        return Rendered(subject, html, self._text(values, html, unsubscribe))

    def _html(self, values: dict[str, object], unsubscribe: str) -> str:
        if self.html is None:
            return ""
        html = self.html.render(values)
        if unsubscribe in html:
            return html
        return footer.at_end(html, footer.html_footer(unsubscribe))

    def _text(self, values: dict[str, object], html: str, unsubscribe: str) -> str:
        text = text_of(html) if self.text is None else self.text.render(values)
        return text if unsubscribe in text else text + footer.text_footer(unsubscribe)


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A template ready to render; `links` are the URL templates of the counted links.

    `own` are values that are alike for everybody. A link has one number in all languages: a click
    is understood whatever the person reads now.
    """

    links: tuple[str, ...]
    tracked: bool
    letter: Letter
    variants: Mapping[str, Letter]
    own: Mapping[str, object]

    def render(self, context: Mapping[str, object], urls: LinkMaker, locale: str = "") -> Rendered:
        """Write the email for one contact, in their language if there is a variant of it.

        Raises LimitReached if it grows too large.
        """
        tag = nearest(locale, self.variants) if self.variants else ""
        letter = self.variants[tag] if tag else self.letter
        unsubscribe = urls.unsubscribe_url()
        values = {**context, **self.own}
        values["unsubscribe_url"] = values["unsubscribeUrl"] = unsubscribe
        values[SIGN] = urls.image_signature
        if self.tracked:
            values[_OPEN] = urls.open_url()
            for own, number in enumerate(letter.numbers):
                values[click_name(own)] = urls.click_url(number)
        return letter.render(values, unsubscribe)

    def render_link(self, index: int, context: Mapping[str, object]) -> str:
        """Give the address a click on the link of this number leads to."""
        if not 0 <= index < len(self.links):
            detail = f"There is no link number {index}."
            raise InvalidInput(Problem(pointer="", code="link", detail=detail))
        return render_link(self.links[index], context)


def compile_template(template: Template, *, tracked: bool) -> CompiledTemplate:
    """Compile a published template; InvalidInput names everything that is wrong with it."""
    _refuse_faulty(template)
    links: dict[str, int] = {}
    letter = _letter(template, links, tracked=tracked)
    variants = {
        tag: _letter(template.in_language(tag), links, tracked=tracked) for tag in template.variants
    }
    address = "\n".join(footer.lines_of(template.postal_address))
    own = dict.fromkeys(_ADDRESS, address) if address else {}
    return CompiledTemplate(tuple(links), tracked, letter, variants, own)


def _letter(template: Template, links: dict[str, int], *, tracked: bool) -> Letter:
    """Compile one language, and number its links among those of the languages before it."""
    shield = Shield([])
    linker = Linker(shield, tracked=tracked, local=_loop_names(template))
    html = linker.in_html(shield.cover(template.html))
    text = linker.in_text(shield.cover(template.text))
    made = not text.strip()
    preview = shield.cover(template.preview_text)
    return Letter(
        numbers=tuple(links.setdefault(url, len(links)) for url in linker.urls),
        subject=Sheet(template.subject, PLAIN),
        html=_html_sheet(shield, html, preview, _unsaid(template, template.html), tracked=tracked),
        text=_text_sheet(
            shield,
            text_of(html) if made else text,
            _unsaid(template, template.html if made else template.text),
            made=made,
        ),
    )


def _refuse_faulty(template: Template) -> None:
    problems = [
        Problem(f"/{one.field}", one.code, f"Line {one.line}: {one.detail}; {one.hint}.")
        for one in check(template)
    ]
    if problems:
        raise InvalidInput(*problems)


def _loop_names(template: Template) -> frozenset[str]:
    bound = (loop_names(parse(source)) for source in (template.html, template.text))
    return frozenset({"loop"}.union(*bound))


def _unsaid(template: Template, source: str) -> str:
    """Give the sender's postal address, unless this part of the template shows it itself."""
    address = template.postal_address
    return "" if not address or writes(parse(source), _ADDRESS) else address


def _html_sheet(
    shield: Shield, html: str, preview: str, address: str, *, tracked: bool
) -> Sheet | None:
    if not html.strip():
        return None
    if address:
        html = footer.at_end(html, footer.html_address(address))
    if not any(shield.unsubscribes(href.value) for href in anchors(html)):
        html = footer.at_end(html, footer.html_footer(shield.value("{{ unsubscribe_url }}")))
    if tracked:
        html = footer.at_end(html, footer.pixel(shield.value(f"{{{{ {_OPEN} }}}}")))
    return Sheet(shield.restore(footer.at_start(html, footer.preheader(preview))), HTML)


def _text_sheet(shield: Shield, text: str, address: str, *, made: bool) -> Sheet | None:
    url = None if shield.unsubscribes(text) else shield.value("{{ unsubscribe_url }}")
    source = shield.restore(text + footer.text_footer(url, address))
    if made and not _parses(source):
        return None
    return Sheet(source, PLAIN)


def _parses(source: str) -> bool:
    try:
        parse(source)
    except SourceRefused:
        return False
    return True


def _one_line(text: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:SUBJECT_CHARS]
