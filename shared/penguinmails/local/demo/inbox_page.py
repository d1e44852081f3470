"""Writes the mails that arrived as pages to browse: an index, and a page for each mail."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from penguinmails.local.demo.pages import fill
from penguinmails.local.demo.post import Delivered
from penguinmails.local.sink import Mail, Maildir

Data = Mapping[str, Any]

MOST = 2000
FRAME_HEAD = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
    '<base target="_blank">'
)
"""Goes before a mail's HTML: nothing is loaded from anywhere, and links open in their own tab."""
_UNSAFE = re.compile(r"[^0-9A-Za-z_-]")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as the pages show it."""

    name: str
    file: str
    recipient: str
    sender: str
    subject: str
    date: str
    day: str
    step: str
    html: str
    text: str
    headers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Group:
    """Mails that belong together: those of a step, or those to one person."""

    name: str
    letters: Sequence[Letter]


def write(
    maildir: Maildir, folder: Path, most: int = MOST, names: Mapping[str, str] | None = None
) -> None:
    """Replace the folder by all mails as `.eml` files, and pages for the first `most` of them.

    `names` says which step each mail is for, by the mail's file (see `step_names`); a mail that
    is not in it is sorted by its sender.
    """
    _empty(folder)
    letters: list[Letter] = []
    every = 0
    for every, mail in enumerate(maildir.mails(), start=1):
        content = maildir.content(mail)
        (folder / "mails" / mail.file).write_bytes(content)
        if every <= most:
            letters.append(_letter(mail, content, names or {}))
    by_step = grouped((letter.step, letter) for letter in letters)
    by_person = grouped((letter.recipient, letter) for letter in letters)
    for page, groups in (("index", by_step), ("people", sorted(by_person, key=_name))):
        _write_index(folder, page, groups, (len(letters), every))
    for group in by_person:
        _write_letters(folder, group)


def step_names(delivereds: Iterable[Delivered], report: Data) -> Mapping[str, str]:
    """Name the campaign and the step of each mail, by the mail's file, as the report does."""
    named = {
        (campaign["id"], step["step"]): f"{campaign['name']}: {step['name'].replace('_', ' ')}"
        for campaign in report["campaigns"]
        for step in campaign["analytics"]["byStep"]
    }
    return {
        delivered.mail.file: named[delivered.token.campaign, delivered.token.step]
        for delivered in delivereds
        if (delivered.token.campaign, delivered.token.step) in named
    }


def grouped(named: Iterable[tuple[str, Letter]]) -> list[Group]:
    """Put mails of the same name together, in the order in which the names first appear."""
    found: dict[str, list[Letter]] = {}
    for name, letter in named:
        found.setdefault(name, []).append(letter)
    return [Group(name, letters) for name, letters in found.items()]


def _empty(folder: Path) -> None:
    if folder.exists():
        rmtree(folder)
    (folder / "mails").mkdir(parents=True)


def _letter(mail: Mail, content: bytes, names: Mapping[str, str]) -> Letter:
    message = message_from_bytes(content)
    sent_at = parsedate_to_datetime(str(message["Date"])) if message["Date"] else None
    sender = _plain(message["From"] or mail.sender)
    return Letter(
        name=_UNSAFE.sub("-", Path(mail.file).stem),
        file=mail.file,
        recipient=", ".join(mail.recipients),
        sender=sender,
        subject=_plain(message["Subject"] or "(no subject)"),
        date=f"{sent_at:%a %-d %b %Y, %H:%M} UTC" if sent_at else "",
        day=f"{sent_at:%-d %b, %H:%M}" if sent_at else "",
        step=names.get(mail.file) or parseaddr(sender)[0] or sender,
        html=_body(message, "text/html"),
        text=_body(message, "text/plain"),
        headers=[(name, _plain(value)) for name, value in message.items()],
    )


def _plain(header: object) -> str:
    """Decode a header as RFC 2047 has it, on one line."""
    return " ".join(str(make_header(decode_header(str(header)))).split())


def _body(message: Message, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == kind:
            content = part.get_payload(decode=True)
            charset = part.get_content_charset("utf-8")
            return content.decode(charset, "replace") if isinstance(content, bytes) else ""
    return ""


def _name(group: Group) -> str:
    return group.name


def _write_index(
    folder: Path, page: str, groups: Sequence[Group], shown_of: tuple[int, int]
) -> None:
    shown, every = shown_of
    html = fill("inbox.html", page=page, groups=groups, shown=shown, every=every)
    (folder / f"{page}.html").write_text(html)


def _write_letters(folder: Path, person: Group) -> None:
    for letter in person.letters:
        html = fill("mail.html", letter=letter, person=person, framed=f"{FRAME_HEAD}{letter.html}")
        (folder / "mails" / f"{letter.name}.html").write_text(html)
