"""A contact: who a person is to a workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from penguinmails.table.port import Value


@dataclass(frozen=True, slots=True)
class Contact:
    """One person; `id` is derived from the address, so that the same address is one contact.

    `applied` holds the keys of the campaigns' actions that have been done to the person;
    `consents` says where the person was heard to agree, and when we heard it first.
    """

    tenant: str
    id: str
    email: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    score: int = 0
    segments: frozenset[str] = frozenset()
    applied: frozenset[str] = frozenset()
    time_zone: str = ""
    locale: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    consents: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """The receiving domain."""
        return self.email.rpartition("@")[2].lower()

    def attribute(self, path: tuple[str, ...]) -> object | None:
        """Look an attribute up by the path that a condition or a template names."""
        built_in: dict[str, object] = {
            "email": self.email,
            "tags": self.tags,
            "lead_score": self.score,
            "score": self.score,
            "time_zone": self.time_zone or None,
            "locale": self.locale or None,
        }
        if len(path) == 1 and path[0] in built_in:
            return built_in[path[0]]
        found: object = self.attributes
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found
