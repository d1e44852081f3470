"""The command `clock`: what time it is on a local stack, and a way to move it ahead."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.session import Session, session_of

Data = dict[str, Any]

LOOK_EVERY_S = 0.5
PATIENCE_S = 600.0
"""How long the clock may only tick: a message of a reader that died is kept back nearly as long."""
_SLACK = timedelta(seconds=5)


def clock(
    context: typer.Context,
    by: Annotated[str, typer.Option(help='How far ahead, such as "3 days".')] = "",
    to: Annotated[str, typer.Option(help="To which instant, such as 2027-03-02T09:00Z.")] = "",
) -> None:
    """Show the clock of a local stack, or move it ahead, for everybody on that stack."""
    session = session_of(context)
    wish = {name: given for name, given in (("by", by), ("to", to)) if given}
    found = _moved(session, wish) if wish else session.api.get("/clock")
    session.output.result(found, *_lines(found))


def _lines(found: Data) -> list[str]:
    lines = [f"It is {_text(found['now'])}."]
    if found.get("movable") is False:
        lines.append("Nothing moves this clock: it is the real one.")
    elif found.get("target") and not found.get("arrived"):
        lines.append(f"The clock is on its way to {_text(found['target'])}.")
    return lines


def _moved(session: Session, wish: Data) -> Data:
    """Ask until the clock has arrived."""
    with session.output.live() as show:
        found = _asked(session, wish, show)
        stuck = _Stuck(found)
        while not found["arrived"]:
            session.output.aside(" ".join(_lines(found)))
            found = _asked(session, {"to": found["target"]}, show)
            stuck.check(found)
    return found


def _asked(session: Session, wish: Data, show: Callable[[str], None]) -> Data:
    """Ask once; the answer takes a while, in which the time is shown."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(session.api.post, "/clock", wish)
        while not wait([answer], LOOK_EVERY_S).done:
            show(" ".join(_lines(session.api.get("/clock"))))
    return answer.result()


class _Stuck:
    """Watches whether the clock does more than tick."""

    def __init__(self, found: Data) -> None:
        self._moved_at, self._moved_s = _instant(found["now"]), time.monotonic()

    def check(self, found: Data) -> None:
        """Raise Failure if it has only ticked for too long."""
        now_at, now_s = _instant(found["now"]), time.monotonic()
        ticked_s = now_s - self._moved_s
        if now_at - self._moved_at > timedelta(seconds=ticked_s) + _SLACK:
            self._moved_at, self._moved_s = now_at, now_s
        elif ticked_s > PATIENCE_S:
            message = f"The clock has not moved for {PATIENCE_S / 60:.0f} minutes."
            raise Failure(message, Exit.AWAY, "See .local/clockwork.log for what it waits for.")


def _text(written: str) -> str:
    return f"{_instant(written):%a %d %b %Y %H:%M:%S} UTC"


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)
