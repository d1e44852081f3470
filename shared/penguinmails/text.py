"""Text: what people may write, each check with what to write instead, and what nobody may read."""

import re
from collections.abc import Iterator

from penguinmails.errors import Problem
from penguinmails.ids import is_uuid

LONGEST_LINE = 255

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*")
_LINES = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*")
_ADDRESS = re.compile(r"[^\s\"'<>]*@[^\s\"'<>]*")


def check_slug(pointer: str, slug: str, example: str) -> Iterator[Problem]:
    """Tell what is wrong with a slug, which also is no id."""
    if not _SLUG.fullmatch(slug) or is_uuid(slug):
        detail = f"a slug has 1 to 64 small letters, digits, - and _, such as {example}"
        yield Problem(pointer, "invalid_slug", detail)


def check_line(pointer: str, text: str, longest: int = LONGEST_LINE) -> Iterator[Problem]:
    """Tell what is wrong with a line that has to be there."""
    if not text.strip() or len(text) > longest or not _LINE.fullmatch(text):
        detail = f"write one line of 1 to {longest} characters, without control characters"
        yield Problem(pointer, "invalid_text", detail)


def check_lines(pointer: str, text: str, longest: int) -> Iterator[Problem]:
    """Tell what is wrong with a text that may be empty or have several lines."""
    if len(text) > longest or not _LINES.fullmatch(text):
        detail = f"write up to {longest} characters, without control characters but new lines"
        yield Problem(pointer, "invalid_text", detail)


def masked(text: str) -> str:
    """Mask whatever looks like an address: libraries and servers quote what they choke on."""
    return _ADDRESS.sub("<address>", text)
