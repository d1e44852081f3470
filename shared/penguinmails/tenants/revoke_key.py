"""Revokes an API key: from then on it opens nothing."""

from typing import Protocol

from penguinmails.errors import Conflict, Forbidden
from penguinmails.tenants.api_key import ApiKey, KeyMode
from penguinmails.tenants.authenticate import Caller


class OwnKeys(Protocol):
    """The keys of a workspace."""

    def own_key(self, tenant: str, key: str) -> ApiKey: ...
    def revoke(self, key: ApiKey) -> ApiKey: ...


def revoke_key(caller: Caller, key: str, keys: OwnKeys) -> ApiKey:
    """Revoke a key of the caller's workspace; again is harmless.

    No key revokes itself, so that a workspace is never left without one. Raises NotFound,
    Forbidden, Conflict.
    """
    found = keys.own_key(caller.tenant, key)
    if caller.is_test and found.mode is KeyMode.LIVE:
        raise Forbidden("a test key revokes test keys only; use a live key")
    if found.id == caller.key:
        raise Conflict("a key cannot revoke itself; make another key, and revoke this one with it")
    return found if found.revoked else keys.revoke(found)
