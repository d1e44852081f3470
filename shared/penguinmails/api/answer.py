"""Answers requests: finds the route, the caller and the problem; the routes do the rest."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, cast

from aws_lambda_powertools.event_handler.api_gateway import (
    APIGatewayHttpResolver,
    ApiGatewayResolver,
    BaseRouter,
)
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.typing import LambdaContext

from penguinmails.api.call import Answer, Call, answered
from penguinmails.api.once import once
from penguinmails.api.ports import ApiPorts
from penguinmails.api.problems import kind_of, problem_response
from penguinmails.errors import Conflict, NotFound, Rejected, Unavailable
from penguinmails.observability import count, log, logger
from penguinmails.tenants.authenticate import authenticate

HEALTH = "/api/health"
_ROUTES = {
    "campaigns": "penguinmails.api.campaigns",
    "contacts": "penguinmails.api.contacts",
    "imports": "penguinmails.api.imports",
    "segments": "penguinmails.api.segments",
    "suppressions": "penguinmails.api.suppressions",
    "templates": "penguinmails.api.templates",
}
"""What is loaded for which paths, when the first request for one of them comes."""

app = APIGatewayHttpResolver()
_loaded: set[str] = set()


def answer(event: Mapping[str, Any], context: LambdaContext, ports: ApiPorts) -> dict[str, Any]:
    """Answer one request of the HTTP API (payload format 2.0)."""
    _load(str(event.get("rawPath", "")))
    app.append_context(ports=ports)
    response = app.resolve(event, context)
    log("answered", method=event["requestContext"]["http"]["method"], status=response["statusCode"])
    return response
