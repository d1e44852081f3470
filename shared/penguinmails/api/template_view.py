"""How the API shows templates, their versions, and what an email becomes."""

from collections.abc import Iterable

from typing_extensions import TypedDict

from penguinmails.api.types import Id, Instant, instant
from penguinmails.templates.preview import Preview
from penguinmails.templates.save import problem_of
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.template import Format, Sharing, TemplateProblem, Variant


class TemplateLine(TypedDict):
    """A template, or a version of one, without its text."""

    id: Id
    slug: str
    name: str
    subject: str
    format: Format
    category: str
    tags: list[str]
    sharing: Sharing
    version: int
    updatedAt: Instant
    savedBy: str | None


class WarningView(TypedDict):
    """What an author should look at: where, what, and the remedy."""

    pointer: str
    code: str
    detail: str


class VariantView(TypedDict):
    """One language's own parts; what is empty is the template's."""

    subject: str
    previewText: str
    html: str
    text: str


class TemplateView(TemplateLine):
    """A template as its author wrote it, and what to look at before it is sent."""

    previewText: str
    html: str
    text: str
    inlineCss: bool
    variants: dict[str, VariantView]
    warnings: list[WarningView]


class DiffView(TypedDict):
    """What a version changed against another, as a unified diff; empty if nothing.

    `against` is null for the first version, if no other is named.
    """

    version: int
    against: int | None
    diff: str


class PreviewView(TypedDict):
    """One email as one person would get it.

    `language` is the variant that was chosen, null for the template's own; `missing` are the
    values that the email shows and the person lacks.
    """

    subject: str
    html: str
    text: str
    language: str | None
    missing: list[str]
    warnings: list[WarningView]


def template_line(saved: SavedTemplate) -> TemplateLine:
    """Write a line of a list."""
    template = saved.template
    return {
        "id": saved.id,
        "slug": template.slug,
        "name": template.name,
        "subject": template.subject,
        "format": template.format,
        "category": template.category,
        "tags": list(template.tags),
        "sharing": template.sharing,
        "version": saved.version,
        "updatedAt": instant(saved.updated_at),
        "savedBy": saved.saved_by or None,
    }


def template_view(saved: SavedTemplate) -> TemplateView:
    """Write all of a template."""
    template = saved.template
    return {
        **template_line(saved),
        "previewText": template.preview_text,
        "html": template.html,
        "text": template.text,
        "inlineCss": template.inline_css,
        "variants": {tag: _variant(one) for tag, one in template.variants.items()},
        "warnings": _warnings(saved.warnings),
    }


def preview_view(shown: Preview) -> PreviewView:
    """Write an email."""
    return {
        "subject": shown.rendered.subject,
        "html": shown.rendered.html,
        "text": shown.rendered.text,
        "language": shown.language or None,
        "missing": list(shown.missing),
        "warnings": _warnings(shown.warnings),
    }


def _variant(one: Variant) -> VariantView:
    return {
        "subject": one.subject,
        "previewText": one.preview_text,
        "html": one.html,
        "text": one.text,
    }


def _warnings(found: Iterable[TemplateProblem]) -> list[WarningView]:
    told = map(problem_of, found)
    return [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in told]
