"""Answers readers: triggered by the open pixel /o/, links /c/, and the pages /u/ and /v/."""

import base64
from collections.abc import Callable
from typing import Any

from penguinmails import bootstrap
from penguinmails.errors import Forbidden, NotFound, Unavailable
from penguinmails.invocation import Context, Event
from penguinmails.observability import count, log, observed
from penguinmails.senders.verify import look, verify
from penguinmails.tracking import pages
from penguinmails.tracking.unsubscribe import TEST_MAIL, reader, unsubscribe
from penguinmails.tracking.visit import Visitor, clicked, opened

Response = dict[str, Any]

house = bootstrap.house()
ports = house.public()

_HTML = "text/html; charset=utf-8"
_PREFETCH = ("purpose", "sec-purpose", "x-purpose", "x-moz")


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> Response:  # noqa: ARG001 - the trigger's
    """Answer a visit; whoever only looks changes nothing but an open's or a click's count."""
    kind, token = ("", *event["rawPath"].strip("/").split("/"))[-2:]
    method = event["requestContext"]["http"]["method"]
    if kind not in _ROUTES:
        return _page(404, pages.GONE)
    if method not in _METHODS[kind]:
        return _page(405, pages.GONE, allow=", ".join(_METHODS[kind]))
    try:
        response = _ROUTES[kind](token, method, event)
    except (Forbidden, NotFound) as refusal:
        log("visit_refused", kind=kind, code=refusal.code)
        response = _page(404, pages.GONE)
    except Unavailable:
        log("visit_unavailable", kind=kind)
        response = _page(503, pages.LATER, retry_after="60")
    return {**response, "body": ""} if method == "HEAD" else response


def _open(token: str, method: str, event: Event) -> Response:
    """Give the pixel, whatever the token is: a broken image helps nobody."""
    try:
        log("opened", reported=opened(token, _visitor(method, event), ports.visits))
    except Forbidden as refusal:
        log("visit_refused", kind="o", code=refusal.code)
    body = base64.b64encode(pages.PIXEL).decode()
    return {**_answer(200, "image/gif", body), "isBase64Encoded": True}


def _click(token: str, method: str, event: Event) -> Response:
    click = clicked(token, _visitor(method, event), ports.visits)
    log("clicked", reported=click.reported)
    return _answer(302, _HTML, "", location=click.url)


def _unsubscribe(token: str, method: str, event: Event) -> Response:  # noqa: ARG001 - one of four
    """Ask on GET, act on POST: by the page's button, or at once by a mail client (RFC 8058)."""
    if token == TEST_MAIL:
        return _page(200, pages.TEST)
    if method != "POST":
        reader(token, ports.leaving.keyring)
        return _page(200, pages.ASK)
    ended = unsubscribe(token, ports.leaving)
    count("Unsubscribes", 1)
    log("unsubscribed", ended=ended)
    return _page(200, pages.DONE)


def _verify(token: str, method: str, event: Event) -> Response:  # noqa: ARG001 - one of four
    """Ask on GET, verify a sender's address on POST."""
    if method != "POST":
        sender = look(token, ports.verifying)
        return _page(200, pages.CONFIRMED if sender.is_verified else pages.CONFIRM)
    sender = verify(token, ports.verifying)
    log("verified", sender=sender.id)
    return _page(200, pages.CONFIRMED)


def _visitor(method: str, event: Event) -> Visitor:
    headers = event["headers"]
    early = any("prefetch" in headers.get(name, "") for name in _PREFETCH)
    request = event["requestContext"]["requestId"]
    looks = method == "GET" and not early
    return Visitor(request, headers.get("user-agent", ""), looks)


def _page(status: int, html: str, **more: str) -> Response:
    return _answer(status, _HTML, html, **more)


def _answer(status: int, content_type: str, body: str, **more: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in more.items()}
    headers = {**pages.SECURITY_HEADERS, "content-type": content_type, **named}
    return {"statusCode": status, "headers": headers, "body": body}


_ROUTES: dict[str, Callable[[str, str, Event], Response]] = {
    "o": _open,
    "c": _click,
    "u": _unsubscribe,
    "v": _verify,
}
_LOOKS, _ACTS = ("GET", "HEAD"), ("GET", "HEAD", "POST")
_METHODS = {"o": _LOOKS, "c": _LOOKS, "u": _ACTS, "v": _ACTS}
