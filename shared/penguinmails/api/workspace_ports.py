"""What the routes of a workspace touch: its keys, topics, senders and its audit log."""

from dataclasses import dataclass
from typing import Protocol

from penguinmails.audit.entry import AuditPage, Head
from penguinmails.senders.add import AddPorts
from penguinmails.senders.sender import Sender, SenderPage
from penguinmails.sends.mail_verification import MailPorts
from penguinmails.table.port import Key
from penguinmails.tenants.api_key import ApiKey, KeyPage
from penguinmails.tenants.create_key import KeyPorts
from penguinmails.topics.topic import Topic, TopicPage


class AuditLog(Protocol):
    """The entries of each tenant."""

    def head(self, tenant: str) -> Head: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> AuditPage: ...
    def onwards(self, tenant: str, after: Key | None, limit: int) -> AuditPage:
        """Read a page of a chain, the oldest entry first."""
        ...


class Keys(Protocol):
    """The keys of each workspace."""

    def keys(self, tenant: str, after: Key | None, limit: int) -> KeyPage: ...
    def own_key(self, tenant: str, key: str) -> ApiKey: ...
    def revoke(self, key: ApiKey) -> ApiKey: ...


class Topics(Protocol):
    """What one may unsubscribe from."""

    def get(self, tenant: str, reference: str) -> Topic: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> TopicPage: ...
    def save(self, topic: Topic) -> Topic: ...
    def delete(self, topic: Topic) -> None: ...


class Senders(Protocol):
    """The addresses to send from."""

    def get(self, tenant: str, reference: str) -> Sender: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> SenderPage: ...
    def remove(self, sender: Sender) -> None: ...


@dataclass(frozen=True, slots=True)
class WorkspacePorts:
    """What those routes touch."""

    audit_log: AuditLog
    keys: Keys
    new_keys: KeyPorts
    topics: Topics
    senders: Senders
    new_senders: AddPorts
    mailing: MailPorts
