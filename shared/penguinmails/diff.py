"""Compares two texts line by line, within bounds."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from io import StringIO
from typing import Final

_MOST_LINES: Final = 1_500
"""Of longer texts all lines count as changed: to match them takes their lengths multiplied."""


def unified(before: str, after: str, one: str, other: str) -> str:
    """Write what differs as a unified diff, the texts named as given; empty if nothing does.

    Every line of the texts, the last as well, ends in a newline.
    """
    if before == after:
        return ""
    # Only a newline ends a line here: str.splitlines would end one at U+2028 too, and glue them.
    old, new = list(StringIO(before)), list(StringIO(after))
    if max(len(old), len(new)) > _MOST_LINES:
        return "".join(_exchanged(old, new, one, other))
    return "".join(unified_diff(old, new, one, other))


def _exchanged(old: Sequence[str], new: Sequence[str], one: str, other: str) -> Iterator[str]:
    yield from (f"--- {one}\n", f"+++ {other}\n", f"@@ -{_span(old)} +{_span(new)} @@\n")
    yield from (f"-{line}" for line in old)
    yield from (f"+{line}" for line in new)


def _span(lines: Sequence[str]) -> str:
    return f"{min(1, len(lines))},{len(lines)}"
