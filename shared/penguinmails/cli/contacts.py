"""Commands for contacts: import a file, and wait until its rows are read."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from penguinmails.cli.client import place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.session import Session, session_of

LOOK_EVERY_S = 0.5
_TYPES = {".csv": "text/csv", ".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson"}
_ENDED = {"done", "failed"}
_OUTCOMES = ("created", "updated", "unchanged", "skipped")
_MOST_SHOWN = 10

Data = dict[str, Any]


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file with a column `email`.")],
    segment: Annotated[
        str, typer.Option(help="The segment to put them in; a new slug makes one.")
    ] = "",
    *,
    wait: Annotated[bool, typer.Option(help="Wait until all rows are read.")] = True,
) -> None:
    """Import contacts from a file."""
    session = session_of(context)
    kind = _TYPES.get(file.suffix.lower(), "text/csv")
    job = session.api.upload("/imports", _content(file), kind, segment=segment)
    if wait:
        job = _waited(session, job)
    session.output.result(job, *_lines(job))
    if job["status"] == "failed":
        raise Failure(f"The import failed: {job['failure']}.", Exit.REFUSED)


def _lines(job: Data) -> Iterator[str]:
    if job["status"] not in _ENDED:
        yield f"Import {job['id']} is {job['status']}."
        yield f"See how far it is: penguinmails get imports {job['id']}"
        return
    rare = ("existing",) if job["existing"] else ()
    counts = (f"{job[name]:,} {name}" for name in (*_OUTCOMES, *rare))
    yield f"Import {job['status']}: {', '.join(counts)}."
    shown = job["errors"][:_MOST_SHOWN]
    yield from (f"  row {one['row']}: {one['detail']}" for one in shown)
    if left := sum(job["errorCounts"].values()) - len(shown):
        yield f"  and {left:,} more"


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", Exit.REFUSED) from error


def _waited(session: Session, job: Data) -> Data:
    shown = -1
    while job["status"] not in _ENDED:
        if job["rows"] != shown:
            session.output.aside(f"{job['rows']:,} of {job['totalRows']:,} rows read")
            shown = job["rows"]
        time.sleep(LOOK_EVERY_S)
        job = session.api.get(place("imports", job["id"]))
    return job
