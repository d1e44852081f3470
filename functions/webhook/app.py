"""Takes what ESPs report: triggered by POST /webhooks/{esp}/{hook}."""

import base64
import binascii
from typing import Any

from penguinmails import bootstrap
from penguinmails.errors import Forbidden, InvalidInput, NotFound, Rejected, Unavailable
from penguinmails.esp.webhook import Report, TooLarge, take_in
from penguinmails.invocation import Context, Event
from penguinmails.observability import count, log, observed

Response = dict[str, Any]

house = bootstrap.house()
ports = house.webhook()

_STATUS = {NotFound: 404, Forbidden: 401, InvalidInput: 400, TooLarge: 413}
_HEADERS = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> Response:  # noqa: ARG001 - the trigger's
    """Queue a verified report before answering 200; anything else changes nothing."""
    try:
        taken = take_in(_report(event), ports)
    except Rejected as refusal:
        return _refused(refusal)
    except Unavailable:
        log("webhook_unavailable")
        return _answer(503, "Not now: send this again in a minute.", {"retry-after": "60"})
    log("webhook_taken", events=taken)
    return _answer(200, f"{taken} events taken.")


def _report(event: Event) -> Report:
    esp, _, hook = event["pathParameters"]["proxy"].partition("/")
    return Report(esp, hook, event["headers"], _body(event))


def _body(event: Event) -> bytes:
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return text.encode()
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def _refused(refusal: Rejected) -> Response:
    count("RefusedWebhooks", 1)
    log("webhook_refused", code=refusal.code)
    return _answer(_STATUS[type(refusal)], str(refusal))


def _answer(status: int, text: str, more: dict[str, str] | None = None) -> Response:
    return {"statusCode": status, "headers": {**_HEADERS, **(more or {})}, "body": f"{text}\n"}
