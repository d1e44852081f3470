"""What the routes of a workspace touch: its keys, topics, senders, inbox and audit log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from penguinmails.audit.entry import AuditPage, Head
from penguinmails.inbox.browse import Mails
from penguinmails.inbox.mail import KeptMail
from penguinmails.senders.add import AddPorts
from penguinmails.senders.sender import Sender, SenderPage
from penguinmails.senders.verify_domain import DomainPorts
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

    def keys(self, tenants: Sequence[str], after: Key | None, limit: int) -> KeyPage: ...
    def own_key(self, tenants: Sequence[str], key: str) -> ApiKey: ...
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


class Inbox(Mails, Protocol):
    """The mails of workspaces whose mail does not leave."""

    def get(self, tenant: str, mail: str) -> KeptMail: ...


class ImageKeys(Protocol):
    """What signs the addresses of images, differently for every workspace."""

    def image_key(self, tenant: str) -> bytes: ...
    def image_signature(self, tenant: str, target: str) -> str: ...


@dataclass(frozen=True, slots=True)
class WorkspacePorts:
    """What those routes touch."""

    audit_log: AuditLog
    keys: Keys
    new_keys: KeyPorts
    image_keys: ImageKeys
    topics: Topics
    senders: Senders
    new_senders: AddPorts
    mailing: MailPorts
    inbox: Inbox
    proving: Callable[[], DomainPorts]
