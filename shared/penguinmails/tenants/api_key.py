"""API keys: `pm_live_<id>_<secret>`, shown once and kept as a hash."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from penguinmails.tenants.scope import Scope

ID_BYTES, SECRET_BYTES = 8, 24
_FORM = re.compile(r"pm_live_([0-9a-f]{16})_([0-9a-f]{48})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key. Its secret has 192 bits, so a plain hash protects it."""

    id: str
    tenant: str
    hash: bytes = field(repr=False)
    scopes: frozenset[Scope]
    created_at: datetime
    revoked: bool = False

    def opens_with(self, secret: str) -> bool:
        """Tell whether this is the key's secret, in the same time whatever it is."""
        return hmac.compare_digest(self.hash, _hash(secret)) and not self.revoked


@dataclass(frozen=True, slots=True)
class Minted:
    """A new key, and the text that is shown to its owner this once."""

    key: ApiKey
    text: str = field(repr=False)


def mint(
    tenant: str,
    scopes: frozenset[Scope],
    randomness: Callable[[int], bytes],
    now_at: datetime,
) -> Minted:
    """Make a key; `randomness` gives as many bytes as asked."""
    identity, secret = randomness(ID_BYTES).hex(), randomness(SECRET_BYTES).hex()
    key = ApiKey(identity, tenant, _hash(secret), scopes, now_at)
    return Minted(key, f"pm_live_{identity}_{secret}")


def read_key(text: str) -> tuple[str, str] | None:
    """Take a key's id and secret out of its text; None if it has another form."""
    found = _FORM.fullmatch(text)
    return (found[1], found[2]) if found else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
