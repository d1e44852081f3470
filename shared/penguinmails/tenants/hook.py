"""Hooks: the unguessable address to which an ESP reports for one tenant, and its secrets."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

from penguinmails.tenants.tenant import EspName

ID_BYTES, SECRET_BYTES = 20, 32


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook. Any of `secrets` verifies, so that they can be rotated."""

    id: str
    tenant: str
    esp: EspName
    secrets: tuple[str, ...] = field(repr=False)


def make_hook(tenant: str, esp: EspName, randomness: Callable[[int], bytes]) -> Hook:
    """Make a hook with one secret, written as Standard Webhooks writes it."""
    secret = base64.b64encode(randomness(SECRET_BYTES)).decode()
    return Hook(randomness(ID_BYTES).hex(), tenant, esp, (f"whsec_{secret}",))
