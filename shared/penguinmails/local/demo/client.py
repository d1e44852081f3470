"""A small client of the HTTP API and of the public addresses, as any program would have one."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

TIMEOUT_S = 60
TRIES, WAIT_S = 4, 0.2
"""How often a request is made while the server fails, as mail apps and ESPs do."""
Json = Any
"""Whatever an answer holds: its reader knows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status and a body."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the request succeeded; a redirect is an answer as well."""
        return self.status < HTTPStatus.BAD_REQUEST

    def json(self) -> Json:
        """Read the body as JSON."""
        return json.loads(self.body or b"null")


class RequestFailed(Exception):  # noqa: N818 - named by what happened
    """The API answered with a problem."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def fetch(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """Make a request, again if the server fails; redirects are not followed.

    Header names are written with `_`.
    """
    answer = _fetch_once(url, method, body, headers)
    for _ in range(TRIES - 1):
        if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            break
        time.sleep(WAIT_S)
        answer = _fetch_once(url, method, body, headers)
    return answer


def _fetch_once(url: str, method: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=named)  # noqa: S310
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as response:
            return Answer(response.status, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())


@dataclass(frozen=True, slots=True)
class Api:
    """The API of one workspace."""

    url: str
    key: str

    def get(self, path: str) -> Json:
        """Read a resource."""
        return self._done("GET", path, fetch(self.url + path, "GET", None, **self._headers()))

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Json:
        """Create or do something."""
        return self._send("POST", path, json.dumps(body or {}).encode(), "application/json")

    def put(self, path: str, body: Mapping[str, Any]) -> Json:
        """Write a resource."""
        return self._send("PUT", path, json.dumps(body).encode(), "application/json")

    def post_csv(self, path: str, content: bytes) -> Json:
        """Hand over a CSV file."""
        return self._send("POST", path, content, "text/csv")

    def _send(self, method: str, path: str, content: bytes, kind: str) -> Json:
        once = {"idempotency_key": str(uuid4())} if method == "POST" else {}
        headers = {**self._headers(), **once, "content_type": kind}
        return self._done(method, path, fetch(self.url + path, method, content, **headers))

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    def _done(self, method: str, path: str, answer: Answer) -> Json:
        if not answer.ok:
            message = f"{method} {path} answered {answer.status}: {answer.body.decode()[:500]}"
            raise RequestFailed(message)
        return answer.json()
