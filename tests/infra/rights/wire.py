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

    `target` is the operation that AWS's JSON protocols name in a header, such as
    `DynamoDB_20120810.GetItem`; only then the body is kept.
    """

    method: str
    path: str
    target: str
    body: bytes
    status: int


@contextmanager
def tapped(hear: Callable[[Request], None]) -> Iterator[None]:
    """Have every request heard, once it is answered, for as long as the block lasts."""
    send = HTTPConnectionPool.urlopen

    def urlopen(
        pool: HTTPConnectionPool,
        method: str,
        url: str,
        body: Any = None,  # noqa: ANN401 - bytes, or a file of them
        headers: Mapping[str, str | bytes] | None = None,
        **rest: Any,  # noqa: ANN401 - the library's own
    ) -> BaseHTTPResponse:
        answer = send(pool, method, url, body, headers, **rest)  # type: ignore[arg-type]
        target = _text({name.lower(): text for name, text in (headers or {}).items()})
        hear(Request(method, url, target, body if isinstance(body, bytes) else b"", answer.status))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPConnectionPool, "urlopen", urlopen)
        yield


def _text(headers: Mapping[str, str | bytes]) -> str:
    target = headers.get("x-amz-target", "")
    return target.decode() if isinstance(target, bytes) else target
