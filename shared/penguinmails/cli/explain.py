"""Commands that explain what comes back: one JSON line for each file, without the API."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from penguinmails.bounce_mails.explain import explain
from penguinmails.bounce_mails.explained import Explained, Recipient
from penguinmails.cli.exits import Exit
from penguinmails.cli.output import Form, Output
from penguinmails.cli.session import Session, session_of
from penguinmails.deliveries.bounce_table import VERSION

STDIN = "-"

Files = Annotated[list[str], typer.Argument(metavar="FILE…", help="Files, or - for what is piped.")]

app = typer.Typer(no_args_is_help=True, help="Explain what comes back to us, as JSON lines.")


@app.command("bounce")
def bounce(context: typer.Context, files: Files) -> None:
    """Tell of raw mails whether they are bounces, for whom, and which rule decided."""
    answer_each(session_of(context), files, _told)


def answer_each(
    session: Session, files: Sequence[str], told: Callable[[bytes], Mapping[str, Any]]
) -> None:
    """Print a JSON line for each file that can be read; the others are named, and end it badly."""
    output = Output(Form.JSON)
    missing = 0
    for name in files:
        try:
            raw = _read(name)
        except OSError as error:
            why = f"{name} cannot be read: {error.strerror or error}."
            session.output.failed([why], {"error": why, "exit": int(Exit.MISSING)})
            missing += 1
        else:
            output.line({"file": name, **told(raw)}, "")
    if missing:
        raise typer.Exit(Exit.MISSING)


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()


def _told(raw: bytes) -> Mapping[str, Any]:
    explained: Explained = explain(raw)
    people = [_person(one) for one in explained.recipients]
    return {"kind": explained.kind.value, "recipients": people, "table": VERSION}


def _person(recipient: Recipient) -> Mapping[str, Any]:
    return {
        "address": recipient.address,
        "class": str(recipient.class_),
        "status": recipient.status,
        "reply": recipient.reply,
        "rule": recipient.rule,
    }
