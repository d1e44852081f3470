"""Reads what the functions cost, as their own meters wrote it into the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


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

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(
            self.write_units - other.write_units,
            self.read_units - other.read_units,
            self.round_trips - other.round_trips,
        )

    def per(self, number: float) -> "Cost":
        """Share the cost among a number of emails or events."""
        shares = (self.write_units, self.read_units, self.round_trips)
        return Cost(*(round(share / number, 4) for share in shares))


def costs(lines: Iterable[Mapping[str, Any]], prefix: str) -> dict[str, Cost]:
    """Add up the metric lines of the log by function, whose names begin with the prefix."""
    found: dict[str, Cost] = {}
    for line in lines:
        if "WriteUnits" in line and "_aws" in line:
            name = str(line["function"]).removeprefix(prefix)
            found[name] = found.get(name, Cost()) + _cost(line)
    return found


def between(before: Mapping[str, Cost], after: Mapping[str, Cost]) -> dict[str, Cost]:
    """Tell what came on top between two looks at the log."""
    return {name: cost - before.get(name, Cost()) for name, cost in after.items()}


def total(by_function: Mapping[str, Cost], *names: str) -> Cost:
    """Add up some functions' costs, or those of all."""
    chosen = names or tuple(by_function)
    return sum((by_function.get(name, Cost()) for name in chosen), Cost())


def _cost(line: Mapping[str, Any]) -> Cost:
    names = ("WriteUnits", "ReadUnits", "RoundTrips")
    return Cost(*(_sum(line[name]) for name in names))


def _sum(value: Any) -> float:  # noqa: ANN401 - a metric is a number, or a list of them
    return float(sum(value)) if isinstance(value, list) else float(value)
