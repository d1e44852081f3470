"""What the API does with API keys."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call, With
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Instant, instant
from penguinmails.table.port import Key
from penguinmails.tenants.api_key import ApiKey, KeyMode
from penguinmails.tenants.create_key import AskedKey, create_key
from penguinmails.tenants.revoke_key import revoke_key
from penguinmails.tenants.scope import Scope

operations = Operations("keys")

KeyId = Annotated[str, Field(examples=["3f6b2a71c0d94e58"])]
Secret = Annotated[
    str,
    Field(
        description="The key itself, shown this once.",
        examples=["pm_test_3f6b2a71c0d94e58_c41d7a905be2f36814d0a9c7e2b58f3160d4a1b97ce85f20"],
    ),
]


class KeyBody(Body):
    """An API key to make."""

    name: str = Field(max_length=255, examples=["Website signup"])
    scopes: list[Scope] = Field(
        max_length=len(Scope), examples=[["contacts:read", "contacts:write"]]
    )
    mode: KeyMode = KeyMode.LIVE


class KeyView(TypedDict):
    """An API key, without its secret; `lastUsedOn` is a day in UTC."""

    id: KeyId
    name: str
    scopes: list[Scope]
    mode: KeyMode
    revoked: bool
    createdAt: Instant
    lastUsedOn: str | None


class NewKeyView(KeyView):
    """A new API key with its secret."""

    secret: Secret


@operations.post("/api/keys", Scope.KEYS_WRITE, HTTPStatus.CREATED)
def make_key(call: Call, body: KeyBody) -> With[NewKeyView]:
    """Make an API key that may do no more than the key that asks.

    A live key opens the workspace. A test key opens its twin for tests: that has contacts,
    campaigns and all else of its own, and whatever it mails ends in its inbox.

    The answer alone holds the secret. The same request with the same Idempotency-Key makes no
    second key: it gives the first one a new secret, unless it was used already.
    """
    asked = AskedKey(body.name, body.scopes, body.mode)
    made = create_key(call.caller, call.ids.new(), asked, call.ports.workspace().new_keys)
    location = {"Location": f"/api/keys/{made.key.id}"}
    return With({**_view(made.key), "secret": made.text}, location, secret=True)


@operations.get("/api/keys", Scope.KEYS_READ)
def list_keys(call: Call, query: PageQuery) -> Listed[KeyView]:
    """List API keys, also those that are revoked; a test key is shown test keys only."""
    place = query.after(call)
    after = Key(*place.split(" ", 1)) if place else None
    page = call.ports.workspace().keys.keys(call.caller.workspaces, after, query.limit)
    return listed(call, map(_view, page.keys), page.after and " ".join(page.after))


@operations.get("/api/keys/<key>", Scope.KEYS_READ)
def read_key(call: Call, key: str) -> KeyView:
    """Show an API key."""
    return _view(call.ports.workspace().keys.own_key(call.caller.workspaces, key))


@operations.delete("/api/keys/<key>", Scope.KEYS_WRITE)
def remove_key(call: Call, key: str) -> KeyView:
    """Revoke an API key: from now on it opens nothing.

    No key revokes itself, so that a workspace is never left without one.
    """
    return _view(revoke_key(call.caller, key, call.ports.workspace().keys))


def _view(key: ApiKey) -> KeyView:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "mode": key.mode,
        "revoked": key.revoked,
        "createdAt": instant(key.created_at),
        "lastUsedOn": key.last_used_on.isoformat() if key.last_used_on else None,
    }
