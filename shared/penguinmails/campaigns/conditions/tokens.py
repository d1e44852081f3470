"""Cut a condition's text into tokens, each with its column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from penguinmails.errors import Rejected

MAX_LENGTH = 2_000
KEYWORDS = frozenset({"true", "false", "null", "in"})


class ConditionError(Rejected):
    """A condition cannot be read: at which column (from 1), why, and what to write instead."""

    code = "invalid_condition"

    def __init__(self, column: int, detail: str) -> None:
        super().__init__(f"column {column}: {detail}")
        self.column = column
        self.detail = detail


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    KEYWORD = "keyword"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `value` is a text's content, and the writing itself of all others."""

    kind: Kind
    value: str
    column: int

    def is_sign(self, *signs: str) -> bool:
        """Tell whether this is one of the signs (`in` counts as one)."""
        return self.kind in {Kind.SIGN, Kind.KEYWORD} and self.value in signs

    def shown(self) -> str:
        """Name the token as its author wrote it."""
        return "the end" if self.kind is Kind.END else f"`{self.value[:40]}`"


_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<sign>\|\||&&|==|!=|<=|>=|[<>!()\[\],.])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
_HINTS = {
    "=": "write == to compare",
    "&": "write && for and",
    "|": "write || for or",
    '"': "this text has no closing quote",
    "'": "this text has no closing quote",
    "\u201c": 'write straight quotes: "',
    "\u201d": 'write straight quotes: "',
    "\u2018": "write straight quotes: '",
    "\u2019": "write straight quotes: '",
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 15


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens and then an end; raise ConditionError where there is none."""
    if len(text) > MAX_LENGTH:
        detail = f"a condition has at most {MAX_LENGTH:,} characters; split it over several arms"
        raise ConditionError(MAX_LENGTH + 1, detail)
    if broken := _SURROGATE.search(text):
        raise ConditionError(broken.start() + 1, "half a character stands here; write it anew")
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unreadable(text[at], at + 1)
        if found.lastgroup != "space":
            yield _token(found)
        at = found.end()
    yield Token(Kind.END, "", len(text) + 1)


def _token(found: re.Match[str]) -> Token:
    kind, written, column = Kind(found.lastgroup), found.group(), found.start() + 1
    if kind is Kind.TEXT:
        return Token(kind, _content(written, column), column)
    if kind is Kind.NUMBER and len(written) > _LONGEST_NUMBER:
        raise ConditionError(column, f"a number has at most {_LONGEST_NUMBER} digits")
    if written in KEYWORDS:
        return Token(Kind.KEYWORD, written, column)
    return Token(kind, written, column)


def _content(written: str, column: int) -> str:
    def replaced(escape: re.Match[str]) -> str:
        return _character(escape, column + 1 + escape.start())

    return _ESCAPE.sub(replaced, written[1:-1])


def _character(escape: re.Match[str], column: int) -> str:
    digits, letter = escape.groups()
    if digits and not _SURROGATE.match(chr(int(digits, 16))):
        return chr(int(digits, 16))
    if letter in _ESCAPED:
        return _ESCAPED[letter]
    raise ConditionError(column, r"unknown escape; there are \" \' \\ \n \r \t and \uXXXX")


def _unreadable(character: str, column: int) -> ConditionError:
    hint = _HINTS.get(character, "remove it, or put it between quotes")
    return ConditionError(column, f"unexpected {character!r}: {hint}")
