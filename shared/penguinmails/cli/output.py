"""What a command shows: a table or sentences for people, JSON for machines."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 1_000
"""Characters of a line in a pipe: a row of a table stays on one, for other programs to read."""


class Form(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"


class Output:
    """Writes results to standard output, and everything else to standard error."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._console = Console(highlight=False, soft_wrap=True)
        if not self._console.is_terminal:
            self._console.width = _WIDE
        self._aside = Console(stderr=True, highlight=False, soft_wrap=True)

    def result(self, data: object, *lines: str) -> None:
        """Write a result: all of it as JSON, or in a few lines."""
        if self._form is Form.JSON:
            self._write(data)
        else:
            self._console.print(*lines, sep="\n", markup=False)

    def line(self, data: object, text: str) -> None:
        """Write one of many results, each on a line of its own."""
        if self._form is Form.JSON:
            typer.echo(json.dumps(data, ensure_ascii=False))
        else:
            self._console.print(text, markup=False)

    @contextmanager
    def live(self) -> Iterator[Callable[[str], None]]:
        """Give what keeps a line up to date below all others, in a terminal; elsewhere nothing."""
        if self._form is Form.JSON or not self._console.is_terminal:
            yield lambda _text: None
            return
        with self._console.status("") as status:
            yield lambda text: status.update(Text(text))

    def json(self, data: object) -> None:
        """Write JSON, whatever is asked for."""
        self._write(data)

    def table(
        self, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], nothing: str
    ) -> None:
        """Write rows: all of each as JSON, or the named columns (by title) as a table."""
        found = list(rows)
        if self._form is Form.JSON:
            self._write(found)
        elif not found:
            self._aside.print(nothing, markup=False)
        else:
            self._console.print(_table(found, columns))

    def aside(self, text: str) -> None:
        """Tell how it goes; machines need not read it."""
        if self._form is Form.TEXT:
            self._aside.print(text, markup=False)

    def failed(self, lines: Sequence[str], data: Mapping[str, Any]) -> None:
        """Tell why a command ended early."""
        if self._form is Form.JSON:
            typer.echo(json.dumps(data, ensure_ascii=False, indent=2), err=True)
        else:
            self._aside.print(*lines, sep="\n", markup=False)

    def _write(self, data: object) -> None:
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def counted(count: int, noun: str) -> str:
    """Write how many there are of something that takes an s."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, name in columns.items():
        numeric = all(isinstance(row.get(name), int | float | None) for row in rows)
        table.add_column(title, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(name)) for name in columns.values()))
    return table


def cell(value: object) -> str:
    """Write one value for people."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return f"{value:,}" if isinstance(value, int) else str(value)
