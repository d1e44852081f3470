"""Finds slugs that no document of the files has: slips, or things that are on the server only."""

from collections.abc import Iterator, Sequence
from typing import Final

from penguinmails.campaigns.source import TEMPLATE_SLUG, below, suggestion
from penguinmails.ids import is_uuid
from penguinmails.resources.document import Document
from penguinmails.resources.finding import Finding
from penguinmails.resources.forms import Reference
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.rules import rule

_EMAIL: Final = "email"


def reference_findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """Warn of each reference that the files do not answer."""
    known = {(document.kind, document.slug) for document in documents}
    for document in documents:
        for kind, pointer in _references(document):
            slug = document.value(pointer)
            if (
                isinstance(slug, str)
                and TEMPLATE_SLUG.fullmatch(slug)
                and not is_uuid(slug)
                and (kind, slug) not in known
            ):
                others = [other for their_kind, other in known if their_kind == kind]
                detail = f"no {kind} in these files is called {slug}{suggestion(slug, others)}"
                mark = document.mark(pointer)
                yield Finding(document.file, mark, rule(f"unknown-{kind}"), detail)


def _references(document: Document) -> Iterator[tuple[str, str]]:
    """Pair the kind that is meant with where it is named."""
    for field in KINDS[document.kind].fields:
        if isinstance(field.form, Reference) and field.name in document.data:
            yield field.form.kind, below("", field.name)
    if document.kind == "campaign":
        yield from _templates("/steps", document.data.get("steps"))


def _templates(at: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "template" in value:
            yield "template", below(at, "template")
        for key in ("branch", "steps", _EMAIL):
            yield from _templates(below(at, key), value.get(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _templates(below(at, index), inner)
