"""The bounds of a template, and the meter that stops a rendering which passes them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from penguinmails.errors import InvalidInput, Problem

SOURCE_BYTES = 256_000
OUTPUT_CHARS = 512_000
LOOP_STEPS = 50_000
TOKENS = 15_000
NODES = 10_000
DEPTH = 40
LOOP_DEPTH = 2
LINKS = 500
TAGS = 6_000
NUMBER_DIGITS = 15
LARGEST_NUMBER = 10**18
STRING_CHARS = 16_000
LIST_ITEMS = 100
BATCH = 256
URL_CHARS = 4_000
SUBJECT_CHARS = 900
IMAGE_ADDRESS_CHARS = 1_000
IMAGE_VALUES = 20
IMAGE_VALUE_CHARS = 200
# As many characters of string work as writing and signing one parameter costs.
IMAGE_WORK = 200
# Compiled code reads these formats recursively, and would end the process where its stack does.
MJML_DEPTH = 60
HTML_DEPTH = 300
MARKDOWN_CHARS = 20_000
MARKDOWN_LINES = 2_000
MARKDOWN_BRACKETS = 2_000
MARKDOWN_CELLS = 10_000
# Styles are tried on each tag, and may be written into each: the product bounds time and size.
STYLE_CHARS = 60_000
STYLE_WORK = 15_000_000
TAG_CHARS = 4_000
VARIANTS = 40
CLIPPED_BYTES = 102_000
"""Gmail shows no more of an email's HTML."""
# A loop step costs as much as its body has nodes; a joined or changed string costs its length.
STEP_WORK = 250_000
STRING_WORK = 2_000_000


class LimitReached(InvalidInput):
    """The rendering was stopped: this template with this contact is too large or too long."""

    code = "template_limit"

    def __init__(self, detail: str) -> None:
        super().__init__(Problem(pointer="", code=self.code, detail=detail))


class Meter:
    """Counts the work of one rendering and stops it at the bounds."""

    __slots__ = ("_chars", "_steps", "_work")

    def __init__(self) -> None:
        self._steps = 0
        self._work = 0
        self._chars = 0

    def steps(self, items: Iterable[object], weight: int) -> Iterator[object]:
        """Pass the items of a loop on, each charged with the size of the loop's body."""
        for item in items:
            self._steps += 1
            self._work += weight
            if self._steps > LOOP_STEPS or self._work > STEP_WORK:
                raise LimitReached(_LOOPS)
            yield item

    def string(self, length: int) -> None:
        """Charge for a string that is about to be made or looked through."""
        if length > STRING_CHARS:
            raise LimitReached(f"A value grew beyond {STRING_CHARS} characters; shorten it.")
        self.effort(length)

    def effort(self, chars: int) -> None:
        """Charge for looking at this many characters."""
        self._chars += chars
        if self._chars > STRING_WORK:
            raise LimitReached(_STRINGS)


_LOOPS = "The loops run too long: loop over shorter lists, or write less inside the loop."
_STRINGS = "The filters change too much text: use fewer of them, or on shorter values."


def collect(pieces: Iterator[str]) -> str:
    """Join what a template puts out, stopping when it passes the cap."""
    kept: list[str] = []
    size = 0
    while batch := list(islice(pieces, BATCH)):
        kept.append("".join(batch))
        size += len(kept[-1])
        if size > OUTPUT_CHARS:
            raise LimitReached(f"The output is longer than {OUTPUT_CHARS} characters.")
    return "".join(kept)
