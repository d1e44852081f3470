"""The secret keys: what signs tokens now, what verifies them for ever, what identities hang on."""

import base64
import binascii
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import as_uuid8

KEY_BYTES = 32
IMAGE_MAC_BYTES = 16
FIRST_KEY = 1
LAST_KEY = 255


@dataclass(frozen=True, slots=True)
class Keyring:
    """Signing keys by id, `current` signing and all verifying; `identity` never changes."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)
    identity: bytes = field(repr=False)

    def contact_id(self, tenant: str, address: str) -> str:
        """Derive a contact's id from the normalised address, differently for every tenant."""
        tenant_key = _mac(self.identity, b"contact", uuid.UUID(tenant).bytes)
        return as_uuid8(_mac(tenant_key, b"", address.encode()))

    def cursor_seal(self, place: str) -> bytes:
        """Derive what shows that a list's cursor is ours; `place` says which list of whom."""
        return _mac(self.identity, b"cursor", place.encode())[:8]

    def image_key(self, tenant: str) -> bytes:
        """Derive the key that a workspace's images are signed with; its owner may read it."""
        return _mac(self.identity, b"image", uuid.UUID(tenant).bytes)

    def image_signature(self, tenant: str, target: str) -> str:
        """Sign the path and query of an image's address: base64url without padding."""
        mac = hmac.digest(self.image_key(tenant), target.encode(), "sha256")[:IMAGE_MAC_BYTES]
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

    def global_address_key(self, address: str) -> str:
        """Derive the key of a suppression that holds for every tenant, in hex."""
        return _mac(self.identity, b"global-address", address.encode()).hex()[:40]

    def rotated(self, randomness: Callable[[int], bytes]) -> "Keyring":
        """Sign with a fresh key from now on; all earlier ones go on verifying."""
        fresh = max(self.keys) + 1
        if fresh > LAST_KEY:
            raise _invalid("/keys", f"There are {LAST_KEY} keys already; none can be added.")
        return Keyring(fresh, {**self.keys, fresh: randomness(KEY_BYTES)}, self.identity)

    def to_json(self) -> str:
        """Write the keyring as its parameter holds it."""
        keys = {str(number): _coded(key) for number, key in self.keys.items()}
        return json.dumps(
            {"current": self.current, "keys": keys, "identity": _coded(self.identity)}
        )


def generate(randomness: Callable[[int], bytes]) -> Keyring:
    """Make the first keyring of an installation; `randomness` gives as many bytes as asked."""
    return Keyring(FIRST_KEY, {FIRST_KEY: randomness(KEY_BYTES)}, randomness(KEY_BYTES))


def from_json(text: str) -> Keyring:
    """Read a keyring; InvalidInput says what is wrong, without showing a key."""
    try:
        stored = json.loads(text)
        keys = {int(number): _decoded(key) for number, key in stored["keys"].items()}
        ring = Keyring(int(stored["current"]), keys, _decoded(stored["identity"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _invalid("", "The keyring needs `current`, `keys` and `identity`.") from error
    _check(ring)
    return ring


def _check(ring: Keyring) -> None:
    if ring.current not in ring.keys:
        raise _invalid("/current", f"There is no key number {ring.current} in `keys`.")
    if not all(FIRST_KEY <= number <= LAST_KEY for number in ring.keys):
        raise _invalid("/keys", f"Key numbers run from {FIRST_KEY} to {LAST_KEY}.")
    if any(len(key) < KEY_BYTES for key in (*ring.keys.values(), ring.identity)):
        raise _invalid("/keys", f"Every key needs at least {KEY_BYTES} bytes.")


def _mac(key: bytes, purpose: bytes, data: bytes) -> bytes:
    return hmac.digest(key, purpose + b"\0" + data, "sha256")


def _coded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _invalid("/keys", "The keys are written in base64.") from error


def _invalid(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(Problem(pointer=pointer, code="keyring", detail=detail))
