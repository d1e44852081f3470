"""Puts a mark in the place of every template tag, so that the text around can be read as HTML."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from jinja2.lexer import (
    TOKEN_BLOCK_BEGIN,
    TOKEN_BLOCK_END,
    TOKEN_COMMENT_BEGIN,
    TOKEN_COMMENT_END,
    TOKEN_VARIABLE_BEGIN,
    TOKEN_VARIABLE_END,
)

from penguinmails.templates.source import tokens_of

# Noncharacters of Unicode: never in text, and the source check refuses them.
VALUE_MARK: Final = "\ufdd0"
STATEMENT_MARK: Final = "\ufdd2"
_END: Final = "\ufdd1"
MARK: Final = re.compile(f"[{VALUE_MARK}{STATEMENT_MARK}]([0-9]+){_END}")
_BRACE: Final = re.compile(r"\{(?=[{%#]|\Z)")
_BEGIN: Final = {
    TOKEN_VARIABLE_BEGIN: VALUE_MARK,
    TOKEN_BLOCK_BEGIN: STATEMENT_MARK,
    TOKEN_COMMENT_BEGIN: STATEMENT_MARK,
}
_ENDS: Final = frozenset({TOKEN_VARIABLE_END, TOKEN_BLOCK_END, TOKEN_COMMENT_END})
_UNSUBSCRIBE: Final = re.compile(r"\{\{[-+]?\s*unsubscribe(?:_url|Url)\s*[-+]?\}\}")


@dataclass(frozen=True, slots=True)
class Shield:
    """The tags of one source, by the number of their mark."""

    tags: list[str]

    def cover(self, source: str) -> str:
        """Give the source with its tags replaced by marks."""
        return "".join(self._covered(source))

    def value(self, tag: str) -> str:
        """Take a tag of our own in; give its mark."""
        self.tags.append(tag)
        return mark_of(VALUE_MARK, len(self.tags) - 1)

    def restore(self, text: str) -> str:
        """Put the tags back; whatever else looks like a tag is made literal text."""
        pieces = MARK.split(text)
        tags = (self.tags[int(number)] for number in pieces[1::2])
        literal = (_BRACE.sub('{{ "{" }}', piece) for piece in pieces[0::2])
        return next(literal) + "".join(tag + text for tag, text in zip(tags, literal, strict=True))

    def unsubscribes(self, text: str) -> bool:
        """Tell whether the text holds the unsubscribe link."""
        return any(_UNSUBSCRIBE.fullmatch(self.tags[int(n)]) for n in MARK.findall(text))

    def _covered(self, source: str) -> Iterator[str]:
        tag: list[str] = []
        mark = ""
        for _, kind, text in tokens_of(source):
            mark = _BEGIN.get(kind, mark)
            if not mark:
                yield text
                continue
            tag.append(text)
            if kind in _ENDS:
                self.tags.append("".join(tag))
                yield mark_of(mark, len(self.tags) - 1)
                tag, mark = [], ""


def mark_of(kind: str, number: int) -> str:
    """Write the mark of the tag of this number."""
    return f"{kind}{number}{_END}"


def outside_marks(text: str, change: Callable[[str], str]) -> str:
    """Change what stands between the marks, and leave the marks."""
    kept = [found[0] for found in MARK.finditer(text)]
    pieces = [change(piece) for piece in MARK.split(text)[0::2]]
    return pieces[0] + "".join(mark + text for mark, text in zip(kept, pieces[1:], strict=True))
