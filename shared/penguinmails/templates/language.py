"""Language tags (BCP 47) as people write them, and which variant a person reads."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:[-_](?P<script>[a-z]{4}))?(?:[-_](?P<region>[a-z]{2}|[0-9]{3}))?",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def tag_of(text: str) -> str:
    """Write a tag the one way it is kept, such as de-AT for de_at; empty if it is none."""
    found = _TAG.fullmatch(text.strip())
    if found is None:
        return ""
    parts = (found["language"].lower(), (found["script"] or "").title())
    return "-".join(part for part in (*parts, (found["region"] or "").upper()) if part)


def nearest(locale: str, offered: Collection[str]) -> str:
    """Choose a variant: the locale itself, else its language, else none, which is empty."""
    tag = tag_of(locale)
    while tag and tag not in offered:
        tag = tag.rpartition("-")[0]
    return tag
