"""Describes the problems that the API answers with: of what statuses, with what headers."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from penguinmails.api.operation import Operation, method_takes_a_body
from penguinmails.api.problems import (
    KINDS,
    PROBLEM_JSON,
    KeyReused,
    WrongMethod,
    problem_response,
)
from penguinmails.api.rate import WHOLE, Allowance, TooManyRequests
from penguinmails.api.schema import PLACE
from penguinmails.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Problem,
    Stale,
    Unavailable,
)
from penguinmails.imports.job import TooLarge
from penguinmails.tenants.authenticate import Unauthenticated

Data = dict[str, Any]

_REQUEST = "4f1d6c0e-7a52-4c39-9d0b-6e2f8a713c55"
_NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_EXAMPLES: tuple[Exception, ...] = (
    InvalidInput(Problem("/name", "missing", "this field is needed; add it")),
    Unauthenticated("send a valid API key: `Authorization: Bearer pm_live_…` or `pm_test_…`"),
    Forbidden("this API key lacks the scope campaigns:write; use one that has it"),
    NotFound("there is no campaign 01955d70-2f80-7a3c-9c41-5b2f60a7c8e1"),
    WrongMethod(["GET", "HEAD", "POST"]),
    Conflict("this campaign is paused; resume it first"),
    Stale("there is a newer version; read it, then change that one"),
    TooLarge("a file has at most 10 MB; split it"),
    KeyReused("this Idempotency-Key came with another request; choose a new one"),
    TooManyRequests(Allowance(_NOW_AT + 2 * WHOLE, _NOW_AT, granted=False)),
    RuntimeError("nothing of this is shown"),
    Unavailable("the storage did not answer in time; try again"),
)
HEADERS: Mapping[str, Data] = MappingProxyType(
    {
        "Allow": {
            "description": "The methods that the path has.",
            "schema": {"type": "string"},
        },
        "ETag": {
            "description": "The version, for `If-Match` of a change.",
            "required": True,
            "schema": {"type": "string"},
        },
        "Location": {
            "description": "Where to find what was made.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
        },
        "RateLimit": {
            "description": "What is left of the key's allowance: `r` requests now, all in `t` s.",
            "schema": {"type": "string"},
        },
        "RateLimit-Policy": {
            "description": "The key's allowance: `q` requests in `w` seconds.",
            "schema": {"type": "string"},
        },
        "Retry-After": {
            "description": "After how many seconds to try again.",
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
        },
        "WWW-Authenticate": {
            "description": "How to say who asks: `Bearer`.",
            "schema": {"type": "string"},
        },
    }
)
_ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR)
_WITH_A_KEY = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def refusals(operation: Operation) -> Iterator[HTTPStatus]:
    """Give the statuses of all problems that an operation may answer with."""
    yield from _ALWAYS
    if operation.scope:
        yield from _WITH_A_KEY
    if operation.places:
        yield HTTPStatus.NOT_FOUND
    if operation.method != "GET":
        yield HTTPStatus.CONFLICT
    if method_takes_a_body(operation.method):
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if operation.conditional:
        yield HTTPStatus.PRECONDITION_FAILED
    if operation.method == "POST":
        yield HTTPStatus.UNPROCESSABLE_ENTITY


def statuses() -> list[HTTPStatus]:
    """Give the statuses of all problems that there are."""
    return sorted({kind.status for kind in KINDS.values()} | {HTTPStatus.INTERNAL_SERVER_ERROR})


def refusal(status: HTTPStatus) -> Data:
    """Describe the problems of a status, with one of them as it is answered."""
    answers = [problem_response(error, _REQUEST) for error in _EXAMPLES]
    shown = next(answer for answer in answers if answer.status_code == status)
    example = json.loads(str(shown.body))
    told = {name for kind in KINDS.values() if kind.status is status for name, _ in kind.headers}
    headers = [name for name in HEADERS if name in told | set(shown.headers)]
    described: Data = {
        "description": example["title"],
        "content": {PROBLEM_JSON: {"schema": {"$ref": f"{PLACE}Problem"}, "example": example}},
    }
    if headers:
        described["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return described
