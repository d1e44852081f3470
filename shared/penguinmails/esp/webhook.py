"""Takes in what an ESP reports: verified as raw bytes first, then queued as it came."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from penguinmails.clock import Clock
from penguinmails.deliveries.messages import MOST_BYTES, heard, size_of
from penguinmails.errors import InvalidInput, NotFound, Problem, Rejected
from penguinmails.esp import standard_webhooks
from penguinmails.esp.hooks import Hooks
from penguinmails.queues.port import Queue, Queues
from penguinmails.tenants.hook import Hook

LARGEST_BODY: Final = 1_000_000
LARGEST_EVENT: Final = MOST_BYTES // 2
_HOOK: Final = re.compile(r"[0-9a-f]{16,80}")

Verify = Callable[[Mapping[str, str], bytes, Sequence[str], datetime], None]
_VERIFIERS: Final[Mapping[str, Verify]] = MappingProxyType({"sandbox": standard_webhooks.verify})


class TooLarge(Rejected):
    """The request is larger than will ever be read."""

    code = "too_large"


@dataclass(frozen=True, slots=True)
class Report:
    """One request of an ESP: the names of its headers in lower case, its body as it came."""

    esp: str
    hook: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class WebhookPorts:
    """What taking in touches."""

    hooks: Hooks
    queues: Queues
    clock: Clock


def take_in(report: Report, given: WebhookPorts) -> int:
    """Queue every event of a report and tell how many; once this returns, none can be lost.

    Raises TooLarge, NotFound, Forbidden or InvalidInput, having changed nothing; or Unavailable.
    """
    if len(report.body) > LARGEST_BODY:
        raise TooLarge(f"A report has at most {LARGEST_BODY} bytes; send it in parts.")
    hook = _hook(report, given.hooks)
    now_at = given.clock.now()
    _VERIFIERS[hook.esp](report.headers, report.body, hook.secrets, now_at)
    events = _events(report.body)
    bodies = list(heard(hook.tenant, hook.esp.value, events, now_at))
    given.queues.send(Queue.RECORD, bodies)
    return len(events)


def _hook(report: Report, hooks: Hooks) -> Hook:
    if report.esp in _VERIFIERS and _HOOK.fullmatch(report.hook):
        found = hooks.hook(report.hook)
        if found is not None and found.esp == report.esp:
            return found
    raise NotFound("There is no such webhook.")


def _events(body: bytes) -> list[Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _invalid("", "The body is not JSON.") from error
    events = given if isinstance(given, list) else [given]
    for number, event in enumerate(events):
        if not isinstance(event, dict):
            raise _invalid(f"/{number}", "An event is an object.")
        if size_of(event) > LARGEST_EVENT:
            raise TooLarge(f"An event has at most {LARGEST_EVENT} bytes.")
    return events


def _invalid(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(Problem(pointer, "invalid_report", detail))
