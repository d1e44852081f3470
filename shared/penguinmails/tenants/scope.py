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
    SENDERS_READ = "senders:read"
    SENDERS_WRITE = "senders:write"
    TOPICS_READ = "topics:read"
    TOPICS_WRITE = "topics:write"
    INBOX_READ = "inbox:read"
    JOBS_READ = "jobs:read"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    WORKSPACE_READ = "workspace:read"
    WORKSPACE_WRITE = "workspace:write"
    AUDIT_READ = "audit:read"
    CLOCK_READ = "clock:read"
    CLOCK_WRITE = "clock:write"

    @property
    def only_reads(self) -> bool:
        """Tell whether nothing can be changed with it."""
        return self.value.endswith(":read")


def allows(granted: AbstractSet[Scope], wanted: Scope) -> bool:
    """Tell whether the scopes of a key are enough; no scope implies another but ALL."""
    return Scope.ALL in granted or wanted in granted
