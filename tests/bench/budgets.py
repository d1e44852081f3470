"""The budgets of the design, and how a measured figure stands beside its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Budget:
    """A figure, by its dotted path in the results; without bars it is only shown.

    The first bar holds from the beginning, the aim is where the product goes.
    """

    figure: str
    first_bar: float | None = None
    aim: float | None = None
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether the figure keeps the first bar."""
        if self.first_bar is None:
            return True
        return value >= self.first_bar if self.at_least else value <= self.first_bar


BUDGETS = (
    Budget("write_units_per_email.broadcast", 6.2, 3),
    Budget("write_units_per_email.five_step", 4.5, 3),
    Budget("write_units_per_email.twenty_step", 8, 4),
    Budget("read_units_per_email"),
    Budget("round_trips_per_email", 3.2, 1.2),
    Budget("write_units_per_event"),
    Budget("render_us", 1000, 50),
    Budget("render_instructions"),
    Budget("import_cpu_ms.webhook", 190, 60),
    Budget("import_cpu_ms.public", 190, 60),
    Budget("import_cpu_ms.advancer", 290, 110),
    Budget("import_cpu_ms.api", 320, 250),
    Budget("lateness_s.p50"),
    Budget("lateness_s.p999", 60),
    Budget("lateness_s.max"),
    Budget("broadcast_10k_s", 60),
    Budget("emails_per_s", 10_000 / 60, at_least=True),
    Budget("enrolled_per_s"),
    Budget("peak_rss_mb"),
)


def table(figures: Figures) -> Iterator[str]:
    """Write each figure that was measured beside its budget, under a header."""
    yield f"{'figure':36}{'measured':>12}{'first bar':>12}{'aim':>9}"
    yield from lines(figures)


def lines(figures: Figures) -> Iterator[str]:
    """Write each figure that was measured beside its budget."""
    for budget in BUDGETS:
        value = value_of(figures, budget.figure)
        if value is not None:
            yield _line(budget, value)


def over(figures: Figures) -> list[str]:
    """Name the figures that break their first bar."""
    return [
        budget.figure
        for budget in BUDGETS
        for value in [value_of(figures, budget.figure)]
        if value is not None and not budget.holds(value)
    ]


def value_of(figures: Figures, path: str) -> float | None:
    """Look a figure up by its dotted path; None if it was not measured."""
    found: Any = figures
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return None if found is None else float(found)


def _line(budget: Budget, value: float) -> str:
    verdict = "" if budget.first_bar is None else "ok" if budget.holds(value) else "OVER"
    bars = f"{_text(budget.first_bar):>12}{_text(budget.aim):>9}"
    return f"{budget.figure:36}{_text(value):>12}{bars}   {verdict}".rstrip()


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.2f}"
