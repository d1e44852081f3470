"""What the API does with the clock of a local stack."""

from datetime import datetime, timedelta

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call
from penguinmails.api.operation import Operations
from penguinmails.api.types import Instant, instant, instant_or_none
from penguinmails.campaigns.read_duration import read_duration
from penguinmails.campaigns.schedule import read_instant
from penguinmails.campaigns.source import Source
from penguinmails.campaigns.steps import SECONDS
from penguinmails.clock_hand import ClockHand
from penguinmails.errors import Conflict, Forbidden, InvalidInput, Problem
from penguinmails.tenants.scope import Scope

operations = Operations("clock")

FURTHEST = timedelta(days=400)
LOOKS, LOOK_EVERY_S = 80, 0.25
"""Together less than an invocation may last."""
_SECOND = timedelta(seconds=1)


class ClockBody(Body):
    """Where the clock is to go: `to` an instant, or ahead `by` a time; one of the two."""

    to: str | None = Field(
        None, max_length=40, description="RFC 3339, ahead of now by 400 days at most."
    )
    by: str | None = Field(
        None,
        max_length=40,
        description="A whole number and minutes, hours, days or weeks, as a step waits.",
        examples=["3 days"],
    )


class ClockView(TypedDict):
    """A clock: its time, where it is going, and whether it can be moved."""

    now: Instant
    target: Instant | None
    movable: bool


class ArrivalView(TypedDict):
    """How far the clock has come on its way to the target."""

    now: Instant
    target: Instant
    arrived: bool


@operations.get("/api/clock", Scope.CLOCK_READ)
def read_clock(call: Call) -> ClockView:
    """Show what time it is, and where the clock is going."""
    now_at, hand = call.ports.clock.now(), _hand(call)
    target_at = hand.target() if hand else None
    ahead = target_at is not None and target_at > now_at
    return {
        "now": instant(now_at),
        "target": instant_or_none(target_at if ahead else None),
        "movable": hand is not None,
    }


@operations.post("/api/clock", Scope.CLOCK_WRITE)
def move_clock(call: Call, body: ClockBody) -> ArrivalView:
    """Move the clock of a local stack ahead, for everybody on it.

    It goes from one thing that is due to the next, and waits until each is done. The answer comes
    on arrival, or after some twenty seconds: ask again with the same `to` until it has `arrived`.
    Only a test key moves the clock, and only that of a local stack.
    """
    if not call.caller.is_test:
        raise Forbidden("only a test key moves the clock; use one")
    hand = _hand(call)
    if hand is None:
        raise Conflict(
            "the clock cannot be moved here; start a local stack with `penguinmails up`, "
            "without --real-clock"
        )
    # The clock itself makes an attempt outlive its day, so the hand knows whose wish this was.
    request = call.attempt and f"{call.tenant}/{call.attempt}"
    target_at = hand.asked_by(request) or _target(body, call.ports.clock.now(), hand)
    hand.move_to(target_at, request)
    now_at = _wait(target_at, call)
    return {
        "now": instant(now_at),
        "target": instant(target_at),
        "arrived": now_at >= target_at,
    }


def _hand(call: Call) -> ClockHand | None:
    hand = call.ports.hand
    return hand if hand is not None and hand.movable else None


def _target(body: ClockBody, now_at: datetime, hand: ClockHand) -> datetime:
    """Find the instant that is meant; one that was asked for before may have come already."""
    if (body.to is None) == (body.by is None):
        detail = 'give either `to`, an instant, or `by`, as in {"by": "3 days"}'
        raise InvalidInput(Problem("", "contradiction", detail))
    if body.by is not None:
        pointer, ahead = "/by", _duration(body.by)
    else:
        pointer, ahead = "/to", read_instant(str(body.to), "UTC", "/to") - now_at
    if ahead > FURTHEST:
        detail = f"the clock goes {FURTHEST.days} days ahead at most; choose an earlier time"
        raise InvalidInput(Problem(pointer, "far_date", detail))
    target_at = _rounded_up(now_at + ahead)
    if target_at <= now_at and not hand.was_asked(target_at):
        detail = f"the clock goes ahead only, and now is {instant(now_at)}; choose a later time"
        raise InvalidInput(Problem(pointer, "past_date", detail))
    return target_at


def _duration(text: str) -> timedelta:
    source = Source()
    value, unit = read_duration(source, "/by", text)
    if source.problems:
        raise InvalidInput(*source.problems)
    return timedelta(seconds=value * SECONDS[unit])


def _rounded_up(instant_at: datetime) -> datetime:
    return instant_at + (-timedelta(microseconds=instant_at.microsecond) % _SECOND)


def _wait(target_at: datetime, call: Call) -> datetime:
    """Look again and again until the clock has arrived; give its time in the end."""
    for _ in range(LOOKS):
        now_at = call.ports.clock.now()
        if now_at >= target_at:
            return now_at
        call.ports.sleep(LOOK_EVERY_S)
    return call.ports.clock.now()
