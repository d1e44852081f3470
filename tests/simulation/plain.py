"""A writer of plain messages: what a message says is not what a world is about."""

from dataclasses import dataclass, field
from datetime import datetime

from penguinmails.campaigns.revision import Revision
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.enrollment import Enrollment, Mail, Ref
from penguinmails.keyring import Keyring
from penguinmails.sends.key import send_key
from penguinmails.sends.message import Message
from penguinmails.sends.writer import RenderFailed
from penguinmails.tracking.tokens import Purpose, Token, encode


@dataclass(slots=True)
class PlainWriter:
    """Writes the shortest message that names its step; some people's cannot be written."""

    ring: Keyring
    broken: set[str] = field(default_factory=set)

    def write(
        self, row: Enrollment, revision: Revision, mail: Mail, contact: Contact, now_at: datetime
    ) -> Message:
        if contact.email in self.broken:
            message = f"step {mail.step} cannot be written: no such filter"
            raise RenderFailed(message)
        ref, slug = row.ref, revision.sequence.steps[mail.step].slug
        names = (mail.step, mail.visit, mail.attempt)
        key = send_key(ref.tenant, ref.campaign, ref.contact, ref.run, *names)
        return Message(
            send_key=key,
            token=encode(_token(ref, revision.number, mail), self.ring),
            from_name=revision.sender.name,
            from_email=revision.sender.email,
            reply_to=None,
            to_email=contact.email,
            subject=slug,
            text=slug,
            html=slug,
            message_id=f"<{key}@test>",
            date=now_at,
            unsubscribe_url=None,
        )


def _token(ref: Ref, revision: int, mail: Mail) -> Token:
    return Token(
        Purpose.MESSAGE,
        ref.tenant,
        ref.campaign,
        ref.contact,
        ref.run,
        revision,
        ref.shards,
        mail.step,
        mail.visit,
        mail.attempt,
        0,
    )
