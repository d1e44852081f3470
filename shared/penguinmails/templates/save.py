"""Saves a template, once nothing is wrong with it, as a new version if anything is new."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import derived
from penguinmails.templates.publish import publish
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.template import Template, TemplateProblem

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,255}")
_WORD = re.compile(r"[^\W_][\w-]{0,49}")
_MOST_TAGS = 20


class Templates(Protocol):
    """The templates as they were saved last."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...
    def save(self, saved: SavedTemplate, old: SavedTemplate | None) -> None: ...


def save_template(
    tenant: str, template: Template, templates: Templates, now_at: datetime, saved_by: str = ""
) -> SavedTemplate:
    """Publish and save a template; the same content again makes no new version.

    Raises InvalidInput with everything that is wrong; what its author should look at is among
    the `warnings` of what is saved.
    """
    published = publish(template)
    problems = [*map(problem_of, published.problems), *_labels(template)]
    if problems:
        raise InvalidInput(*problems)
    old = templates.get(tenant, template.slug)
    if old is not None and old.template == template and old.ready == published.ready:
        return old
    saved = SavedTemplate(
        tenant=tenant,
        id=derived(tenant, "template", template.slug),
        template=template,
        ready=published.ready,
        version=old.version + 1 if old else 1,
        updated_at=now_at,
        saved_by=saved_by,
        warnings=published.warnings,
    )
    templates.save(saved, old)
    return saved


def problems_of(template: Template) -> list[Problem]:
    """List what is wrong with a template, each with its line and the remedy."""
    return [*map(problem_of, publish(template).problems), *_labels(template)]


def problem_of(found: TemplateProblem) -> Problem:
    """Write a template's problem as one of the request."""
    pointer = "/" + found.field.replace("preview_text", "previewText")
    detail = f"line {found.line}: {found.detail}; {found.hint}"
    return Problem(pointer, found.code.replace("-", "_"), detail)


def _labels(template: Template) -> Iterator[Problem]:
    if not _SLUG.fullmatch(template.slug):
        detail = "a slug has 1 to 64 small letters, digits, - and _, such as welcome-intro"
        yield Problem("/slug", "invalid_slug", detail)
    if not _NAME.fullmatch(template.name):
        yield Problem("/name", "invalid_text", "a name is one line of 1 to 255 characters")
    if template.category and not _WORD.fullmatch(template.category):
        detail = "a category is one word of at most 50 letters, digits, - and _, such as onboarding"
        yield Problem("/category", "invalid_text", detail)
    for number, tag in enumerate(template.tags):
        if not _WORD.fullmatch(tag):
            detail = "a tag is one word of at most 50 letters, digits, - and _"
            yield Problem(f"/tags/{number}", "invalid_text", detail)
    if len(template.tags) > _MOST_TAGS:
        yield Problem("/tags", "too_many", f"a template has at most {_MOST_TAGS} tags")
