"""Tells everybody what the API is: its description, its documentation page and its version."""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from aws_lambda_powertools.event_handler.api_gateway import Response
from typing_extensions import TypedDict

from penguinmails import __version__
from penguinmails.api.call import JSON, Answer
from penguinmails.api.operation import Operations

_HTML = "text/html; charset=utf-8"
_READS = ["GET", "HEAD"]
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}

operations = Operations("about")


class HealthView(TypedDict):
    """Requests are answered; `fenced`: but nothing is sent until an operator lifts the fence."""

    status: Literal["ok", "fenced"]


class VersionView(TypedDict):
    """Which version answers."""

    version: str


@operations.get("/api/health", None)
def read_health() -> HealthView:
    """Tell that requests are answered, and whether mail may leave."""
    fenced: bool = operations.router.context["ports"].fenced()
    return {"status": "fenced" if fenced else "ok"}


@operations.get("/api/version", None)
def read_version() -> VersionView:
    """Tell which version answers."""
    return {"version": __version__}


@operations.router.route("/api/openapi.json", _READS, compress=True)
def read_description() -> Answer:
    """Give the API's description in OpenAPI."""
    return _file("openapi.json", JSON)


@operations.router.route("/api/docs", _READS, compress=True)
def read_documentation() -> Answer:
    """Give the page that documents the API."""
    return _file("docs.html", _HTML)


def _file(name: str, kind: str) -> Answer:
    text, tag = _kept(name)
    headers: dict[str, str | list[str]] = {**_HEADERS, "ETag": tag}
    if _is_known(tag, operations.router.current_event.headers.get("if-none-match", "")):
        return Response(HTTPStatus.NOT_MODIFIED.value, kind, "", headers, compress=False)
    return Response(HTTPStatus.OK.value, kind, text, headers)


def _is_known(tag: str, known: str) -> bool:
    """Compare weakly (RFC 9110, section 13.1.2): compressed or not, it says the same."""
    tags = {each.strip().removeprefix("W/") for each in known.split(",")}
    return bool(tags & {"*", tag.removeprefix("W/")})


@cache
def _kept(name: str) -> tuple[str, str]:
    """Read a file with its tag: a weak one, as it may be sent compressed or not."""
    text = Path(__file__).with_name(name).read_text()
    return text, f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
