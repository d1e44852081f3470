"""Answers requests: finds the caller, the route and the problem; the routes do the rest."""

from collections.abc import Mapping
from http import HTTPStatus
from importlib import import_module
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from penguinmails.api.call import Answer, Call
from penguinmails.api.once import once
from penguinmails.api.ports import ApiPorts
from penguinmails.api.problems import WrongMethod, kind_of, problem_response
from penguinmails.api.rate import TooManyRequests
from penguinmails.errors import Conflict, NotFound, Rejected, Unavailable
from penguinmails.invocation import Context
from penguinmails.observability import count, log, log_failure
from penguinmails.tenants.authenticate import authenticate
from penguinmails.tenants.note_use import note_use

OPEN = frozenset({"/api/docs", "/api/health", "/api/openapi.json", "/api/version"})
"""What anybody may ask for, without a key."""
GROUPS = {
    "audit": "penguinmails.api.audit",
    "campaign-library": "penguinmails.api.campaign_templates",
    "campaign-templates": "penguinmails.api.campaign_templates",
    "campaigns": "penguinmails.api.campaigns",
    "clock": "penguinmails.api.clock",
    "contacts": "penguinmails.api.contacts",
    "imports": "penguinmails.api.imports",
    "inbox": "penguinmails.api.inbox",
    "jobs": "penguinmails.api.jobs",
    "properties": "penguinmails.api.properties",
    "keys": "penguinmails.api.keys",
    "segments": "penguinmails.api.segments",
    "senders": "penguinmails.api.senders",
    "suppressions": "penguinmails.api.suppressions",
    "templates": "penguinmails.api.templates",
    "topics": "penguinmails.api.topics",
    "workspace": "penguinmails.api.workspace",
    **dict.fromkeys((path.rpartition("/")[2] for path in OPEN), "penguinmails.api.about"),
}
"""What is loaded for which paths, once the first request for one of them comes."""

app = APIGatewayHttpResolver()
_loaded: set[str] = set()


def answer(event: Mapping[str, Any], context: Context, ports: ApiPorts) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0)."""
    _load(str(event.get("rawPath", "")))
    app.context["ports"] = ports
    response = app.resolve(event, context)  # type: ignore[arg-type] # the part of it that is used
    log("answered", request=_request_id(), status=response["statusCode"])
    return response


def guard(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Answer:
    """Let a request through to its route, with its call: who asks, and what it may use."""
    event = app.current_event
    if event.path in OPEN:
        return next_middleware(app)
    ports: ApiPorts = app.context["ports"]
    caller = authenticate(event.headers.get("authorization", ""), ports.tenants)
    allowance = ports.rates.take(caller.tenant, caller.key, ports.clock.now())
    if not allowance.granted:
        raise TooManyRequests(allowance)

    def act(call: Call) -> Answer:
        app.context["call"] = call
        try:
            return next_middleware(app)
        except (Rejected, Conflict, Unavailable) as error:
            return tell(error)

    answer = once(event, Call(ports, caller, ports.ids, event.path, _request_id()), act)
    answer.headers.update(allowance.headers())
    note_use(caller, ports.tenants, ports.clock)
    return answer


app.use(middlewares=[guard])


def tell(error: Exception) -> Answer:
    """Write a problem, and log it: a fault of ours with all that is known about it."""
    request_id = _request_id()
    status = kind_of(error).status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log_failure("failed", error, request=request_id)
        count("Errors", 1)
    else:
        log("refused", request=request_id, error=type(error).__name__)
    return problem_response(error, request_id)


def no_route(_error: NotFoundError) -> Answer:
    """Answer for a path or method that there is not."""
    event = app.current_event
    allowed = _methods(event.path)
    # A place may hold what no route takes, such as control characters: that is not there.
    if allowed and event.http_method.upper() not in allowed:
        return tell(WrongMethod(allowed))
    return tell(NotFound("there is no such route; see the API's documentation for those there are"))


app.exception_handler(Exception)(tell)
app.not_found(no_route)


def _methods(path: str) -> list[str]:
    """Give the methods of a path that is known."""
    module = _module(path)
    if module is None:
        return []
    all_ = import_module(module).operations.all
    methods = {each.method for each in all_ if each.is_at(path)}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def _module(path: str) -> str | None:
    return GROUPS.get(path.removeprefix("/api/").partition("/")[0])


def _load(path: str) -> None:
    module = _module(path)
    if module is not None and module not in _loaded:
        app.include_router(import_module(module).operations.router)
        _loaded.add(module)


def _request_id() -> str:
    return app.current_event.request_context.request_id
