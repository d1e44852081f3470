"""Writes a message as MIME bytes: a text and an HTML part, quoted-printable, CRLF throughout."""

import binascii
import hashlib
from collections.abc import Iterator
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from penguinmails.sends import headers
from penguinmails.sends.message import Message

SHORT: Final = 240
_SUBJECT: Final = "Subject"
_UNSUBSCRIBE: Final = "List-Unsubscribe"


def mime_bytes(message: Message) -> bytes:
    """Write the message; InvalidInput if a header value cannot stand in a header."""
    # "=_" never occurs in quoted-printable, so no part can hold the boundary (RFC 2045, 6.7).
    mark = hashlib.sha256(message.send_key.encode("utf-8", "replace")).hexdigest()[:24]
    boundary = f"=_{mark}"
    lines = [f"{name}: {value}" for name, value in _headers(message)]
    lines.append(f'Content-Type: multipart/alternative; boundary="{boundary}"')
    parts = [(kind, body) for kind, body in _bodies(message) if body.strip()]
    pieces = ["\r\n".join(lines).encode("ascii"), b"\r\n"]
    for kind, body in parts:
        pieces += (_part_head(boundary, kind), quoted_printable(body))
    pieces.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return b"".join(pieces)


def quoted_printable(text: str) -> bytes:
    """Encode a body in UTF-8 and quoted-printable, lines of at most 76 characters, CRLF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    return b"".join([_cached(line) if len(line) <= SHORT else _line(line) for line in lines])


def _line(line: str) -> bytes:
    return binascii.b2a_qp(f"{line}\r\n".encode("utf-8", "replace"), istext=True)


# Most lines of an email are those of its template, and encoding is half the cost of a message.
_cached = lru_cache(maxsize=4096)(_line)


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(message.date)
    yield "Message-ID", headers.message_id(message.message_id)
    yield "From", headers.mailbox("From", message.from_name, message.from_email)
    yield "To", headers.addr_spec("To", message.to_email)
    if message.reply_to:
        yield "Reply-To", headers.addr_spec("Reply-To", message.reply_to)
    yield _SUBJECT, headers.unstructured(_SUBJECT, message.subject)
    if message.unsubscribe_url is not None:
        yield _UNSUBSCRIBE, headers.link(_UNSUBSCRIBE, message.unsubscribe_url)
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "X-PenguinMails-Token", headers.token(message.token)
    yield "MIME-Version", "1.0"


def _bodies(message: Message) -> tuple[tuple[str, str], ...]:
    return (("plain", message.text), ("html", message.html))


def _part_head(boundary: str, kind: str) -> bytes:
    return (
        f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii")
