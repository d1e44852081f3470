"""One call of the API: who calls, with what ports and ids, what was asked, how it is answered."""

import base64
import binascii
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from penguinmails.api.ports import ApiPorts
from penguinmails.errors import InvalidInput, NotFound, Problem
from penguinmails.ids import Ids, is_uuid
from penguinmails.table.port import Key
from penguinmails.tenants.authenticate import Caller
from penguinmails.tenants.scope import Scope

Answer = Response[Any]
JSON = "application/json"
USUAL_PAGE, LARGEST_PAGE = 25, 100
_LONGEST_CURSOR = 500


@dataclass(frozen=True, slots=True)
class Call:
    """What a route works with.

    `ids` gives the same ids if a request is repeated. `repeated` tells that an earlier attempt
    may have done all or a part of it.
    """

    ports: ApiPorts
    caller: Caller
    ids: Ids
    repeated: bool = False

    @property
    def tenant(self) -> str:
        """The caller's workspace: the only one that there is for it."""
        return self.caller.tenant


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a list is wanted."""

    after: Key | None
    limit: int


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


def asked_page(event: APIGatewayProxyEventV2, pk: str, prefix: str) -> Asked:
    """Read `cursor` and `limit` of a list that lies in one partition, under one prefix."""
    query = event.query_string_parameters or {}
    limit = _limit(query.get("limit", ""))
    text = query.get("cursor", "")
    if not text:
        return Asked(None, limit)
    place = read_cursor(text)
    if not place.startswith(prefix):
        raise InvalidInput(_NO_CURSOR)
    return Asked(Key(pk, place), limit)


def cursor(place: str) -> str:
    """Write where the next page starts, as text for a URL."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(text: str) -> str:
    """Read what `cursor` wrote; it holds no tenant, so it leads nowhere else."""
    try:
        if len(text) > _LONGEST_CURSOR:
            raise InvalidInput(_NO_CURSOR)
        padded = text.encode() + b"=" * (-len(text) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise InvalidInput(_NO_CURSOR) from error


def paged(items: list[dict[str, Any]], after: Key | None) -> Answer:
    """Write a page of a list."""
    return answered({"items": items, "nextCursor": cursor(after.sk) if after else None})


def _limit(text: str) -> int:
    if not text:
        return USUAL_PAGE
    if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LARGEST_PAGE:
        return int(text)
    detail = f"limit is a whole number from 1 to {LARGEST_PAGE}"
    raise InvalidInput(Problem("/limit", "invalid_number", detail))


_NO_CURSOR = Problem("/cursor", "invalid_cursor", "take the cursor from the page before")
