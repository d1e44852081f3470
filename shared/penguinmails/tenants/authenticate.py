"""Finds out who speaks: the tenant comes from the credential, and from nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from penguinmails.errors import Forbidden
from penguinmails.tenants.api_key import ApiKey, KeyMode, read_key
from penguinmails.tenants.scope import Scope, allows
from penguinmails.tenants.tenant import twin_id

_BEARER = "bearer "


class Unauthenticated(Forbidden):
    """There is no credential, or not a good one; nothing more is said."""

    code = "unauthenticated"


class Keys(Protocol):
    """The keys by their ids."""

    def key(self, key: str) -> ApiKey | None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a credential speaks for, and what it allows."""

    tenant: str
    key: str
    scopes: frozenset[Scope]
    mode: KeyMode = KeyMode.LIVE
    last_used_on: date | None = None

    @property
    def is_test(self) -> bool:
        """Tell whether it speaks for a workspace's twin for tests."""
        return self.mode is KeyMode.TEST

    @property
    def workspaces(self) -> tuple[str, ...]:
        """Give the workspaces whose keys it looks after: a live key, those of the twin too."""
        return (self.tenant,) if self.is_test else (self.tenant, twin_id(self.tenant))

    def require(self, scope: Scope) -> None:
        """Raise Forbidden unless the key has the scope."""
        if not allows(self.scopes, scope):
            raise Forbidden(f"this API key lacks the scope {scope}; use one that has it")


def authenticate(authorization: str, keys: Keys) -> Caller:
    """Read an Authorization header; raises Unauthenticated."""
    given = authorization.strip()
    text = read_key(given[len(_BEARER) :].strip()) if given.lower().startswith(_BEARER) else None
    if text is None:
        raise Unauthenticated(_REFUSED)
    key = keys.key(text.id)
    if key is None or not key.opens_with(text):
        raise Unauthenticated(_REFUSED)
    return Caller(key.tenant, key.id, key.scopes, key.mode, key.last_used_on)


_REFUSED = "send a valid API key: `Authorization: Bearer pm_live_…` or `pm_test_…`"
