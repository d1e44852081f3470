"""Writes the rules of style sheets into the tags that they match, where every mail client sees them.

The document is never written anew: another tool reads a copy of its tags and tells the style of
each, and only that is put in. So conditions, odd markup and comments stay as the author has them.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from css_inline import CSSInliner, InlineError

from penguinmails.templates.limits import (
    HTML_DEPTH,
    SOURCE_BYTES,
    STYLE_CHARS,
    STYLE_WORK,
    TAG_CHARS,
)
from penguinmails.templates.markup import VOID, Tag, attribute, inside, tags_of
from penguinmails.templates.shield import STATEMENT_MARK

LARGEST: Final = 4 * SOURCE_BYTES
_NUMBER: Final = "data-number"
_OWN_STYLE: Final = re.compile(r"""\sstyle\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_UNSTYLED: Final = frozenset(
    {"base", "head", "html", "link", "meta", "noscript", "script", "style", "template", "title"}
)
# Browsers close these themselves, so that they are never deep in one another.
_CLOSED_ALONE: Final = frozenset({"p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody"})


class TooMuchStyle(Exception):  # noqa: N818 - it is a limit, and the document stays as it is
    """There are more styles, or more tags, than may be matched."""


def sheets_of(text: str) -> str:
    """Give the rules of the style sheets that hold for every person and screen."""
    sheets = inside(text, "style")
    general = (css for tag, css in sheets if attribute(text, tag, "media") is None)
    return "\n".join(css for css in general if STATEMENT_MARK not in css)


def with_styles(text: str, css: str) -> str:
    """Give shielded HTML with the rules of `css` in its tags; raises TooMuchStyle.

    A tag that holds a condition, or is very long, is left alone. The style sheets stay: what depends on the screen,
    or on a condition, is only there.
    """
    tags = [tag for tag in tags_of(text) if tag.whole]
    if not css.strip() or not tags:
        return text
    _check(tags, css)
    try:
        made = CSSInliner(
            inline_style_tags=False, load_remote_stylesheets=False, extra_css=css
        ).inline("".join(_copied(text, tags)))
    except InlineError as error:
        raise TooMuchStyle(str(error)) from error
    if len(made) > LARGEST:
        raise TooMuchStyle("the styles would make the email too large")
    return _spliced(text, tags, dict(_styles(made)))


def _check(tags: list[Tag], css: str) -> None:
    if len(css) > STYLE_CHARS or len(css) * len(tags) > STYLE_WORK:
        raise TooMuchStyle("the style sheets are too long for so many tags")
    depth = 0
    for tag in tags:
        if tag.name not in VOID | _CLOSED_ALONE:
            depth = max(0, depth - 1) if tag.closing else depth + 1
        if depth > HTML_DEPTH:
            raise TooMuchStyle("the tags are too deep in one another")


def _copied(text: str, tags: list[Tag]) -> Iterator[str]:
    """Copy the tags without what is between them, each with its number and without its style."""
    for number, tag in enumerate(tags):
        written = text[tag.start : tag.end]
        if tag.name in _UNSTYLED:
            continue
        if tag.closing or STATEMENT_MARK in written or len(written) > TAG_CHARS:
            yield f"</{tag.name}>" if tag.closing else f"<{tag.name}>"
            continue
        at = 1 + len(tag.name)
        yield f'{written[:at]} {_NUMBER}="{number}"{_OWN_STYLE.sub("", written[at:])}'


def _styles(made: str) -> Iterator[tuple[int, str]]:
    for tag in tags_of(made):
        if not tag.closing:
            number, style = attribute(made, tag, _NUMBER), attribute(made, tag, "style")
            if number is not None and style is not None:
                yield int(number.value), html.unescape(style.value)


def _spliced(text: str, tags: list[Tag], styles: dict[int, str]) -> str:
    kept: list[str] = []
    at = size = 0
    for number, style in sorted(styles.items()):
        begin, end, written = _place(text, tags[number], style)
        kept += (text[at:begin], written)
        at, size = end, size + len(written)
        if size + len(text) > SOURCE_BYTES:
            raise TooMuchStyle("the styles would make the email too large")
    return "".join((*kept, text[at:]))


def _place(text: str, tag: Tag, style: str) -> tuple[int, int, str]:
    """Tell what to replace by what: the tag's own style comes last, and so wins."""
    escaped = html.escape(style.rstrip("; "))
    own = attribute(text, tag, "style")
    if own is None:
        at = tag.start + 1 + len(tag.name)
        return at, at, f' style="{escaped}"'
    joined = f"{escaped};{own.value}"
    if text[own.start - 1] in "\"'":
        return own.start, own.end, joined
    return own.start, own.end, f'"{joined}"'
