"""One call of the API: who calls, with what ports and ids, what was asked, how it is answered."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar, cast

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from penguinmails.api.ports import ApiPorts
from penguinmails.errors import InvalidInput, NotFound, Problem
from penguinmails.ids import Ids, is_uuid
from penguinmails.tenants.authenticate import Caller
from penguinmails.tenants.scope import Scope

Answer = Response[Any]
JSON = "application/json"
CSV = "text/csv"
NDJSON = ("application/x-ndjson", "application/jsonl")


class Unkept(Response[Any]):
    """An answer that is given once, and not kept for a repetition of the request."""


V_co = TypeVar("V_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Call:
    """What a route works with.

    `ids` gives the same ids if a request is repeated. `repeated` tells that an earlier attempt
    may have done all or a part of it. `path` and `request`, an id, are the request's; `attempt`
    is the same whenever it comes with the same Idempotency-Key, and empty without one.
    """

    ports: ApiPorts
    caller: Caller
    ids: Ids
    path: str
    request: str
    attempt: str = ""
    repeated: bool = False

    @property
    def tenant(self) -> str:
        """The caller's workspace: the only one that there is for it."""
        return self.caller.tenant


@dataclass(frozen=True, slots=True)
class With(Generic[V_co]):
    """An answer that is more than its body. With a secret in it, it is kept nowhere.

    `status` is one that the operation has besides its usual one. `unchanged` tells that nothing
    was done this time: there is nothing for the audit log.
    """

    view: V_co
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
    status: HTTPStatus | None = None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Versioned(With[V_co]):
    """An answer with an `ETag`: the version that a change may ask for by `If-Match`."""

    version: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer that is a file to save, in CSV. `next_path` leads to its continuation, if any."""

    name: str
    text: str
    next_path: str = ""


def call_of(router: APIGatewayHttpRouter, scope: Scope) -> Call:
    """Give the call that is being answered; raises Forbidden if its key lacks the scope."""
    call = cast("Call", router.context["call"])
    call.caller.require(scope)
    return call


def answered(data: object, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Answer:
    """Write an answer."""
    named: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(status.value, JSON, body, {"Cache-Control": "no-store", **named})


def identity(text: str, what: str) -> str:
    """Take an id out of a path; one that cannot be an id is nobody's."""
    if not is_uuid(text):
        raise NotFound(f"there is no {what} {text[:64]}")
    return text


def raw_body(event: APIGatewayProxyEventV2) -> bytes:
    """Give the bytes of the request's body."""
    body = event.body or ""
    if not event.is_base64_encoded:
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body)
    except binascii.Error as error:
        raise InvalidInput(Problem("", "unreadable", "the body cannot be read")) from error
