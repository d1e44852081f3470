"""The email of one send, before it is written as MIME."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

NO_ENROLLMENT: Final = "no-enrollment"
"""The token of a mail outside any enrollment: what is told about it concerns nobody's walk."""


@dataclass(frozen=True, slots=True)
class Message:
    """One email to one address; `date` is aware, `unsubscribe_url` is set on marketing emails."""

    send_key: str
    token: str
    from_name: str
    from_email: str
    reply_to: str | None
    to_email: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    unsubscribe_url: str | None
