"""Honours `Idempotency-Key`: the same request again has one effect, and the same answer."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from penguinmails.api.call import JSON, Answer, Call, Unkept, raw_body
from penguinmails.api.ports import ApiPorts, Attempt
from penguinmails.api.problems import PROBLEM_JSON, InProgress, KeyReused
from penguinmails.clock import to_millis
from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import Ids, digest

GIVEN_UP = timedelta(seconds=60)
"""An attempt that has no answer after this died: twice the longest that a request may run."""

_WAITS_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5)
_LONGEST_KEY = 255
_PASSING = {HTTPStatus.CONFLICT, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def once(event: APIGatewayProxyEventV2, call: Call, act: Callable[[Call], Answer]) -> Answer:
    """Answer a request; if it carries a key, do it once and answer alike ever after."""
    key = event.headers.get("idempotency-key") if event.http_method == "POST" else None
    if key is None:
        return act(call)
    wanted = _attempt(key, event, call)
    owned = _own(wanted, call.ports)
    if owned.answered:
        return _again(owned)
    repeated = owned.owned_at != owned.begun_at
    answer = act(replace(call, ids=KeyedIds(owned), attempt=owned.request, repeated=repeated))
    _keep(owned, answer, call.ports)
    return answer


class KeyedIds(Ids):
    """The ids that one attempt and all its repetitions make, in order of time like all others."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._made = 0

    def new(self) -> str:
        self._made += 1
        attempt = self._attempt
        tail = int.from_bytes(digest(attempt.tenant, "made", attempt.key, self._made)[:10])
        number = to_millis(attempt.begun_at) << 80 | tail
        number &= ~(0xF000 << 64) & ~(0xC000 << 48)
        return str(uuid.UUID(int=number | 7 << 76 | 0x8000 << 48))


def _attempt(key: str, event: APIGatewayProxyEventV2, call: Call) -> Attempt:
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        detail = f"an Idempotency-Key has 1 to {_LONGEST_KEY} printable ASCII characters"
        raise InvalidInput(Problem("", "invalid_idempotency_key", detail))
    body = hashlib.sha256(raw_body(event)).hexdigest()
    # The key, which is not kept, salts the hash: nobody can guess a body, or an address, from it.
    request = digest(key, event.http_method, event.path, event.raw_query_string, body).hex()
    now_at = _whole_millis(call.ports.clock.now())
    name = hashlib.sha256(key.encode()).hexdigest()
    return Attempt(call.tenant, name, request, begun_at=now_at, owned_at=now_at)


def _own(wanted: Attempt, ports: ApiPorts) -> Attempt:
    """Begin the attempt, or take over a dead one, or wait for the answer of a live one."""
    for wait in (*_WAITS_S, 0):
        found = ports.attempts.begin(wanted)
        if found is None:
            return wanted
        if found.request != wanted.request:
            raise KeyReused("this Idempotency-Key came with another request; choose a new one")
        if found.answered:
            return found
        now_at = _whole_millis(ports.clock.now())
        if now_at - found.owned_at >= GIVEN_UP and ports.attempts.take_over(found, now_at):
            return replace(found, owned_at=now_at)
        if wait:
            ports.sleep(wait)
    raise InProgress("the same request is still being worked on; ask again in a moment")


def _keep(owned: Attempt, answer: Answer, ports: ApiPorts) -> None:
    """Keep an answer, unless the next attempt may fare better, or nobody but the caller may see it."""
    failed = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    if failed or answer.status_code in _PASSING or isinstance(answer, Unkept):
        ports.attempts.forget(owned)
        return
    headers = {name: str(value) for name, value in answer.headers.items()}
    done = replace(owned, status=answer.status_code, headers=headers, body=answer.body or "")
    ports.attempts.answer(done)


def _again(attempt: Attempt) -> Answer:
    kind = JSON if attempt.status < HTTPStatus.BAD_REQUEST else PROBLEM_JSON
    return Response(attempt.status, kind, attempt.body, dict(attempt.headers or {}))


def _whole_millis(instant_at: datetime) -> datetime:
    return instant_at.replace(microsecond=instant_at.microsecond // 1000 * 1000)
