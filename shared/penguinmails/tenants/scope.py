"""Scopes: what a key allows, one for reading and one for writing each kind of thing."""

from collections.abc import Set as AbstractSet
from enum import StrEnum


class Scope(StrEnum):
    """What a key may be given; ALL allows everything."""

    ALL = "*"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    TEMPLATES_READ = "templates:read"
    TEMPLATES_WRITE = "templates:write"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    SUPPRESSIONS_READ = "suppressions:read"
    SUPPRESSIONS_WRITE = "suppressions:write"


def allows(granted: AbstractSet[Scope], wanted: Scope) -> bool:
    """Tell whether the scopes of a key are enough; no scope implies another but ALL."""
    return Scope.ALL in granted or wanted in granted
