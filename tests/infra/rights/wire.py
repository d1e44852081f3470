"""Taps the wire: every HTTP request that leaves this process, whichever library sends it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from urllib3 import BaseHTTPResponse, HTTPConnectionPool


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it went out, and the status that it was answered with.

    `target` is the operation where AWS's protocol names it in a header, such as
    `DynamoDB_20120810.GetItem`. A body that is not bytes is left out: only files are sent so.
    """

    method: str
    path: str
    target: str
    body: bytes
    status: int


@contextmanager
def tapped(hear: Callable[[Request], None]) -> Iterator[None]:
    """Have every request heard once it is answered, for as long as the block lasts."""
    send = HTTPConnectionPool.urlopen

    def urlopen(
        pool: HTTPConnectionPool,
        method: str,
        url: str,
        body: Any = None,  # noqa: ANN401 - whatever the library takes
        headers: Mapping[str, Any] | None = None,
        **rest: Any,  # noqa: ANN401 - as above
    ) -> BaseHTTPResponse:
        answer = send(pool, method, url, body, headers, **rest)
        kept = body if isinstance(body, bytes) else b""
        hear(Request(method, url, _target(headers or {}), kept, answer.status))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPConnectionPool, "urlopen", urlopen)
        yield


def _target(headers: Mapping[str, Any]) -> str:
    named = {name.lower(): value for name, value in headers.items()}
    target = named.get("x-amz-target", "")
    return target.decode() if isinstance(target, bytes) else str(target)
