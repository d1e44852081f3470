"""Saves a template, once nothing is wrong with it."""

import re
from datetime import datetime
from typing import Protocol

from penguinmails.errors import InvalidInput, Problem
from penguinmails.templates.check import check
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.template import Template

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,255}")
_POINTERS = {"preview_text": "/previewText"}


class Templates(Protocol):
    """The templates as they were saved last."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...
    def save(
        self, tenant: str, template: Template, old: SavedTemplate | None, now_at: datetime
    ) -> SavedTemplate: ...


def save_template(
    tenant: str, template: Template, templates: Templates, now_at: datetime
) -> SavedTemplate:
    """Save a template; the same content again makes no new version. Raises InvalidInput."""
    problems = problems_of(template)
    if problems:
        raise InvalidInput(*problems)
    old = templates.get(tenant, template.slug)
    if old is not None and old.template == template:
        return old
    return templates.save(tenant, template, old, now_at)


def problems_of(template: Template) -> list[Problem]:
    """List what is wrong with a template, each with its line and the remedy."""
    problems = [
        Problem(
            _POINTERS.get(one.field, f"/{one.field}"),
            one.code.replace("-", "_"),
            f"line {one.line}: {one.detail}; {one.hint}",
        )
        for one in check(template)
    ]
    if not _SLUG.fullmatch(template.slug):
        detail = "a slug has 1 to 64 small letters, digits, - and _, such as welcome-intro"
        problems.append(Problem("/slug", "invalid_slug", detail))
    if not _NAME.fullmatch(template.name):
        detail = "a name is one line of 1 to 255 characters"
        problems.append(Problem("/name", "invalid_text", detail))
    return problems
