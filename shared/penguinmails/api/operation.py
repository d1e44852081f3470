"""Declares what the API can do: each operation's scope, what it takes, and what it answers.

A declaration is all that a route needs: it is what is called, and what the documentation says.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar, get_args, get_origin

from aws_lambda_powertools.event_handler.api_gateway import Response

from penguinmails.api.audited import audited
from penguinmails.api.body import Body, NoBody, NoQuery, Query, read_body, read_query
from penguinmails.api.call import (
    CSV,
    JSON,
    Answer,
    Sheet,
    Unkept,
    Versioned,
    With,
    answered,
    call_of,
    raw_body,
)
from penguinmails.api.precondition import etag, expected_version
from penguinmails.api.route import routes
from penguinmails.errors import InvalidInput, Problem
from penguinmails.tenants.scope import Scope

Deed = TypeVar("Deed", bound=Callable[..., Mapping[str, Any] | With[Any] | Sheet])


LOCATED = frozenset({HTTPStatus.CREATED, HTTPStatus.ACCEPTED})
"""Of answers that say where to find what was made."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked.

    `scope` is none where nobody needs a key. `also` is another status of success. `body` is a
    model, or the media types of a file that is taken as it is. `view` is the type of what is
    answered; `located` tells that the answer says where to find it, `versioned` that it has an
    ETag, and `conditional` that `If-Match` is honoured.
    """

    name: str
    tag: str
    method: str
    path: str
    scope: Scope | None
    status: HTTPStatus
    places: tuple[str, ...]
    body: type[Body] | tuple[str, ...]
    query: type[Query]
    view: Any
    located: bool
    text: str
    also: HTTPStatus | None = None
    versioned: bool = False
    conditional: bool = False

    @property
    def kind(self) -> str:
        """What it is about, as the audit log names it."""
        return self.tag.replace("-", "_").replace(" ", "_")

    @property
    def changes(self) -> bool:
        """Tell whether it may change something; a scope that only reads allows no change."""
        return self.scope is not None and self.method != "GET" and not self.scope.only_reads

    def is_at(self, path: str) -> bool:
        """Tell whether a path leads here."""
        own, asked = self.path.split("/"), path.split("/")
        return len(own) == len(asked) and all(
            here == there or (here.startswith("<") and there)
            for here, there in zip(own, asked, strict=True)
        )


class Operations:
    """The operations below one path of the API."""

    def __init__(self, tag: str) -> None:
        self.router = routes()
        self.all: list[Operation] = []
        self._tag = tag

    def get(self, path: str, scope: Scope | None) -> Callable[[Deed], Deed]:
        """Declare what reads."""
        return self._declare("GET", path, scope, HTTPStatus.OK)

    def post(
        self,
        path: str,
        scope: Scope,
        status: HTTPStatus = HTTPStatus.OK,
        file_types: tuple[str, ...] = (),
        also: HTTPStatus | None = None,
    ) -> Callable[[Deed], Deed]:
        """Declare what makes or does; `file_types` are those of a file that is taken as it is."""
        return self._declare("POST", path, scope, status, file_types, also)

    def put(self, path: str, scope: Scope) -> Callable[[Deed], Deed]:
        """Declare what makes or replaces."""
        return self._declare("PUT", path, scope, HTTPStatus.OK)

    def patch(self, path: str, scope: Scope) -> Callable[[Deed], Deed]:
        """Declare what changes."""
        return self._declare("PATCH", path, scope, HTTPStatus.OK)

    def delete(self, path: str, scope: Scope) -> Callable[[Deed], Deed]:
        """Declare what removes."""
        return self._declare("DELETE", path, scope, HTTPStatus.OK)

    def _declare(
        self,
        method: str,
        path: str,
        scope: Scope | None,
        status: HTTPStatus,
        file_types: tuple[str, ...] = (),
        also: HTTPStatus | None = None,
    ) -> Callable[[Deed], Deed]:
        def declare(deed: Deed) -> Deed:
            operation = _operation(deed, self._tag, method, path, scope, status, file_types, also)
            self.all.append(operation)
            methods = ["GET", "HEAD"] if method == "GET" else [method]
            self.router.route(path, methods)(self._route(operation, deed))
            return deed

        return declare

    def _route(self, operation: Operation, deed: Callable[..., Any]) -> Callable[..., Answer]:
        wanted = inspect.signature(deed).parameters

        def route(**places: str) -> Answer:
            call = call_of(self.router, operation.scope) if operation.scope else None
            event = self.router.current_event
            query = read_query(operation.query, event.query_string_parameters or {})
            taken: dict[str, Any] = {"query": query}
            if isinstance(operation.body, tuple):
                kind = _media_type(event.headers.get("content-type", ""), operation.body)
                taken |= {"content": raw_body(event), "media_type": kind}
            elif method_takes_a_body(operation.method):
                taken["body"] = read_body(operation.body, event)
            if operation.conditional:
                taken["expected"] = expected_version(event.headers.get("if-match"))
            given = {name: value for name, value in taken.items() if name in wanted}
            do = partial(deed, *([call] if call else []), **places, **given)
            if call is None or not operation.changes:
                return _written(do(), operation.status)
            found = audited(call, operation.kind, operation.name, places, do)
            return _written(found, operation.status)

        return route


def method_takes_a_body(method: str) -> bool:
    """Tell whether requests of a method say something in their body."""
    return method in {"POST", "PUT", "PATCH"}


def _operation(
    deed: Callable[..., Any],
    tag: str,
    method: str,
    path: str,
    scope: Scope | None,
    status: HTTPStatus,
    file_types: tuple[str, ...],
    also: HTTPStatus | None,
) -> Operation:
    signature = inspect.signature(deed)
    types = {name: each.annotation for name, each in signature.parameters.items()}
    view = signature.return_annotation
    versioned = get_origin(view) is Versioned
    more = versioned or get_origin(view) is With
    return Operation(
        name=deed.__name__,
        tag=tag,
        method=method,
        path=path,
        scope=scope,
        status=status,
        places=tuple(name for name in types if f"<{name}>" in path),
        body=file_types or types.get("body", NoBody),
        query=types.get("query", NoQuery),
        view=get_args(view)[0] if more else view,
        located=more and not {status, also}.isdisjoint(LOCATED),
        text=inspect.getdoc(deed) or "",
        also=also,
        versioned=versioned,
        conditional="expected" in types,
    )


def _media_type(written: str, known: tuple[str, ...]) -> str:
    kind = written.partition(";")[0].strip().lower()
    if kind not in known:
        detail = f"send the file itself as the body, with `Content-Type: {known[0]}`"
        raise InvalidInput(Problem("", "unsupported_type", detail))
    return kind


def _written(found: Mapping[str, Any] | With[Any] | Sheet, status: HTTPStatus) -> Answer:
    if isinstance(found, Sheet):
        return _sheet(found, status)
    if isinstance(found, With):
        answer = answered(found.view, found.status or status)
        if found.secret:
            answer = Unkept(answer.status_code, JSON, answer.body, answer.headers)
        answer.headers.update(found.headers)
        if isinstance(found, Versioned):
            answer.headers["ETag"] = etag(found.version)
        return answer
    return answered(found, status)


def _sheet(sheet: Sheet, status: HTTPStatus) -> Answer:
    headers: dict[str, str | list[str]] = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{sheet.name}"',
    }
    if sheet.next_path:
        headers["Link"] = f'<{sheet.next_path}>; rel="next"'
    return Response(status.value, f"{CSV}; charset=utf-8", sheet.text, headers)
