"""API keys: `pm_live_<id>_<secret>` and `pm_test_…`, shown once and kept as a hash."""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from penguinmails.ids import digest
from penguinmails.table.port import Key
from penguinmails.tenants.scope import Scope

ID_BYTES, SECRET_BYTES = 8, 24
_FORM = re.compile(r"pm_(live|test)_([0-9a-f]{16})_([0-9a-f]{48})", re.ASCII)
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)


class KeyMode(StrEnum):
    """What a key opens: the workspace, or its twin for tests, whose mail ends in an inbox."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key. Its secret has 192 bits, so a plain hash protects it."""

    id: str
    tenant: str
    hash: bytes = field(repr=False)
    scopes: frozenset[Scope]
    created_at: datetime
    revoked: bool = False
    mode: KeyMode = KeyMode.LIVE
    name: str = ""
    last_used_on: date | None = None

    def opens_with(self, text: "KeyText") -> bool:
        """Tell whether this is the key's text, in the same time whatever its secret is."""
        same = hmac.compare_digest(self.hash, _hash(text.secret))
        return same and text.mode is self.mode and not self.revoked


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key as its owner shows it."""

    mode: KeyMode
    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Minted:
    """A new key, and the text that is shown to its owner this once."""

    key: ApiKey
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Some keys of a workspace, and where the next page starts."""

    keys: Sequence[ApiKey]
    after: Key | None


def mint(
    tenant: str,
    scopes: frozenset[Scope],
    randomness: Callable[[int], bytes],
    now_at: datetime,
    *,
    identity: str = "",
    mode: KeyMode = KeyMode.LIVE,
    name: str = "",
) -> Minted:
    """Make a key, under an id if it has one; `randomness` gives as many bytes as asked."""
    identity = identity or randomness(ID_BYTES).hex()
    secret = randomness(SECRET_BYTES).hex()
    key = ApiKey(identity, tenant, _hash(secret), scopes, now_at, mode=mode, name=name)
    return Minted(key, f"pm_{mode}_{identity}_{secret}")


def key_id(request: str) -> str:
    """Derive the id of the key that a request makes, so that a repetition makes the same."""
    return digest("api key", request).hex()[: 2 * ID_BYTES]


def is_key_id(text: str) -> bool:
    """Tell whether a text has the form of a key's id."""
    return _ID.fullmatch(text) is not None


def read_key(text: str) -> KeyText | None:
    """Take a key's text apart; None if it has another form."""
    found = _FORM.fullmatch(text)
    return KeyText(KeyMode(found[1]), found[2], found[3]) if found else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
