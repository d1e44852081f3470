"""The link that proves an address: whom it is about, and a secret of which we keep the hash."""

import base64
import binascii
import hashlib
import re
import uuid
from dataclasses import dataclass, field

from penguinmails.errors import Forbidden

SECRET_BYTES = 20
_FORM = re.compile(r"[A-Za-z0-9_-]{70}", re.ASCII)
_REFUSED = "This link is not one of ours, or was altered."


@dataclass(frozen=True, slots=True)
class Link:
    """One link. It names no address, and opens nothing but the one sender."""

    tenant: str
    sender: str
    secret: bytes = field(repr=False)

    @property
    def hash(self) -> bytes:
        """What is kept of the secret; it has 160 bits, so a plain hash protects it."""
        return hashlib.sha256(self.secret).digest()

    @property
    def text(self) -> str:
        """The link's own part of its URL."""
        raw = uuid.UUID(self.tenant).bytes + uuid.UUID(self.sender).bytes + self.secret
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_link(text: str) -> Link:
    """Read what `Link.text` wrote; raises Forbidden."""
    if not _FORM.fullmatch(text):
        raise Forbidden(_REFUSED)
    try:
        raw = base64.urlsafe_b64decode(text + "==")
    except binascii.Error as error:
        raise Forbidden(_REFUSED) from error
    return Link(str(uuid.UUID(bytes=raw[:16])), str(uuid.UUID(bytes=raw[16:32])), raw[32:])
