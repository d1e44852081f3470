"""What a campaign's action does to a contact; applying it twice does it once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from penguinmails.contacts.contact import Contact
from penguinmails.table.port import Value


@dataclass(frozen=True, slots=True)
class Effect:
    """Changes to one contact; `key` names the action of a walk that makes them, once."""

    key: str
    add_tags: frozenset[str] = frozenset()
    remove_tags: frozenset[str] = frozenset()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    score: int = 0

    def on(self, contact: Contact) -> Contact:
        """Give the contact as it is afterwards; it may have been done to them before."""
        if self.key in contact.applied:
            return contact
        return replace(
            contact,
            tags=contact.tags - self.remove_tags | self.add_tags,
            attributes={**contact.attributes, **self.attributes},
            score=contact.score + self.score,
            applied=contact.applied | {self.key},
        )
