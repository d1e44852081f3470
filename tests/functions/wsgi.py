"""The API of a house as a WSGI application, for tools that speak to one."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.functions.api_house import ApiHouse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Application = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


def application(house: ApiHouse) -> Application:
    """Give an application that asks the house as the gateway would."""

    def ask(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        query: dict[str, str] = {}
        for name, value in parse_qsl(environ["QUERY_STRING"], keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value
        size = int(environ.get("CONTENT_LENGTH") or 0)
        reply = house.ask(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            environ["wsgi.input"].read(size) if size else None,
            key=None,
            headers=dict(_headers(environ)),
            query=query,
        )
        status = HTTPStatus(reply.status)
        start(f"{status.value} {status.phrase}", [*reply.headers.items(), *reply.allowance.items()])
        return [reply.text.encode()]

    return ask


def _headers(environ: "WSGIEnvironment") -> Iterable[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-").lower(), value
    yield "content-type", environ.get("CONTENT_TYPE", "")
