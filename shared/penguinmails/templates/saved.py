"""A template as it is kept: under its slug, each save that changes something a new version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from penguinmails.table.port import Key
from penguinmails.templates.template import Template, TemplateProblem


@dataclass(frozen=True, slots=True)
class SavedTemplate:
    """One version of a template; it never changes.

    `template` is what the author wrote, `ready` what it was made into when it was saved: HTML
    with its styles in place. `saved_by` is the id of a key, or empty.
    """

    tenant: str
    id: str
    template: Template
    ready: Template
    version: int
    updated_at: datetime
    saved_by: str = ""
    warnings: tuple[TemplateProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """Some templates, or versions of one, and where the next page starts."""

    templates: Sequence[SavedTemplate]
    after: Key | None
