"""The attributes that every contact may have, and slips in their names."""

from typing import Final

from penguinmails.properties.names import names_of

USUAL: Final = (
    "email",
    "first_name",
    "last_name",
    "company",
    "tags",
    "lead_score",
    "time_zone",
    "locale",
)
ALWAYS: Final = frozenset({"email", "lead_score", "score"})
"""These are never missing."""


def misnamed(name: str, *, in_condition: bool) -> str:
    """Give the name that was most likely meant; empty if this one is as good as any.

    Templates take camelCase too, conditions do not.
    """
    plain = names_of(name)[0]
    slip = next((usual for usual in USUAL if plain != usual and _is_slip(plain, usual)), "")
    return slip or (plain if in_condition and plain != name else "")


def _is_slip(written: str, meant: str) -> bool:
    """Tell whether one letter is missing, too much or another one, or two are swapped."""
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    a, b = written[start:], meant[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
