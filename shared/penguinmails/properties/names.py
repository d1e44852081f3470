"""One name for each attribute, however a file, a request or a template spells it."""

import re
from functools import lru_cache
from typing import Final

LONGEST_NAME: Final = 64
BUILT_IN: Final = frozenset({"email", "tags", "lead_score", "score", "time_zone", "locale"})
"""What every contact has; no attribute can have such a name."""
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])|[^\W\da-zA-Z_]+")


@lru_cache(maxsize=4096)
def names_of(key: str) -> tuple[str, str]:
    """Give a key's snake_case and camelCase names: `First Name` is first_name and firstName."""
    words = [word.lower() for word in _WORD.findall(key)] or [key]
    return "_".join(words), words[0] + "".join(word.capitalize() for word in words[1:])


def attribute_name(text: str) -> str:
    """Give the name under which an attribute is kept; empty if the text has none."""
    return names_of(text.strip()[:LONGEST_NAME])[0]
