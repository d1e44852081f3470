"""Makes HTML of Markdown (CommonMark with tables and ~~strikethrough~~; HTML may stand in it)."""

import re
from typing import Final

from markdown_it import MarkdownIt

from penguinmails.templates.limits import (
    MARKDOWN_BRACKETS,
    MARKDOWN_CELLS,
    MARKDOWN_CHARS,
    MARKDOWN_LINES,
    SOURCE_BYTES,
)
from penguinmails.templates.source import SourceRefused
from penguinmails.templates.words import Words

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_STYLE: Final = (
    "margin:0 auto;padding:16px;max-width:600px;"
    "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1f1f1f"
)


def html_of_markdown(text: str) -> str:
    """Write shielded Markdown as a whole, shielded HTML document; raises SourceRefused."""
    _check(text)
    words = Words.absent_from(text)
    made = _MARKDOWN.render(_apart(words.cover(text), words))
    if len(made) > SOURCE_BYTES:
        detail = f"it becomes {len(made) // 1000} kB of HTML"
        raise SourceRefused(1, "source-size", detail, "shorten it")
    return _document(words.restore(_unwrapped(made, words)))


def _check(text: str) -> None:
    if len(text) > MARKDOWN_CHARS:
        detail = f"the Markdown is longer than {MARKDOWN_CHARS} characters"
        raise SourceRefused(1, "source-size", detail, "shorten it, or write it as HTML")
    if text.count("[") > MARKDOWN_BRACKETS:
        detail = f"more than {MARKDOWN_BRACKETS} brackets"
        raise SourceRefused(1, "too-complex", detail, "write fewer links")
    lines = text.splitlines()
    if len(lines) > MARKDOWN_LINES:
        detail = f"the Markdown has more than {MARKDOWN_LINES} lines"
        raise SourceRefused(1, "source-size", detail, "shorten it, or write it as HTML")
    if max((line.count("|") for line in lines), default=0) * len(lines) > MARKDOWN_CELLS:
        raise SourceRefused(1, "too-complex", "the tables are too wide", "write fewer columns")


def _apart(text: str, words: Words) -> str:
    """Let a line of nothing but conditions and loops be no part of the text around it.

    Between the rows of a table it stays: as a row of its own, which is unwrapped afterwards.
    """
    alone = re.compile(rf"[ ]{{0,3}}(?:{words.statements()}[ \t]*)+")
    lines, row = text.splitlines(), False
    for number, line in enumerate(lines):
        if not alone.fullmatch(line):
            row = line.lstrip().startswith("|")
        elif not row:
            lines[number] = f"<!--{line.strip()}-->"
    return "\n".join(lines)


def _unwrapped(html: str, words: Words) -> str:
    """Take conditions and loops out of the comments and rows that only they are in."""
    run = rf"((?:{words.statements()}\s*)+)"
    html = re.sub(rf"(?:<!--|&lt;!--){run}(?:-->|--&gt;)", r"\1", html)
    return re.sub(rf"<tr>\s*<td[^>]*>{run}</td>\s*(?:<td[^>]*></td>\s*)*</tr>", r"\1", html)


def _document(body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"></head>\n'
        f'<body style="{_STYLE}">\n{body}</body></html>\n'
    )
