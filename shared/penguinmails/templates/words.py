"""Stands plain words in for a template's marks while another tool reads the text around them."""

import re
from dataclasses import dataclass
from typing import Final

from penguinmails.ids import digest
from penguinmails.templates.shield import MARK, STATEMENT_MARK, VALUE_MARK, mark_of

NOTHING: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a text does not hold: letters and figures, so that every tool leaves them alone."""

    start: str

    @classmethod
    def absent_from(cls, text: str) -> "Words":
        """Choose a beginning that is nowhere in the text."""
        return cls(f"q{digest(text).hex()[:16]}z")

    def cover(self, text: str, also: re.Pattern[str] = NOTHING) -> str:
        """Replace the marks, and other single characters that a tool would spoil."""
        text = MARK.sub(lambda mark: self.word(mark[0][0], mark[1]), text)
        return also.sub(lambda found: f"{self.start}c{ord(found[0])}z", text)

    def word(self, kind: str, number: str) -> str:
        """Give the word of one mark."""
        return f"{self.start}{'s' if kind == STATEMENT_MARK else 'v'}{number}z"

    def statements(self) -> str:
        """Give the pattern of one word that stands for a condition, a loop or a comment."""
        return f"{self.start}s[0-9]+z"

    def restore(self, text: str) -> str:
        """Put back what the words stand for."""
        return re.sub(f"{self.start}([vsc])([0-9]+)z", _restored, text)


def _restored(word: re.Match[str]) -> str:
    if word[1] == "c":
        return chr(int(word[2]))
    return mark_of(VALUE_MARK if word[1] == "v" else STATEMENT_MARK, int(word[2]))
