"""The command `tail`: follows a campaign, with a line for everything that changes."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import typer

from penguinmails.cli.campaigns import Campaign
from penguinmails.cli.client import Api
from penguinmails.cli.names import campaign_path
from penguinmails.cli.output import Output
from penguinmails.cli.session import session_of
from penguinmails.clock import SystemClock

EVERY_S, SOONEST_S = 2.0, 0.5
_OVER = frozenset({"completed", "cancelled", "archived"})
_WALKS = {"enrolled": "enrolled", "completed": "completed", "exited": "exited"}
_MESSAGES = {
    "sent": "sent",
    "delivered": "delivered",
    "uniqueOpens": "opened",
    "uniqueClicks": "clicked",
    "replied": "replied",
    "bounced": "bounced",
    "complained": "complained",
    "unsubscribed": "unsubscribed",
    "refused": "refused",
    "skipped": "skipped",
    "uncertain": "uncertain",
}
"""What is followed, by the names of the API, and what people call it."""
_WORDS = {**_WALKS, **_MESSAGES}
_ALL = ""
"""Stands where a step's name would: what is counted of people, not of a step's messages."""

Counts = Mapping[str, int]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """A campaign at one moment, with the counts of its people and of each step by its name."""

    id: str = ""
    name: str = ""
    status: str = ""
    pause_reason: str | None = None
    active: int = 0
    counts: Mapping[str, Counts] = field(default_factory=dict)

    def __str__(self) -> str:
        reason = f" ({self.pause_reason})" if self.status == "paused" else ""
        return f"{self.name} is {self.status}{reason}"


def tail(
    context: typer.Context,
    campaign: Campaign,
    every: Annotated[
        float, typer.Option(help="Look again after so many seconds.", min=SOONEST_S)
    ] = EVERY_S,
) -> None:
    """Follow a campaign until it is over, or until Ctrl-C; a line for each change."""
    session = session_of(context)
    try:
        _follow(session.api, session.output, campaign_path(campaign), every)
    except KeyboardInterrupt:
        session.output.aside("Ended; the campaign goes on.")


def _follow(api: Api, output: Output, path: str, every_s: float) -> None:
    before = Look()
    with output.live() as show:
        while before.status not in _OVER:
            if before.status:
                time.sleep(max(every_s, api.rest_s))
            now = _look(api.get(path))
            for event, text in _told(before, now, SystemClock().now()):
                output.line(event, text)
            show(f"{now}; under way: {now.active:,}")
            before = now


def _look(found: Mapping[str, Any]) -> Look:
    campaign, numbers = found["campaign"], found["analytics"]
    steps = {one["name"]: {name: one[name] for name in _MESSAGES} for one in numbers["byStep"]}
    overall = {name: numbers["overall"][name] for name in _WALKS}
    return Look(
        id=campaign["id"],
        name=campaign["name"],
        status=campaign["status"],
        pause_reason=campaign["pauseReason"],
        active=numbers["overall"]["active"],
        counts={_ALL: overall, **steps},
    )


def _told(before: Look, now: Look, at: datetime) -> Iterator[tuple[Event, str]]:
    """Tell what changed, for machines and for people: the status first, then counts by step."""
    instant = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    event: Event = {"at": instant, "campaign": now.id, "status": now.status}
    clock = f"{at.astimezone():%H:%M:%S}"
    if str(before) != str(now):
        yield {**event, "step": None, "changes": {}}, f"{clock} {now}"
    for step, counts in now.counts.items():
        more = _changed(before.counts.get(step, {}), counts)
        if more:
            text = f"{clock} {step or 'people'}: {_counted(more, signed=bool(before.status))}"
            yield {**event, "step": step or None, "changes": more}, text


def _changed(before: Counts, now: Counts) -> Counts:
    more = {name: count - before.get(name, 0) for name, count in now.items()}
    return {name: count for name, count in more.items() if count}


def _counted(counts: Counts, *, signed: bool) -> str:
    spec = "+," if signed else ","
    return ", ".join(f"{count:{spec}} {_WORDS[name]}" for name, count in counts.items())
