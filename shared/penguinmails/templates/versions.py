"""Looks at the versions of a template, compares two of them, and brings one back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.diff import unified
from penguinmails.errors import NotFound
from penguinmails.table.port import Key
from penguinmails.templates.save import save_template
from penguinmails.templates.saved import SavedTemplate, TemplatePage
from penguinmails.templates.template import Template


class Templates(Protocol):
    """The templates and all their versions."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...
    def save(self, saved: SavedTemplate, old: SavedTemplate | None) -> None: ...
    def version(self, tenant: str, slug: str, number: int) -> SavedTemplate | None: ...
    def versions(self, tenant: str, slug: str, after: Key | None, limit: int) -> TemplatePage: ...


@dataclass(frozen=True, slots=True)
class Diff:
    """What a version changed against another, as a unified diff; empty if nothing."""

    version: int
    against: int | None
    text: str


def read_version(tenant: str, slug: str, number: int, templates: Templates) -> SavedTemplate:
    """Read one version; raises NotFound."""
    found = templates.version(tenant, slug, number)
    if found is None:
        raise NotFound(f"template {slug[:64]} has no version {number}")
    return found


def list_versions(
    tenant: str, slug: str, after: Key | None, limit: int, templates: Templates
) -> TemplatePage:
    """List the versions, newest first; raises NotFound."""
    page = templates.versions(tenant, slug, after, limit)
    if after is None and not page.templates:
        raise NotFound(f"there is no template {slug[:64]}")
    return page


def diff_versions(
    tenant: str, slug: str, number: int, against: int | None, templates: Templates
) -> Diff:
    """Tell what a version changed against another: the one before it, if none is named.

    The first one is new as a whole. Raises NotFound.
    """
    after = read_version(tenant, slug, number, templates)
    old = number - 1 if against is None else against
    before = read_version(tenant, slug, old, templates) if old else None
    text = unified(
        source_text(before.template) if before else "",
        source_text(after.template),
        f"{slug} version {old}",
        f"{slug} version {number}",
    )
    return Diff(number, old or None, text)


def restore_version(
    tenant: str,
    slug: str,
    number: int,
    templates: Templates,
    now_at: datetime,
    saved_by: str = "",
) -> SavedTemplate:
    """Save a version anew, as the next one; raises NotFound, or InvalidInput by today's rules."""
    old = read_version(tenant, slug, number, templates)
    return save_template(tenant, old.template, templates, now_at, saved_by)


def source_text(template: Template) -> str:
    """Write a template line by line, so that two can be compared."""
    return "".join(f"{line}\n" for line in _source_lines(template))


def _source_lines(template: Template) -> Iterator[str]:
    yield f"name: {template.name}"
    yield f"format: {template.format}"
    yield f"inline css: {'yes' if template.inline_css else 'no'}"
    yield f"category: {template.category}"
    yield f"tags: {', '.join(template.tags)}"
    yield f"sharing: {template.sharing}"
    for field, source in template.fields():
        yield f"--- {field.replace('_', ' ')}"
        yield from source.splitlines()
