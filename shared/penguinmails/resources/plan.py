"""Plans what an apply would do: what is created, what changes and how, what stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from penguinmails.diff import unified
from penguinmails.resources.document import Document
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.translate import Body, export, to_api

Server = Mapping[tuple[str, str], Mapping[str, Any]]
"""What is there: the API's answer for each kind and slug."""
# What others refer to comes before them.
_ORDER: Final = ("segment", "topic", "sender", "template", "campaign")


class Deed(StrEnum):
    """What an apply does with a document."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One document's part of a plan: the request's body, and what it changes as a diff."""

    deed: Deed
    document: Document
    body: Body
    diff: str


def plan(documents: Iterable[Document], server: Server) -> tuple[Change, ...]:
    """Plan the changes, in the order in which they can be made. Nothing is ever removed."""
    names = {str(body["id"]): slug for (_, slug), body in server.items() if "id" in body}
    ordered = sorted(documents, key=lambda document: _ORDER.index(document.kind))
    return tuple(_change(document, server, names) for document in ordered)


def _change(document: Document, server: Server, names: Mapping[str, str]) -> Change:
    stands = server.get((document.kind, document.slug))
    before = export(document.kind, document.slug, stands, names) if stands is not None else ""
    wanted = {**_kept(document, stands or {}), **to_api(document)}
    after = export(document.kind, document.slug, wanted, names)
    there = f"server/{document.kind}/{document.slug}" if before else "/dev/null"
    diff = unified(before, after, there, document.file)
    if stands is None:
        return Change(Deed.CREATE, document, to_api(document), diff)
    deed = Deed.UPDATE if diff else Deed.KEEP
    return Change(deed, document, to_api(document, whole=True), diff)


def _kept(document: Document, stands: Mapping[str, Any]) -> Body:
    """Give what stays as it is where a document says nothing."""
    there = stands.get("campaign", stands)
    kept = (field.api for field in KINDS[document.kind].fields if field.kept)
    return {name: there[name] for name in kept if name in there}
