"""A template as it is kept: under its slug, with a version that rises with each save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from penguinmails.table.port import Key
from penguinmails.templates.template import Template


@dataclass(frozen=True, slots=True)
class SavedTemplate:
    """A template as it was saved last."""

    tenant: str
    id: str
    template: Template
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """Some templates, and where the next page starts."""

    templates: Sequence[SavedTemplate]
    after: Key | None
