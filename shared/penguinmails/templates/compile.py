"""Compiles a template once per revision: links numbered, additions in place, ready to render."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from penguinmails.errors import InvalidInput, Problem
from penguinmails.templates import footer
from penguinmails.templates.check import check
from penguinmails.templates.limits import SUBJECT_CHARS
from penguinmails.templates.links import Linker, anchors, click_name, render_link
from penguinmails.templates.plain_text import text_of
from penguinmails.templates.sandbox import HTML, PLAIN, Sheet
from penguinmails.templates.shield import Shield
from penguinmails.templates.source import SourceRefused, parse
from penguinmails.templates.template import Rendered, Template
from penguinmails.templates.variables import loop_names

_OPEN: Final = "_open_url"


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


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A template ready to render; `links` are the URL templates of the counted links."""

    links: tuple[str, ...]
    tracked: bool
    subject: Sheet
    html: Sheet | None
    text: Sheet | None

    def render(self, context: Mapping[str, object], urls: LinkMaker) -> Rendered:
        """Write the email for one contact; LimitReached if it grows too large."""
        unsubscribe = urls.unsubscribe_url()
        values = dict(context)
        values["unsubscribe_url"] = values["unsubscribeUrl"] = unsubscribe
        if self.tracked:
            values[_OPEN] = urls.open_url()
            for index in range(len(self.links)):
                values[click_name(index)] = urls.click_url(index)
        subject = _one_line(self.subject.render(values))
        html = self._html(values, unsubscribe)
        return Rendered(subject, html, self._text(values, html, unsubscribe))

    def render_link(self, index: int, context: Mapping[str, object]) -> str:
        """Give the address a click on the link of this number leads to."""
        if not 0 <= index < len(self.links):
            detail = f"There is no link number {index}."
            raise InvalidInput(Problem(pointer="", code="link", detail=detail))
        return render_link(self.links[index], context)

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


def compile_template(template: Template, *, tracked: bool) -> CompiledTemplate:
    """Compile a checked template; InvalidInput names everything that is wrong with it."""
    _refuse_faulty(template)
    shield = Shield([])
    linker = Linker(shield, tracked=tracked, local=_loop_names(template))
    html = linker.in_html(shield.cover(template.html))
    text = linker.in_text(shield.cover(template.text))
    made = not text.strip()
    preview = shield.cover(template.preview_text)
    return CompiledTemplate(
        links=tuple(linker.urls),
        tracked=tracked,
        subject=Sheet(template.subject, PLAIN),
        html=_html_sheet(shield, html, preview, tracked=tracked),
        text=_text_sheet(shield, text_of(html) if made else text, made=made),
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


def _html_sheet(shield: Shield, html: str, preview: str, *, tracked: bool) -> Sheet | None:
    if not html.strip():
        return None
    if not any(shield.unsubscribes(href.value) for href in anchors(html)):
        html = footer.at_end(html, footer.html_footer(shield.value("{{ unsubscribe_url }}")))
    if tracked:
        html = footer.at_end(html, footer.pixel(shield.value(f"{{{{ {_OPEN} }}}}")))
    return Sheet(shield.restore(footer.at_start(html, footer.preheader(preview))), HTML)


def _text_sheet(shield: Shield, text: str, *, made: bool) -> Sheet | None:
    if not shield.unsubscribes(text):
        text += footer.text_footer(shield.value("{{ unsubscribe_url }}"))
    source = shield.restore(text)
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
