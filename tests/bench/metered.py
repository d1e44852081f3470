"""Reads what the functions cost, as their own meters wrote it into the log."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from penguinmails.local.stack import Stack

MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Units and round trips, added up."""

    write_units: float = 0.0
    read_units: float = 0.0
    round_trips: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.write_units + other.write_units,
            self.read_units + other.read_units,
            self.round_trips + other.round_trips,
        )

    def per(self, number: float) -> "Cost":
        """Share the cost among a number of emails or events."""
        shares = (self.write_units, self.read_units, self.round_trips)
        return Cost(*(round(share / number, 4) for share in shares))


def costs(stack: Stack, after: float) -> dict[str, Cost]:
    """Add up, by function, the metric lines that were logged since an epoch time."""
    return _added_up(_lines(stack, after), f"{stack.name}-")


def total(by_function: Mapping[str, Cost], *names: str) -> Cost:
    """Add up some functions' costs, or those of all."""
    chosen = names or tuple(by_function)
    return sum((by_function.get(name, Cost()) for name in chosen), Cost())


def _lines(stack: Stack, after: float) -> list[dict[str, Any]]:
    found = stack.account.client("logs").filter_log_events(
        logGroupName=stack.log_group,
        startTime=int(after * 1000),
        filterPattern='"WriteUnits"',
    )
    if len(found["events"]) >= MOST_LINES:
        raise RuntimeError("the log gives no more lines at once: measure in smaller parts")
    return [json.loads(event["message"]) for event in found["events"]]


def _added_up(lines: Iterable[Mapping[str, Any]], prefix: str) -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    for line in lines:
        name = str(line["function"]).removeprefix(prefix)
        found[name] = found.get(name, Cost()) + _cost(line)
    return found


def _cost(line: Mapping[str, Any]) -> Cost:
    names = ("WriteUnits", "ReadUnits", "RoundTrips")
    return Cost(*(_sum(line[name]) for name in names))


def _sum(value: Any) -> float:  # noqa: ANN401 - a metric is a number, or a list of them
    return float(sum(value)) if isinstance(value, list) else float(value)
