"""Shows how the demo goes on: a live line in a terminal, one line for each day in a pipe."""

import sys
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

console = Console(highlight=False)


class Progress:
    """Progress through virtual days; use it as a context manager."""

    def __init__(self) -> None:
        self._live = Live(console=console, refresh_per_second=8, transient=True)
        self._is_terminal = sys.stdout.isatty()
        self._day = ""

    def __enter__(self) -> Self:
        if self._is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_terminal:
            self._live.stop()

    def show(self, now_at: datetime, counts: Mapping[str, int]) -> None:
        """Tell where virtual time stands and what has happened by then."""
        text = "  ".join(f"{name} {number:,}" for name, number in counts.items())
        if self._is_terminal:
            self._live.update(f"  [bold]{now_at:%a %d %b %H:%M}[/]  {text}")
        elif f"{now_at:%F}" != self._day:
            self._day = f"{now_at:%F}"
            print(f"  {now_at:%a %d %b}  {text}", flush=True)


def say(text: str) -> None:
    """Print a line of the story."""
    console.print(text)


def show_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a small table, numbers to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print()
