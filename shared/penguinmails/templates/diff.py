"""Compares two texts line by line, within bounds."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from typing import Final

_MOST_LINES: Final = 1_500
"""Of longer texts all lines count as changed: to match them takes their lengths multiplied."""


def unified(before: Sequence[str], after: Sequence[str], one: str, other: str) -> str:
    """Write what differs as a unified diff, the texts named as given; empty if nothing does."""
    if before == after:
        return ""
    if max(len(before), len(after)) > _MOST_LINES:
        lines = _exchanged(before, after, one, other)
    else:
        lines = unified_diff(before, after, one, other, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _exchanged(before: Sequence[str], after: Sequence[str], one: str, other: str) -> Iterator[str]:
    yield from (f"--- {one}", f"+++ {other}", f"@@ -1,{len(before)} +1,{len(after)} @@")
    yield from (f"-{line}" for line in before)
    yield from (f"+{line}" for line in after)
