"""Problems as RFC 9457 writes them: one table says which error is which status."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NotRequired

from aws_lambda_powertools.event_handler.api_gateway import Response
from typing_extensions import TypedDict

from penguinmails.api.rate import TooManyRequests
from penguinmails.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Problem,
    Rejected,
    Stale,
    Unavailable,
)
from penguinmails.imports.job import TooLarge
from penguinmails.tenants.authenticate import Unauthenticated

PROBLEM_JSON = "application/problem+json"


class KeyReused(Rejected):
    """An Idempotency-Key came again, with another request."""

    code = "idempotency_key_reused"


class WrongMethod(Rejected):
    """There is such a path, but not with this method; `allowed` are those that it has."""

    code = "method_not_allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(f"this path takes {self.allowed}; use one of these methods")


class InProgress(Conflict):
    """The same request is being worked on."""

    code = "in_progress"


class ErrorView(TypedDict):
    """One thing that is wrong; the pointer (RFC 6901) leads to it in the body or the query."""

    pointer: str
    code: str
    detail: str


class ProblemView(TypedDict):
    """A problem (RFC 9457): what was wrong, where, and what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    requestId: str
    errors: NotRequired[list[ErrorView]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How an error is told: its status, a title, and headers that help."""

    status: HTTPStatus
    title: str
    headers: tuple[tuple[str, str], ...] = ()


# The first class that an error is an instance of counts, so the special ones come first.
KINDS: dict[type[Exception], Kind] = {
    Unauthenticated: Kind(
        HTTPStatus.UNAUTHORIZED,
        "The request has no valid API key",
        (("WWW-Authenticate", "Bearer"),),
    ),
    Forbidden: Kind(HTTPStatus.FORBIDDEN, "The API key does not allow this"),
    NotFound: Kind(HTTPStatus.NOT_FOUND, "There is no such thing"),
    WrongMethod: Kind(HTTPStatus.METHOD_NOT_ALLOWED, "The path has no such method"),
    InvalidInput: Kind(HTTPStatus.BAD_REQUEST, "The request is not valid"),
    TooLarge: Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    KeyReused: Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The Idempotency-Key was used for another request"
    ),
    TooManyRequests: Kind(HTTPStatus.TOO_MANY_REQUESTS, "The API key asks too often"),
    Rejected: Kind(HTTPStatus.BAD_REQUEST, "The request is not valid"),
    InProgress: Kind(
        HTTPStatus.CONFLICT, "The same request is being worked on", (("Retry-After", "2"),)
    ),
    Stale: Kind(HTTPStatus.PRECONDITION_FAILED, "It was changed since you read it"),
    Conflict: Kind(HTTPStatus.CONFLICT, "The state does not allow this now"),
    Unavailable: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Not available now", (("Retry-After", "5"),)),
}
_BUG = Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side")
_SORRY = "this is a fault of ours; try again, and report the requestId if it stays"


def problem_response(error: Exception, request_id: str) -> Response[Any]:
    """Write an error as a problem; of one that nobody foresaw, nothing is shown."""
    kind = kind_of(error)
    foreseen = kind is not _BUG
    code = str(getattr(error, "code", "")) if foreseen else "internal"
    body: ProblemView = {
        "type": f"urn:penguinmails:problem:{code}",
        "title": kind.title,
        "status": kind.status.value,
        "detail": str(error) if foreseen else _SORRY,
        "code": code,
        "requestId": request_id,
    }
    if isinstance(error, InvalidInput):
        body["errors"] = [_entry(problem) for problem in error.problems]
    headers: dict[str, Any] = {"Cache-Control": "no-store", **dict(kind.headers)}
    if isinstance(error, WrongMethod):
        headers["Allow"] = error.allowed
    if isinstance(error, TooManyRequests):
        headers |= {"Retry-After": str(error.retry_after_s), **error.allowance.headers()}
    return Response(kind.status.value, PROBLEM_JSON, json.dumps(body), headers)


def kind_of(error: Exception) -> Kind:
    """Find how an error is told."""
    return next((kind for made, kind in KINDS.items() if isinstance(error, made)), _BUG)


def _entry(problem: Problem) -> ErrorView:
    return {"pointer": problem.pointer, "code": problem.code, "detail": problem.detail}
