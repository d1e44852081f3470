"""Asks for the proof of an address: gives the mail whose link only its owner can open."""

import html
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import Conflict
from penguinmails.senders.link import SECRET_BYTES, Link
from penguinmails.senders.sender import Proof, Sender

COUNTS = timedelta(days=7)
PAUSE = timedelta(minutes=5)
"""Between two mails to one address, so that nobody is pestered."""


class Senders(Protocol):
    """The senders as they stand."""

    def get(self, tenant: str, reference: str) -> Sender: ...
    def ask(self, sender: Sender, proof: Proof) -> None: ...


@dataclass(frozen=True, slots=True)
class AskPorts:
    """What asking touches; `randomness` gives as many bytes as asked."""

    senders: Senders
    clock: Clock
    randomness: Callable[[int], bytes]
    public_url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of our own; it holds nothing that whoever asks could have written into it."""

    to_email: str
    subject: str
    text: str
    html: str


def ask_verification(tenant: str, reference: str, given: AskPorts) -> Letter:
    """Give the mail to send; an earlier link opens nothing any more. Raises NotFound, Conflict."""
    sender = given.senders.get(tenant, reference)
    now_at = given.clock.now()
    if sender.is_verified:
        raise Conflict("this sender is verified already; nothing has to be proven")
    if sender.proof is not None and now_at - sender.proof.asked_at < PAUSE:
        raise Conflict("a mail with a link is on its way; look for it, or ask in five minutes")
    link = Link(tenant, sender.id, given.randomness(SECRET_BYTES))
    given.senders.ask(sender, Proof(link.hash, now_at, now_at + COUNTS))
    return _letter(sender, f"{given.public_url}/v/{link.text}")


def take_back(tenant: str, reference: str, given: AskPorts) -> None:
    """Let it be asked for again at once, as nothing was mailed; raises NotFound, Conflict."""
    sender = given.senders.get(tenant, reference)
    if sender.proof is not None:
        asked_at = sender.proof.asked_at - PAUSE
        given.senders.ask(sender, replace(sender.proof, asked_at=asked_at))


def _letter(sender: Sender, url: str) -> Letter:
    text = (
        f"Somebody wants to send email from {sender.email} with PenguinMails.\n\n"
        f"If that is you, open this page and press its button:\n\n{url}\n\n"
        "The link works for seven days. If it is not you, do nothing: without the button, nobody"
        " can send from your address.\n"
    )
    page = "".join(f"<p>{html.escape(part)}</p>" for part in text.strip().split("\n\n"))
    linked = page.replace(url, f'<a href="{html.escape(url)}">{html.escape(url)}</a>')
    return Letter(sender.email, "Confirm that you send from this address", text, linked)
