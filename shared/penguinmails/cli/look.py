"""The command `get`: one resource, or a list of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

import typer

from penguinmails.cli import campaigns
from penguinmails.cli.client import place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.names import bare, contact_id, referred
from penguinmails.cli.output import cell
from penguinmails.cli.session import Session, session_of
from penguinmails.cli.story import slugs, tell


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: its path, the columns of its list, and where one is, if elsewhere.

    Without columns there is no list; `alone` says what to do where none is shown alone.
    """

    path: str
    columns: Mapping[str, str]
    one_at: str = ""
    named: Callable[[str], str] = bare
    alone: str = ""


_TEMPLATES = "/campaign-templates"
_TEMPLATE_COLUMNS = {"slug": "slug", "name": "name", "type": "campaignType"}
_CONTACTS = "contacts"

KINDS = {
    "campaigns": Kind("/campaigns", campaigns.COLUMNS, named=referred),
    "campaign-templates": Kind(_TEMPLATES, {**_TEMPLATE_COLUMNS, "sharing": "sharing"}),
    "library": Kind(
        "/campaign-library",
        {**_TEMPLATE_COLUMNS, "pre-built": "prebuilt", "id": "libraryId"},
        one_at=_TEMPLATES,
    ),
    "templates": Kind(
        "/templates", {"slug": "slug", "name": "name", "version": "version", "saved": "updatedAt"}
    ),
    "segments": Kind("/segments", {"slug": "slug", "name": "name", "id": "id"}),
    _CONTACTS: Kind("/contacts", {"email": "email", "id": "id", "segments": "segments"}),
    "topics": Kind("/topics", {"slug": "slug", "name": "name", "id": "id"}),
    "senders": Kind(
        "/senders", {"email": "email", "slug": "slug", "status": "status", "by": "verifiedBy"}
    ),
    "suppressions": Kind(
        "/suppressions",
        {"contact": "contactId", "reason": "reason", "scope": "scope", "since": "since"},
        alone="List them: penguinmails get suppressions.",
    ),
    "imports": Kind("/imports", {}),
}


def get(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
    name: Annotated[
        str,
        typer.Argument(help="Its slug or id; of a contact or a sender the address; without: all."),
    ] = "",
    most: Annotated[int, typer.Option(help="Show at most so many.", min=1)] = 100,
) -> None:
    """Show a resource, or list those of a kind; of a contact, what happened to the person."""
    session = session_of(context)
    plural = kind if kind in KINDS else f"{kind}s"
    if plural not in KINDS:
        message = f"There is no kind {kind}."
        raise Failure(message, Exit.USAGE, f"There are {', '.join(KINDS)}.")
    found = KINDS[plural]
    if not name:
        _list(session, plural, found, most)
    elif plural == _CONTACTS:
        tell(session, contact_id(session.api, name), most)
    else:
        _show(session, plural, found, name)


def _list(session: Session, plural: str, kind: Kind, most: int) -> None:
    if not kind.columns:
        hint = f"Its id stands in what `penguinmails import` printed: get {plural} ID."
        raise Failure(f"There is no list of {plural}.", Exit.USAGE, hint)
    rows: Iterable[Mapping[str, Any]] = islice(session.api.pages(kind.path, limit="100"), most)
    if plural == _CONTACTS and session.form == "text":
        rows = _in_segments(rows, slugs(session.api))
    session.output.table(rows, kind.columns, f"There are no {plural} yet.")


def _in_segments(
    rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield {**row, "segments": [names.get(one, one) for one in row["segments"]]}


def _show(session: Session, plural: str, kind: Kind, name: str) -> None:
    if kind.alone:
        raise Failure(f"None of the {plural} is shown alone.", Exit.USAGE, kind.alone)
    one = session.api.get((kind.one_at or kind.path) + place(kind.named(name)))
    session.output.result(one, *_lines(one))


def _lines(one: Mapping[str, object]) -> list[str]:
    shown = one["campaign"] if isinstance(one.get("campaign"), dict) else one
    plain = (shown if isinstance(shown, dict) else {}).items()
    return [
        f"{name:16} {cell(value)}" for name, value in plain if not isinstance(value, dict | list)
    ]
