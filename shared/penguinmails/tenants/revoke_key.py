"""Revokes an API key: from then on it opens nothing."""

from collections.abc import Sequence
from typing import Protocol

from penguinmails.errors import Conflict
from penguinmails.tenants.api_key import ApiKey
from penguinmails.tenants.authenticate import Caller


class OwnKeys(Protocol):
    """The keys of some workspaces."""

    def own_key(self, tenants: Sequence[str], key: str) -> ApiKey: ...
    def revoke(self, key: ApiKey) -> ApiKey: ...


def revoke_key(caller: Caller, key: str, keys: OwnKeys) -> ApiKey:
    """Revoke a key of the caller's workspace, or of its twin; again is harmless.

    No key revokes itself, so that a workspace is never left without one. Raises NotFound, Conflict.
    """
    found = keys.own_key(caller.workspaces, key)
    if found.id == caller.key:
        raise Conflict("a key cannot revoke itself; make another key, and revoke this one with it")
    return found if found.revoked else keys.revoke(found)
