"""Mails the link that proves an address, outside any campaign and from an address of our own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from penguinmails.errors import Conflict, Unavailable
from penguinmails.senders.ask import AskPorts, Letter, ask_verification, take_back
from penguinmails.sends.message import NO_ENROLLMENT, Message
from penguinmails.sends.outcome import Accepted, Refused, TryLater, Uncertain
from penguinmails.sends.port import Esp

_NAME = "PenguinMails"


@dataclass(frozen=True, slots=True)
class MailPorts:
    """What mailing touches; `from_email` is the installation's own address, empty if it has none."""

    asking: AskPorts
    esp_of: Callable[[str], Esp]
    from_email: str


def mail_verification(tenant: str, reference: str, identity: str, given: MailPorts) -> None:
    """Mail a new link to a sender, under an id, through the workspace's ESP.

    Raises NotFound, Conflict and Unavailable; then nothing was mailed, and it may be tried again.
    """
    if not given.from_email:
        raise Conflict(
            "this installation has no address of its own to mail from; whoever runs it sets MailFrom"
        )
    letter = ask_verification(tenant, reference, given.asking)
    now_at = given.asking.clock.now()
    message = _message(letter, identity, given.from_email, now_at)
    match given.esp_of(tenant).send(message):
        case Accepted() | Uncertain():
            return
        case TryLater(detail=detail):
            take_back(tenant, reference, given.asking)
            raise Unavailable(f"the mail cannot be handed over now ({detail}); ask again")
        case Refused(detail=detail):
            take_back(tenant, reference, given.asking)
            raise Conflict(f"the ESP refused the mail ({detail}); mend that, and ask again")


def _message(letter: Letter, identity: str, from_email: str, now_at: datetime) -> Message:
    return Message(
        send_key=identity,
        token=NO_ENROLLMENT,
        from_name=_NAME,
        from_email=from_email,
        reply_to=None,
        to_email=letter.to_email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=f"<{identity}@{from_email.rpartition('@')[2]}>",
        date=now_at,
        unsubscribe_url=None,
    )
