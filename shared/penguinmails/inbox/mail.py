"""A mail as an inbox keeps it, and pages of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """The send of an enrollment that a mail is from; its step goes by its number."""

    campaign: str
    contact: str
    revision: int
    step: int
    attempt: int


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail, under an id that orders it by time.

    `headers` are those that a reader's program acts upon, as plain text. `does` says what the
    recipient does with the mail, in the words that the address was written with.
    """

    tenant: str
    id: str
    send_key: str
    received_at: datetime
    from_name: str
    from_email: str
    to_email: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    does: Sequence[str] = ()
    origin: Origin | None = None

    def is_to(self, address: str) -> bool:
        """Tell whether it went to this address; no large receiver tells capitals apart."""
        return self.to_email.lower() == address.strip().lower()


@dataclass(frozen=True, slots=True)
class MailPage:
    """Some mails of an inbox, and the id behind which the next page starts; empty on the last."""

    mails: Sequence[KeptMail]
    after: str
