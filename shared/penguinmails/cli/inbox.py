"""The command `inbox`: the mails that were sent with a test key."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated, Any

import typer

from penguinmails.cli.client import place
from penguinmails.cli.session import session_of

COLUMNS = {
    "id": "id",
    "received": "receivedAt",
    "to": "to",
    "subject": "subject",
    "campaign": "campaignName",
    "step": "step",
    "recipient": "does",
}
_NOTHING = "There are no mails. Those of campaigns that a test key launches come here."


def inbox(
    context: typer.Context,
    mail: Annotated[str, typer.Argument(help="The id of a mail; without: all, newest first.")] = "",
    to: Annotated[str, typer.Option(help="Only those to this address.")] = "",
    most: Annotated[int, typer.Option(help="Show at most so many.", min=1)] = 100,
) -> None:
    """Show the mails that were sent with a test key, or one of them; none of them left."""
    session = session_of(context)
    if mail:
        found = session.api.get(f"/inbox{place(mail)}")
        session.output.result(found, *_lines(found))
        return
    rows = islice(session.api.pages("/inbox", limit="100", to=to), most)
    nothing = f"Nothing was mailed to {to}." if to else _NOTHING
    session.output.table(rows, COLUMNS, nothing)


def _lines(mail: Mapping[str, Any]) -> Iterator[str]:
    sender = f"{mail['fromName']} <{mail['fromEmail']}>".strip()
    yield f"From: {sender}"
    yield f"To: {mail['to']}"
    yield f"Subject: {mail['subject']}"
    yield f"Date: {mail['receivedAt']}"
    yield from (f"{name}: {value}" for name, value in mail["headers"].items())
    yield from ("", mail["text"].rstrip("\n"))
