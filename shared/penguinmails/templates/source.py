"""Reads template source within bounds: what would be costly to parse is refused early."""

import re

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TOKEN_FLOAT, TOKEN_INTEGER, TOKEN_RAW_BEGIN

from penguinmails.templates.limits import NUMBER_DIGITS, SOURCE_BYTES, TOKENS
from penguinmails.templates.sandbox import PLAIN

Token = tuple[int, str, str]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]")
# The lexer takes 300 bytes for each figure of a number.
_LONG_NUMBER = re.compile(r"[0-9][0-9_]{999}|0[xX][0-9a-fA-F_]{1000}")
_NUMBERS = (TOKEN_INTEGER, TOKEN_FLOAT)


class SourceRefused(Exception):  # noqa: N818 - a verdict with its place, turned into a problem
    """The source cannot be read: at this line, for this reason, with this remedy."""

    def __init__(self, line: int, code: str, detail: str, hint: str) -> None:
        super().__init__(f"line {line}: {detail}")
        self.line = line
        self.code = code
        self.detail = detail
        self.hint = hint


def tokens_of(source: str) -> list[Token]:
    """Give (line, kind, text) of every token, or raise SourceRefused."""
    _check_text(source)
    found: list[Token] = []
    try:
        for token in PLAIN.lexer.tokeniter(source, None):
            _check_token(token, len(found))
            found.append(token)
    except TemplateSyntaxError as error:
        raise _syntax(error) from error
    return found


def parse(source: str) -> nodes.Template:
    """Parse source within the bounds, or raise SourceRefused."""
    tokens_of(source)
    try:
        return PLAIN.parse(source)
    except TemplateSyntaxError as error:
        raise _syntax(error) from error
    except RecursionError as error:
        raise SourceRefused(1, "too-complex", "nested too deep", "simplify it") from error


def _syntax(error: TemplateSyntaxError) -> SourceRefused:
    return SourceRefused(error.lineno, "syntax", error.message or "not readable", _SYNTAX_HINT)


def _check_text(source: str) -> None:
    if len(source) > SOURCE_BYTES or len(source.encode("utf-8", "replace")) > SOURCE_BYTES:
        detail = f"the source is larger than {SOURCE_BYTES // 1000} kB"
        raise SourceRefused(1, "source-size", detail, "shorten it; refer to images by URL")
    if control := CONTROL.search(source):
        line = source.count("\n", 0, control.start()) + 1
        detail = f"a control character (code {ord(control[0]):#x})"
        raise SourceRefused(line, "control-character", detail, "delete it")
    if number := _LONG_NUMBER.search(source):
        line = source.count("\n", 0, number.start()) + 1
        detail = f"the number {number[0][:20]}… is too long"
        raise SourceRefused(line, "number", detail, "use a shorter number")


def _check_token(token: Token, position: int) -> None:
    line, kind, text = token
    if position >= TOKENS:
        detail = f"more than {TOKENS} pieces of template code"
        raise SourceRefused(line, "too-complex", detail, "write fewer or shorter expressions")
    if kind in _NUMBERS and len(text) > NUMBER_DIGITS:
        hint = f"use a number of at most {NUMBER_DIGITS} characters"
        raise SourceRefused(line, "number", f"the number {text[:20]}… is too long", hint)
    if kind == TOKEN_RAW_BEGIN:
        raise SourceRefused(line, "raw", "raw blocks are not available", _RAW_HINT)


_RAW_HINT = 'write {{ "{{" }} where braces should appear in the email'
_SYNTAX_HINT = (
    "write {{ name }} for a value, {% if … %}…{% endif %} for a condition, "
    "{% for item in list %}…{% endfor %} for a loop"
)
