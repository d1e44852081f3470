"""Salvages dead letters: what they name is set aside with a reason, so no poison circles."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from penguinmails.clock import Clock
from penguinmails.enrollments.enrollment import Ref
from penguinmails.enrollments.messages import unpack
from penguinmails.holds.hold import Hold, HoldReason
from penguinmails.ids import is_uuid
from penguinmails.queues.port import Queue

NOBODY = "-"
"""Stands for the tenant or the campaign that a message does not name."""


class Holds(Protocol):
    """Where dead letters wait for an operator."""

    def park(self, holds: Sequence[Hold]) -> None: ...


class Enrollments(Protocol):
    """The rows that a dead letter names."""

    def hold(self, ref: Ref, reason: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class SalvagePorts:
    """What salvaging touches."""

    holds: Holds
    enrollments: Enrollments
    clock: Clock


def salvage(queue: Queue, message_id: str, text: str, given: SalvagePorts) -> int:
    """Keep one dead letter among the holds; give how many enrollments it set aside.

    The hold's id is the message's, so that salvaging it twice keeps it once.
    """
    body = _without_addresses(_read(text))
    hold = Hold(
        tenant=_id(body.get("tenant")),
        campaign=_id(body.get("campaign")),
        reason=HoldReason.DEAD_LETTER,
        queue=queue,
        body=body,
        since_at=given.clock.now(),
        detail=f"was given up by the {queue} queue",
        id=message_id,
    )
    given.holds.park([hold])
    return sum(given.enrollments.hold(ref, hold.reason.value) for ref in _refs(queue, body))


def _read(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}


def _without_addresses(body: dict[str, Any]) -> dict[str, Any]:
    """Leave of a test send only what ends it: what it was to mail, and whom, is kept nowhere."""
    return {
        name: value for name, value in body.items() if "testSend" not in body or name != "order"
    }


def _id(named: object) -> str:
    return named if isinstance(named, str) and is_uuid(named) else NOBODY


def _refs(queue: Queue, body: dict[str, Any]) -> Sequence[Ref]:
    if queue is not Queue.ADVANCE or NOBODY in {_id(body.get("tenant")), _id(body.get("campaign"))}:
        return []
    shards, refs = body.get("shards"), body.get("refs")
    if not isinstance(shards, int) or shards < 1 or not isinstance(refs, list):
        return []
    return unpack({**body, "refs": [ref for ref in refs if _is_ref(ref)]})


def _is_ref(short: object) -> bool:
    return isinstance(short, str) and is_uuid(short.partition("#")[0])
