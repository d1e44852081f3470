"""Signatures of webhooks as the Standard Webhooks specification writes them."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from penguinmails.errors import Forbidden

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
FRESH_S: Final = 300
_PREFIX: Final = "whsec_"
_MOST_SIGNATURES: Final = 4
_LONGEST: Final = 512
_STAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


def sign(secret: str, message: str, signed_at: datetime, body: bytes) -> Mapping[str, str]:
    """Give the headers that vouch for a body, `message` being its id."""
    stamp = str(int(signed_at.timestamp()))
    return {ID: message, TIMESTAMP: stamp, SIGNATURE: _signature(secret, message, stamp, body)}


def verify(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now_at: datetime
) -> None:
    """Raise Forbidden, unless one of the secrets signed this body within five minutes of now.

    `headers` have lower-case names; the body is as it came, byte for byte.
    """
    message, stamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    given = headers.get(SIGNATURE, "")
    if (
        not message
        or len(message) > _LONGEST
        or len(given) > _LONGEST
        or not _is_fresh(stamp, now_at)
    ):
        raise Forbidden(_REFUSED)
    candidates = [text.encode() for text in given.split()[:_MOST_SIGNATURES]]
    expected = [_signature(secret, message, stamp, body).encode() for secret in secrets]
    if not any(hmac.compare_digest(one, other) for one in expected for other in candidates):
        raise Forbidden(_REFUSED)


def _signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    signed = f"{message}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a hook's secret is whsec_ and base64") from error


def _is_fresh(stamp: str, now_at: datetime) -> bool:
    return bool(_STAMP.fullmatch(stamp)) and abs(now_at.timestamp() - int(stamp)) <= FRESH_S


_REFUSED: Final = "The signature does not match the body, or is older than five minutes."
