"""The command `get`: one resource, or a list of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

import typer

from penguinmails.cli import campaigns
from penguinmails.cli.client import place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.session import session_of


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: its path, the columns of its list, and where one is, if elsewhere."""

    path: str
    columns: Mapping[str, str]
    one_at: str = ""


_TEMPLATES = "/campaign-templates"
_TEMPLATE_COLUMNS = {"slug": "slug", "name": "name", "type": "campaignType"}

KINDS = {
    "campaigns": Kind("/campaigns", campaigns.COLUMNS),
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
    "senders": Kind(
        "/senders", {"email": "email", "slug": "slug", "status": "status", "by": "verifiedBy"}
    ),
    "suppressions": Kind(
        "/suppressions",
        {"contact": "contactId", "reason": "reason", "scope": "scope", "since": "since"},
    ),
}


def get(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
    name: Annotated[str, typer.Argument(help="Its id, or slug:NAME; without: all.")] = "",
    most: Annotated[int, typer.Option(help="Show at most so many.", min=1)] = 100,
) -> None:
    """Show a resource, or list those of a kind."""
    session = session_of(context)
    found = KINDS.get(kind) or KINDS.get(f"{kind}s")
    if found is None:
        message = f"There is no kind {kind}."
        raise Failure(message, Exit.USAGE, f"There are {', '.join(KINDS)}.")
    if name:
        one = session.api.get((found.one_at or found.path) + place(name))
        session.output.result(one, *_lines(one))
        return
    rows = islice(session.api.pages(found.path, limit="100"), most)
    session.output.table(rows, found.columns, f"There are no {kind} yet.")


def _lines(one: Mapping[str, object]) -> list[str]:
    shown = one["campaign"] if isinstance(one.get("campaign"), dict) else one
    plain = (shown if isinstance(shown, dict) else {}).items()
    return [f"{name:16} {value}" for name, value in plain if not isinstance(value, dict | list)]
