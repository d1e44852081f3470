"""The post that the recipients see: which mail is whose, and the addresses inside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from penguinmails.keyring import Keyring
from penguinmails.local.sink import Mail, Maildir
from penguinmails.sends.message import NO_ENROLLMENT
from penguinmails.tracking.tokens import Purpose, Token, decode

_HREF = re.compile(r'href="([^"]+)"')
_IMAGE = re.compile(r'src="([^"]+/o/[^"]+)"')


@dataclass(frozen=True, slots=True)
class Delivered:
    """One mail in the sink, with what its token says about it."""

    number: int
    mail: Mail
    token: Token

    @property
    def address(self) -> str:
        """Whose mailbox it is in."""
        return self.mail.recipients[0]

    @property
    def place(self) -> tuple[str, str, str, int, int]:
        """The step that it is for: campaign, contact, run, step, visit."""
        token = self.token
        return token.campaign, token.contact, token.run, token.step, token.visit


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a recipient can follow in a mail."""

    pixel: str
    links: tuple[str, ...]
    unsubscribe: str


class Post:
    """Reads the sink, each mail once."""

    def __init__(self, maildir: Maildir, keyring: Keyring) -> None:
        self._maildir = maildir
        self._keyring = keyring
        self._links: dict[tuple[str, int], int] = {}
        self._read = 0
        self.mails: list[Delivered] = []

    def read_new(self) -> list[Delivered]:
        """Give the mails that came since the last time; those of no campaign are left out."""
        first = len(self.mails)
        for mail in self._maildir.mails(after=self._read):
            self._read += 1
            if mail.token != NO_ENROLLMENT:
                token = decode(mail.token, self._keyring, Purpose.MESSAGE)
                self.mails.append(Delivered(len(self.mails), mail, token))
        return self.mails[first:]

    def message(self, delivered: Delivered) -> EmailMessage:
        """Parse a mail as any mail program would."""
        content = self._maildir.content(delivered.mail)
        return message_from_bytes(content, policy=policy.default)

    def addresses(self, delivered: Delivered) -> Addresses:
        """Find what can be followed in a mail."""
        message = self.message(delivered)
        html = _html(message)
        header = str(message["List-Unsubscribe"] or "")
        pixel = _IMAGE.search(html)
        links = dict.fromkeys(url for url in _HREF.findall(html) if "/c/" in url)
        return Addresses(
            _plain(pixel.group(1)) if pixel else "",
            tuple(map(_plain, links)),
            header.strip("<> "),
        )

    def links(self, delivered: Delivered) -> int:
        """Count a mail's links; all mails of a step have as many."""
        name = delivered.token.campaign, delivered.token.step
        if name not in self._links:
            self._links[name] = len(self.addresses(delivered).links)
        return self._links[name]

    def by_contact(self) -> Mapping[str, list[Delivered]]:
        """Sort the mails by contact, in the order of their arrival."""
        found: dict[str, list[Delivered]] = {}
        for delivered in self.mails:
            found.setdefault(delivered.token.contact, []).append(delivered)
        return found


def _html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    return str(part.get_content()) if part else ""


def _plain(url: str) -> str:
    return url.replace("&amp;", "&")
