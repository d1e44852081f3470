"""The values of a source (JSON or YAML) taken one by one, each refusal kept with its place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import cast

from penguinmails.campaigns.conditions import KEYWORDS
from penguinmails.errors import Problem

Fields = Mapping[str, object]

STEP_SLUG = re.compile(r"[a-z][a-z0-9_]{0,63}")
TEMPLATE_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SHOWN = 40
_NO_HINTS: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Source:
    """Takes values out of a source. What is wrong goes to `problems`; reading goes on."""

    problems: list[Problem] = field(default_factory=list)

    def refuse(self, at: str, code: str, detail: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(at, code, detail))

    def fields(self, at: str, value: object, what: str) -> Fields | None:
        """Take a mapping."""
        if isinstance(value, Mapping):
            return cast("Fields", value)
        self.refuse(at, "wrong_type", f"{what} is a mapping of keys and values, not {shown(value)}")
        return None

    def items(self, at: str, value: object, what: str) -> Sequence[object]:
        """Take a list."""
        if isinstance(value, list | tuple):
            return value
        self.refuse(at, "wrong_type", f"{what} is a list, not {shown(value)}")
        return ()

    def only(
        self, at: str, fields: Fields, known: Iterable[str], hints: Mapping[str, str] = _NO_HINTS
    ) -> None:
        """Refuse keys that nobody reads; `hints` say of some what to do instead."""
        allowed = list(known)
        for key in fields:
            if key not in allowed:
                instead = hints.get(key) or f"here may be: {', '.join(allowed)}"
                guess = "" if key in hints else suggestion(key, allowed)
                detail = f"unknown key {shown(key)}{guess}; {instead}"
                self.refuse(below(at, key), "unknown_key", detail)

    def slug(self, at: str, value: object, what: str) -> str:
        """Take a step's slug or another word of its form; empty if it is none."""
        if isinstance(value, str) and STEP_SLUG.fullmatch(value) and value not in KEYWORDS:
            return value
        detail = (
            f"{what} is a word of small letters, digits and underscores that starts with a letter "
            f"(up to 64), such as social_proof; not {shown(value)}"
        )
        self.refuse(at, "invalid_slug", detail)
        return ""

    def template(self, at: str, value: object) -> str:
        """Take a template's slug; empty if it is none."""
        if isinstance(value, str) and TEMPLATE_SLUG.fullmatch(value):
            return value
        detail = f"name a template by its slug, such as welcome-intro; not {shown(value)}"
        self.refuse(at, "invalid_template", detail)
        return ""

    def line(self, at: str, value: object, what: str, *, longest: int) -> str:
        """Take one line of text; empty if it is none."""
        if isinstance(value, str) and 0 < len(value) <= longest and not _UNPRINTABLE.search(value):
            return value
        detail = f"{what} is one line of 1 to {longest} characters, not {shown(value)}"
        self.refuse(at, "invalid_text", detail)
        return ""

    def whole(self, at: str, value: object, what: str, *, least: int, most: int) -> int:
        """Take a whole number; `least` if it is none."""
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        detail = f"{what} is a whole number from {least} to {most}, not {shown(value)}"
        self.refuse(at, "invalid_number", detail)
        return least


def shown(value: object) -> str:
    """Name a value in a message, short whatever it is."""
    match value:
        case None:
            return "nothing"
        case str():
            cut = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
            return '"' + _UNPRINTABLE.sub("\ufffd", cut) + '"'
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)[:_SHOWN]
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def suggestion(written: object, known: Iterable[str]) -> str:
    """Guess what was meant, as the end of a message."""
    close = get_close_matches(str(written)[:_SHOWN], list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def below(at: str, key: object) -> str:
    """Point to a key or an index below a place (RFC 6901)."""
    escaped = str(key)[:256].replace("~", "~0").replace("/", "~1")
    return f"{at}/{_UNPRINTABLE.sub(chr(0xFFFD), escaped)}"
