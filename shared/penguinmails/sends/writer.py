"""Writes the message of one send: content compiled once, rendered for one person, signed."""

from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.revision import Revision
from penguinmails.contacts.contact import Contact
from penguinmails.errors import InvalidInput, NotFound, Rejected
from penguinmails.keyring import Keyring
from penguinmails.sends.key import send_key
from penguinmails.sends.message import Message
from penguinmails.templates import footer
from penguinmails.templates.context import context_for
from penguinmails.templates.template import Rendered
from penguinmails.tracking.content import Contents
from penguinmails.tracking.tokens import Purpose, SignedUrls, Token


class RenderFailed(Rejected):
    """One person's message cannot be written; everybody else's may be fine."""

    code = "render_failed"


class Ref(Protocol):
    """Names the enrollment that a message is for."""

    @property
    def tenant(self) -> str: ...
    @property
    def campaign(self) -> str: ...
    @property
    def shards(self) -> int: ...
    @property
    def contact(self) -> str: ...
    @property
    def run(self) -> str: ...


class Row(Protocol):
    """The enrollment that a message is for."""

    @property
    def ref(self) -> Ref: ...


class Mail(Protocol):
    """Names the message."""

    @property
    def step(self) -> int: ...
    @property
    def visit(self) -> int: ...
    @property
    def attempt(self) -> int: ...


class MessageWriter:
    """Writes messages; the same send is written the same, but for its date."""

    def __init__(self, contents: Contents, keyring: Keyring, public_url: str) -> None:
        self._contents = contents
        self._keyring = keyring
        self._public_url = public_url

    def write(
        self, row: Row, revision: Revision, mail: Mail, contact: Contact, now_at: datetime
    ) -> Message:
        """Render and sign; raises RenderFailed if this person's message cannot be written."""
        ref, sender = row.ref, revision.sender
        urls = SignedUrls(_token(ref, revision, mail), self._keyring, self._public_url)
        rendered = self._rendered(ref, revision, mail, contact, urls)
        key = send_key(
            ref.tenant, ref.campaign, ref.contact, ref.run, mail.step, mail.visit, mail.attempt
        )
        return Message(
            send_key=key,
            token=urls.message_token(),
            from_name=sender.name,
            from_email=sender.email,
            reply_to=sender.reply_to or None,
            to_email=contact.email,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=f"<{key}@{sender.email.rpartition('@')[2]}>",
            date=now_at,
            unsubscribe_url=urls.unsubscribe_url() if revision.marketing else None,
        )

    def _rendered(
        self, ref: Ref, revision: Revision, mail: Mail, contact: Contact, urls: SignedUrls
    ) -> Rendered:
        try:
            email = self._contents.email(ref.tenant, ref.campaign, revision.number, mail.step)
            rendered = email.render(context_for(contact), urls, contact.locale)
        except (InvalidInput, NotFound) as error:
            raise RenderFailed(f"step {mail.step} cannot be written: {error}") from error
        return _with_pixel_as_asked(rendered, revision, urls)


def _with_pixel_as_asked(rendered: Rendered, revision: Revision, urls: SignedUrls) -> Rendered:
    """Mend the pixel where opens are tracked and clicks are not, or the other way round."""
    if revision.track_opens == revision.track_clicks or not rendered.html:
        return rendered
    pixel = footer.pixel(urls.open_url())
    bare = rendered.html.replace(pixel, "")
    html = footer.at_end(bare, pixel) if revision.track_opens else bare
    return Rendered(rendered.subject, html, rendered.text)


def _token(ref: Ref, revision: Revision, mail: Mail) -> Token:
    """Name the send; the campaign's number of shards yields the row's."""
    return Token(
        purpose=Purpose.MESSAGE,
        tenant=ref.tenant,
        campaign=ref.campaign,
        contact=ref.contact,
        run=ref.run,
        revision=revision.number,
        shards=ref.shards,
        step=mail.step,
        visit=mail.visit,
        attempt=mail.attempt,
        variant=0,
    )
