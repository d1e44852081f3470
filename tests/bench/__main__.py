"""Measures costs and speed into out/bench.json, beside their budgets: `make bench`.

ONLY=costs, lateness, broadcast, imports or render measures one part.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from penguinmails.local.stack import Options, running_stack
from tests.bench import broadcast, budgets, costs, imports, lateness, render

OUT = Path("out/bench.json")
QUIET_LOAD = 1.0
Figures = Mapping[str, Any]


class Bench:
    """The figures so far; each part says what it found as it goes on."""

    def __init__(self) -> None:
        self.figures: dict[str, Any] = {}
        self._begun = monotonic()

    def add(self, name: str, part: Callable[[], Figures]) -> None:
        """Measure a part."""
        print(f"[{monotonic() - self._begun:5.0f} s] {name} …", flush=True)
        found = part()
        self.figures |= found
        for line in budgets.lines(found):
            print(f"          {line}", flush=True)


def measure(only: str, folder: Path) -> Figures:
    """Measure all parts, or the one that is asked for."""
    bench = Bench()
    if only in {"", "costs"}:
        bench.add("costs", lambda: costs.measure(_made(folder / "costs")))
    if only in {"", "lateness", "imports"}:
        _on_a_real_clock(bench, only, _made(folder / "lateness"))
    if only in {"", "broadcast"}:
        bench.add("broadcast", lambda: broadcast.measure(_made(folder / "broadcast")))
    if only == "render":
        bench.add("render", render.figures)
    return bench.figures


def _on_a_real_clock(bench: Bench, only: str, folder: Path) -> None:
    """Use the time until the appointment, in which the stack is idle, for what needs no queue."""
    with running_stack(folder, Options(schedules=only != "imports")) as stack:
        if only == "imports":
            bench.add("imports", lambda: imports.measure(stack))
            return
        appointment = lateness.make(stack)
        if not only:
            bench.add("imports", lambda: imports.measure(stack))
            bench.add("render", render.figures)
        bench.add("lateness", appointment.keep)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    """Measure, write and print; the exit code tells whether every first bar holds."""
    only = os.environ.get("ONLY", "")
    if only not in PARTS:
        print(f"ONLY={only}: give one of {', '.join(filter(None, PARTS))}", file=sys.stderr)
        return 2
    load = os.getloadavg()[0]
    if load > QUIET_LOAD:
        print(f"This machine is busy (load {load:.1f}): times and speeds will look worse.")
    with TemporaryDirectory(prefix="penguinmails-") as folder:
        figures = {**measure(only, Path(folder)), "load_at_start": round(load, 2)}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    print("\n".join(("", *budgets.table(figures), "", f"written to {OUT}")))
    return 1 if budgets.over(figures) else 0


PARTS = ("", "costs", "lateness", "broadcast", "imports", "render")


if __name__ == "__main__":
    sys.exit(main())
