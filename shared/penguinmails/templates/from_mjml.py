"""Makes HTML of MJML: its structure is checked here, where a fault can be named by its line."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import chain
from typing import Final

import mjml

from penguinmails.templates.limits import MJML_DEPTH, SOURCE_BYTES, TAGS
from penguinmails.templates.markup import VOID, Tag, attribute, inside, scan, tags_of
from penguinmails.templates.shield import MARK, STATEMENT_MARK
from penguinmails.templates.source import SourceRefused
from penguinmails.templates.words import Words

# The compiler writes attributes with these as escapes of its own language.
_SPOILED: Final = re.compile(r"[^\x20-\x7e\t\n\r]|\\")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_BREAK: Final = re.compile(r"\s*[\r\n]\s*")
_ELEMENTS: Final = frozenset(
    {"mjml"}
    | {
        f"mj-{name}"
        for name in (
            *("accordion", "accordion-element", "accordion-text", "accordion-title", "all"),
            *("attributes", "body", "breakpoint", "button", "carousel", "carousel-image", "class"),
            *("column", "divider", "font", "group", "head", "hero", "html-attributes", "image"),
            *("navbar", "navbar-link", "preview", "raw", "section", "selector", "social"),
            *("html-attribute", "social-element", "spacer", "style", "table", "text", "title"),
            "wrapper",
        )
    }
)
_PLACE: Final = re.compile(r" in root template| at position [0-9:]+")


def html_of_mjml(text: str) -> str:
    """Compile shielded MJML to shielded HTML; raises SourceRefused."""
    _check(text)
    words = Words.absent_from(text)
    covered = words.cover(_plain_tags(text, words))
    try:
        made = mjml.mjml2html(covered)
    except ValueError as error:
        raise _refused(
            1, _PLACE.sub("", str(error)), "compare it with the MJML reference"
        ) from None
    html = words.restore(made)
    if len(html) > SOURCE_BYTES:
        detail = f"it becomes {len(html) // 1000} kB of HTML"
        raise SourceRefused(1, "source-size", detail, "write fewer sections")
    if lost := _statements(text) - _statements(html):
        hint = "put it into <mj-body>, around whole elements or inside their text"
        raise _refused(_line(text, text.index(min(lost))), "a condition would get lost", hint)
    return html


def _statements(text: str) -> set[str]:
    return {found[0] for found in MARK.finditer(text) if found[0][0] == STATEMENT_MARK}


def mjml_styles(text: str) -> str:
    """Give the styles that the author wants in the tags, which the compiler leaves in the head."""
    found = inside(text, "mj-style")
    return "\n".join(css for tag, css in found if attribute(text, tag, "inline") is not None)


def _check(text: str) -> None:
    if text.count("<") > TAGS:
        raise SourceRefused(1, "tags", f"more than {TAGS} tags", "write simpler MJML")
    for at, detail, hint in chain(_outside(text), _faults(text)):
        raise _refused(_line(text, at), detail, hint)


def _outside(text: str) -> Iterator[tuple[int, str, str]]:
    pieces = (piece for piece in scan(text) if text[piece.start : piece.end].strip())
    first = next(pieces, None)
    if not isinstance(first, Tag) or first.name != "mjml":
        yield 0, "it does not begin with <mjml>", "put everything inside <mjml>…</mjml>"


def _faults(text: str) -> Iterator[tuple[int, str, str]]:
    opened: list[Tag] = []
    for tag in tags_of(text):
        if tag.name in VOID:
            continue
        if tag.name.startswith("mj") and tag.name not in _ELEMENTS:
            near = get_close_matches(tag.name, _ELEMENTS, 1, 0.8)
            hint = f"write <{near[0]}>" if near else "see the MJML reference for what there is"
            yield tag.start, f"<{tag.name[:40]}> is no element of MJML", hint
        written = text[tag.start : tag.end]
        if STATEMENT_MARK in _QUOTED.sub("", written):
            hint = "put it around the whole tag, or inside an attribute's quotes"
            yield tag.start, f"a condition stands inside the tag <{tag.name}>", hint
        if tag.closing and (not opened or opened.pop().name != tag.name):
            yield tag.start, f"</{tag.name}> closes nothing", "close tags in the order they open"
        elif not tag.closing and not written.endswith("/>"):
            opened.append(tag)
        if len(opened) > MJML_DEPTH:
            yield tag.start, f"tags are more than {MJML_DEPTH} deep", "write simpler MJML"
    for tag in opened:
        yield tag.start, f"<{tag.name}> is not closed", f"add </{tag.name}>"


def _plain_tags(text: str, words: Words) -> str:
    """Write each tag on one line and in ASCII: the compiler spoils the rest in attributes."""
    kept: list[str] = []
    at = 0
    for tag in tags_of(text):
        written = words.cover(_BREAK.sub(" ", text[tag.start : tag.end]), _SPOILED)
        kept += (text[at : tag.start], written)
        at = tag.end
    return "".join((*kept, text[at:]))


def _refused(line: int, detail: str, hint: str) -> SourceRefused:
    return SourceRefused(line, "mjml", detail, hint)


def _line(text: str, position: int) -> int:
    """Tell the line, as far as template tags do not span several."""
    return MARK.sub("", text[:position]).count("\n") + 1
