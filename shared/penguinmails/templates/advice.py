"""What an author should look at before sending: it keeps nobody from saving."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from penguinmails.templates.limits import CLIPPED_BYTES
from penguinmails.templates.links import anchors, is_link
from penguinmails.templates.markup import Tag, attribute, tags_of
from penguinmails.templates.needs import needs_by_field
from penguinmails.templates.plain_text import text_of
from penguinmails.templates.shield import MARK, Shield
from penguinmails.templates.template import Format, Template, TemplateProblem

SHOWN: Final = 20
LINK_BYTES: Final = 150
"""About the length of a signed address."""
_ANY_FORMAT: Final = frozenset({"no-alt", "empty-link", "not-shown"})
"""The other remarks are about what only an author of HTML can change."""
_Advice = tuple[int, str, str, str]
_LINKS: Final = re.compile(r"\(?https?://\S+")
_SKIPPED: Final = {
    "script": "mail clients run no scripts",
    "form": "most mail clients show no forms; link to one",
    "iframe": "mail clients show no frames; link to the page",
    "video": "few mail clients play videos; show an image that links to it",
}


def advice(ready: Template, written_in: Format) -> list[TemplateProblem]:
    """List what may go wrong with a published template, whoever gets it."""
    found = [*_unfilled(ready), *_languages(ready)]
    for tag in ("", *ready.variants):
        prefix = f"variants/{tag}/" if tag else ""
        found += _about(ready.in_language(tag), prefix, written_in)
    return list(dict.fromkeys(found))


def size_advice(field: str, size: int) -> list[TemplateProblem]:
    """Warn of HTML that would be cut."""
    if size <= CLIPPED_BYTES:
        return []
    detail = f"the HTML has about {size // 1000} kB; Gmail cuts it at {CLIPPED_BYTES // 1000} kB"
    hint = "shorten it, or make two emails of it"
    return [TemplateProblem(field, 1, "size", detail, hint)]


def style_advice(field: str, detail: str) -> TemplateProblem:
    """Warn of styles that stay in their sheets."""
    hint = "keep to the rules that the email uses, or write styles into the tags"
    return TemplateProblem(field, 1, "styles", f"the styles were not inlined: {detail}", hint)


def gap_advice(field: str, path: str) -> TemplateProblem:
    """Warn of a value in a field that leaves a gap where a person lacks it."""
    hint = f'write {{{{ {path}|default("…") }}}}, or put it into a condition'
    return TemplateProblem(field, 1, "no-fallback", f"`{path}` has no fallback", hint)


def _unfilled(template: Template) -> Iterator[TemplateProblem]:
    found = (
        gap_advice(field, path)
        for field, wanted in needs_by_field(template.fields()).items()
        for path in sorted({need.path for need in wanted})
    )
    yield from islice(found, SHOWN)


def _languages(template: Template) -> Iterator[TemplateProblem]:
    for tag, variant in template.variants.items():
        if not variant.subject.strip():
            detail, hint = f"{tag} has no subject of its own", "translate the subject"
            yield TemplateProblem(f"variants/{tag}/subject", 1, "untranslated", detail, hint)
        if not variant.html.strip() and not variant.text.strip():
            detail, hint = f"{tag} has no body of its own", "translate the body"
            yield TemplateProblem(f"variants/{tag}/html", 1, "untranslated", detail, hint)


def _about(template: Template, prefix: str, written_in: Format) -> list[TemplateProblem]:
    if not template.html.strip():
        return []
    shield = Shield([])
    text = shield.cover(template.html)
    links = sum(is_link(href.value) for href in anchors(text))
    own = len(MARK.sub("", text).encode()) + LINK_BYTES * (links + 2)
    return [
        *size_advice(f"{prefix}html", own),
        *_about_tags(shield, text, f"{prefix}html", written_in),
        *_about_text(template.text or text_of(text), f"{prefix}text"),
    ]


def _about_tags(
    shield: Shield, text: str, field: str, written_in: Format
) -> Iterator[TemplateProblem]:
    """Look at each tag; only of HTML is the line the author's."""
    own = written_in is Format.HTML
    opened = (tag for tag in tags_of(text) if not tag.closing)
    found = (one for tag in opened for one in _about_tag(text, tag) if own or one[1] in _ANY_FORMAT)
    for at, code, detail, hint in islice(found, SHOWN):
        line = shield.restore(text[:at]).count("\n") + 1 if own else 1
        yield TemplateProblem(field, line, code, detail, hint)


def _about_text(text: str, field: str) -> Iterator[TemplateProblem]:
    if not any(map(str.isalnum, _LINKS.sub("", MARK.sub("x", text)))):
        hint = "write the text part, or give the images an alt text"
        yield TemplateProblem(field, 1, "no-text", "the text part is empty", hint)


def _about_tag(text: str, tag: Tag) -> Iterator[_Advice]:
    match tag.name:
        case "img" if "alt" not in text[tag.start : tag.end].lower():
            hint = 'describe it: alt="…", or alt="" if it only decorates'
            yield tag.start, "no-alt", "an image has no alt text", hint
        case "a":
            href = attribute(text, tag, "href")
            if href is not None and href.value.strip() in ("", "#"):
                yield tag.start, "empty-link", "a link leads nowhere", "write where it leads"
        case "link":
            hint = "write the rules into a <style> tag"
            yield tag.start, "style-link", "mail clients load no style sheets", hint
        case name if name in _SKIPPED:
            yield tag.start, "not-shown", f"<{name}> is not for emails", _SKIPPED[name]
        case _:
            pass
