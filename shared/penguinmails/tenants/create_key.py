"""Creates an API key that may do no more than the key that asks for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import Conflict, Forbidden, InvalidInput, Problem
from penguinmails.tenants.api_key import ApiKey, KeyMode, Minted, key_id, mint
from penguinmails.tenants.authenticate import Caller
from penguinmails.tenants.scope import Scope, allows
from penguinmails.tenants.tenant import twin_id
from penguinmails.text import check_line


class NewKeys(Protocol):
    """Where keys are saved."""

    def put_key(self, key: ApiKey) -> bool:
        """Save a key, also over one that was never used; tell whether it was saved."""
        ...


@dataclass(frozen=True, slots=True)
class KeyPorts:
    """What creating a key touches; `randomness` gives as many bytes as asked."""

    keys: NewKeys
    clock: Clock
    randomness: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class AskedKey:
    """What the key is to be; the scopes are as they were written."""

    name: str
    scopes: Sequence[str]
    mode: KeyMode = KeyMode.LIVE


def create_key(caller: Caller, request: str, asked: AskedKey, given: KeyPorts) -> Minted:
    """Create a key of the caller's workspace, or of its twin for tests.

    `request` is an id that a repetition has too: then nobody has seen the first answer, so the
    same key gets a new secret, unless it was used. Raises InvalidInput, Forbidden, Conflict.
    """
    problems = list(_problems(asked))
    if problems:
        raise InvalidInput(*problems)
    scopes = frozenset(map(Scope, asked.scopes))
    for scope in sorted(scopes):
        if not allows(caller.scopes, scope):
            raise Forbidden(
                f"this API key lacks the scope {scope}, so it cannot give it to another"
            )
    if caller.is_test and asked.mode is KeyMode.LIVE:
        raise Forbidden("a test key makes test keys only; make live keys with a live key")
    minted = mint(
        _workspace(caller, asked.mode),
        scopes,
        given.randomness,
        given.clock.now(),
        identity=key_id(request),
        mode=asked.mode,
        name=asked.name,
    )
    if not given.keys.put_key(minted.key):
        raise Conflict("this key was made and used already; make another by a new request")
    return minted


def _workspace(caller: Caller, mode: KeyMode) -> str:
    leads_to_twin = mode is KeyMode.TEST and not caller.is_test
    return twin_id(caller.tenant) if leads_to_twin else caller.tenant


def _problems(asked: AskedKey) -> Iterator[Problem]:
    yield from check_line("/name", asked.name)
    if not asked.scopes:
        detail = f"name at least one scope, such as {Scope.CAMPAIGNS_READ}"
        yield Problem("/scopes", "missing", detail)
    known = {scope.value for scope in Scope}
    for index, scope in enumerate(asked.scopes):
        if scope not in known:
            detail = f"there is no such scope; there are {', '.join(sorted(known))}"
            yield Problem(f"/scopes/{index}", "unknown_scope", detail)
