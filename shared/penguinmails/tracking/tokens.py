"""Signed tokens: what one message carries, so that whatever comes back finds its enrollment."""

import binascii
import hmac
import re
import struct
import uuid
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from penguinmails.errors import Forbidden, InvalidInput, Problem
from penguinmails.keyring import Keyring

VERSION: Final = 1
RUN_BYTES: Final = 40
MAC_BYTES: Final = 16
_HEAD: Final = struct.Struct(">BBB16s16s16sHHHBBB")
_LINK: Final = struct.Struct(">H")
_LONGEST: Final = 160
_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")


class Purpose(IntEnum):
    """What a token is good for; one is never accepted for another."""

    MESSAGE = 1
    OPEN = 2
    CLICK = 3
    UNSUBSCRIBE = 4


@dataclass(frozen=True, slots=True)
class Token:
    """One send of one enrollment; `link` counts only in a click."""

    purpose: Purpose
    tenant: str
    campaign: str
    contact: str
    run: str
    revision: int
    shards: int
    step: int
    visit: int
    attempt: int
    variant: int
    link: int = 0

    def to(self, purpose: Purpose, link: int = 0) -> "Token":
        """Give the token of the same send for another purpose."""
        return replace(self, purpose=purpose, link=link)


class Signer:
    """Signs the tokens of one message, packing what they share once."""

    __slots__ = ("_head", "_key", "_run")

    def __init__(self, token: Token, keyring: Keyring) -> None:
        self._key = keyring.keys[keyring.current]
        self._head = bytearray(_packed(token, keyring.current))
        self._run = _run_bytes(token.run)

    def sign(self, purpose: Purpose, link: int = 0) -> str:
        """Give the token's text: base64url without padding."""
        self._head[2] = purpose
        tail = _link_bytes(link) + self._run if purpose is Purpose.CLICK else self._run
        body = bytes(self._head) + tail
        return _text(body + hmac.digest(self._key, body, "sha256")[:MAC_BYTES])


class SignedUrls:
    """Makes the signed addresses of one message under the public URL."""

    __slots__ = ("_base", "_keyring", "_signer", "_tenant")

    def __init__(self, token: Token, keyring: Keyring, public_url: str) -> None:
        self._signer = Signer(token, keyring)
        self._base = public_url
        self._keyring = keyring
        self._tenant = token.tenant

    def message_token(self) -> str:
        """Give the token that travels with the message through the ESP."""
        return self._signer.sign(Purpose.MESSAGE)

    def open_url(self) -> str:
        return f"{self._base}/o/{self._signer.sign(Purpose.OPEN)}"

    def click_url(self, index: int) -> str:
        return f"{self._base}/c/{self._signer.sign(Purpose.CLICK, index)}"

    def unsubscribe_url(self) -> str:
        return f"{self._base}/u/{self._signer.sign(Purpose.UNSUBSCRIBE)}"

    def image_signature(self, target: str) -> str:
        return self._keyring.image_signature(self._tenant, target)


def encode(token: Token, keyring: Keyring) -> str:
    """Write a token; InvalidInput if one of its numbers or its run does not fit."""
    return Signer(token, keyring).sign(token.purpose, token.link)


def decode(text: str, keyring: Keyring, purpose: Purpose) -> Token:
    """Read a token that we signed for this purpose; Forbidden for anything else."""
    raw = _raw(text)
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if len(body) < _HEAD.size:
        raise Forbidden(_REFUSED)
    key = keyring.keys.get(body[1])
    if key is None or not hmac.compare_digest(hmac.digest(key, body, "sha256")[:MAC_BYTES], mac):
        raise Forbidden(_REFUSED)
    if body[0] != VERSION or body[2] != purpose or _text(raw) != text:
        raise Forbidden(_REFUSED)
    return _unpacked(body, purpose)


def _packed(token: Token, key: int) -> bytes:
    ids = (uuid.UUID(name).bytes for name in (token.tenant, token.campaign, token.contact))
    numbers = (token.revision, token.shards, token.step, token.visit, token.attempt, token.variant)
    try:
        return _HEAD.pack(VERSION, key, token.purpose, *ids, *numbers)
    except (struct.error, ValueError) as error:
        raise _invalid("an id or a number of this send does not fit into its token") from error


def _unpacked(body: bytes, purpose: Purpose) -> Token:
    _, _, _, tenant, campaign, contact, *numbers = _HEAD.unpack_from(body)
    revision, shards, step, visit, attempt, variant = numbers
    rest = body[_HEAD.size :]
    click = purpose is Purpose.CLICK
    return Token(
        purpose=purpose,
        tenant=str(uuid.UUID(bytes=tenant)),
        campaign=str(uuid.UUID(bytes=campaign)),
        contact=str(uuid.UUID(bytes=contact)),
        run=(rest[_LINK.size :] if click else rest).decode(),
        revision=revision,
        shards=shards,
        step=step,
        visit=visit,
        attempt=attempt,
        variant=variant,
        link=_LINK.unpack_from(rest)[0] if click else 0,
    )


def _link_bytes(link: int) -> bytes:
    try:
        return _LINK.pack(link)
    except struct.error as error:
        raise _invalid(f"there is no link number {link}") from error


def _run_bytes(run: str) -> bytes:
    try:
        raw = run.encode()
    except UnicodeEncodeError as error:
        raise _invalid("the run is not valid Unicode") from error
    if len(raw) > RUN_BYTES:
        raise _invalid(f"the run is longer than {RUN_BYTES} bytes")
    return raw


def _text(raw: bytes) -> str:
    coded = binascii.b2a_base64(raw, newline=False).rstrip(b"=")
    return coded.translate(_TO_URL).decode("ascii")


def _raw(text: str) -> bytes:
    if len(text) > _LONGEST or not _ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        raise Forbidden(_REFUSED)
    padded = text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4)
    return binascii.a2b_base64(padded)


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput(Problem(pointer="", code="token", detail=detail))


_REFUSED: Final = "This link or token is not one of ours, or was altered."
