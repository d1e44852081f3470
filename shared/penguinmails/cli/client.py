"""The HTTP API from outside: answers as data, refusals as failures, patience where it helps."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlencode
from uuid import uuid4

import urllib3

from penguinmails import __version__
from penguinmails.cli.connection import Connection
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure, refusal

Data = dict[str, Any]
TIMEOUT_S = 40
TRIES = 5
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
_LONGEST_WAIT_S = 20.0
_FEW_LEFT = 50
_LEFT = re.compile(r"\br=(\d+)\b.*\bt=(\d+)\b")


class Answer(Protocol):
    """What a request brought."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def data(self) -> bytes: ...


class Api:
    """One workspace's API. Every request may be repeated: a POST carries an Idempotency-Key.

    `rest_s` is how long whoever is in no hurry had better wait before asking again, so that other
    work with the same key is not refused.
    """

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._sleep = sleep
        self.rest_s = 0.0
        self._http = urllib3.PoolManager(retries=False, timeout=TIMEOUT_S)

    def get(self, path: str, **query: str) -> Data:
        """Read a resource."""
        return self._json("GET", path, query)

    def post(self, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Data:
        """Make or do something."""
        return self._json("POST", path, query, json.dumps(body or {}).encode())

    def put(self, path: str, body: Mapping[str, Any]) -> Data:
        """Write a resource."""
        return self._json("PUT", path, {}, json.dumps(body).encode())

    def patch(self, path: str, body: Mapping[str, Any]) -> Data:
        """Change a resource."""
        return self._json("PATCH", path, {}, json.dumps(body).encode())

    def upload(self, path: str, content: bytes, kind: str, **query: str) -> Data:
        """Hand a file over."""
        return self._json("POST", path, query, content, kind)

    def pages(self, path: str, **query: str) -> Iterator[Data]:
        """Read a list, page after page."""
        cursor = ""
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["data"]
            cursor = page["nextCursor"] or ""
            if not cursor:
                return

    def _json(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None = None,
        kind: str = "application/json",
    ) -> Data:
        answer = self._asked(method, _url(self._connection.url, path, query), body, kind)
        found = _read(answer)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise refusal(answer.status, found, self._connection.key_from)
        return found

    def _asked(self, method: str, url: str, body: bytes | None, kind: str) -> Answer:
        headers = {
            "authorization": f"Bearer {self._connection.key}",
            "user-agent": f"penguinmails/{__version__}",
            **({} if body is None else {"content-type": kind}),
            **({"idempotency-key": str(uuid4())} if method == "POST" else {}),
        }
        for tried in range(1, TRIES + 1):
            try:
                answer = self._http.request(method, url, body=body, headers=headers)
            except urllib3.exceptions.HTTPError as error:
                if tried == TRIES:
                    raise _away(url, self._connection) from error
                self._sleep(tried * 0.5)
                continue
            if answer.status not in _BUSY or tried == TRIES:
                self.rest_s = _rest_s(answer)
                return answer
            self._sleep(_wait_s(answer, tried))
        raise _away(url, self._connection)


def place(*parts: str) -> str:
    """Write a path of names that people give."""
    return "/" + "/".join(quote(part, safe=":@") for part in parts)


def _url(base: str, path: str, query: Mapping[str, str]) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"{base}{path}" + (f"?{urlencode(given)}" if given else "")


def _read(answer: Answer) -> Data:
    try:
        found = json.loads(answer.data or b"{}")
    except ValueError:
        found = {"detail": f"the answer ({answer.status}) is no JSON; is this the API's address?"}
    return found if isinstance(found, dict) else {"data": found}


def _wait_s(answer: Answer, tried: int) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text) if text.isdecimal() else tried * 0.5, _LONGEST_WAIT_S)


def _rest_s(answer: Answer) -> float:
    """Read when the key's allowance is whole again, if there is little of it left."""
    found = _LEFT.search(answer.headers.get("ratelimit", ""))
    few = found is not None and int(found[1]) < _FEW_LEFT
    return min(float(found[2]), _LONGEST_WAIT_S) if found and few else 0.0


def _away(url: str, connection: Connection) -> Failure:
    hint = f"The address is from {connection.url_from}. For a local one: penguinmails up."
    return Failure(f"{url} does not answer.", Exit.AWAY, hint)
