"""Shows a template as one person would get it, before anybody does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from penguinmails.contacts.contact import Contact
from penguinmails.errors import InvalidInput, NotFound, Problem
from penguinmails.ids import is_uuid
from penguinmails.templates.advice import gap_advice, size_advice
from penguinmails.templates.compile import compile_template
from penguinmails.templates.context import context_for, context_of
from penguinmails.templates.language import nearest
from penguinmails.templates.needs import gaps, needs
from penguinmails.templates.publish import publish
from penguinmails.templates.save import problem_of
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.template import Rendered, Template, TemplateProblem

WAY_OUT: Final = "https://unsubscribe.example/"


class Templates(Protocol):
    """The templates and all their versions."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...
    def version(self, tenant: str, slug: str, number: int) -> SavedTemplate | None: ...


class Contacts(Protocol):
    """The people."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...


@dataclass(frozen=True, slots=True)
class PreviewPorts:
    """What a preview reads."""

    templates: Templates
    contacts: Contacts


@dataclass(frozen=True, slots=True)
class Asked:
    """What to show: a saved template, or one that is given; to a contact, or with sample data.

    Without `version` it is the last one. `locale` is read instead of the contact's, if given.
    """

    template: Template | str
    version: int | None = None
    contact: str = ""
    sample: Mapping[str, object] | None = None
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The email, the variant that was chosen, what to look at, and what the person's data lacks."""

    rendered: Rendered
    language: str
    warnings: tuple[TemplateProblem, ...]
    missing: tuple[str, ...]


class _Links:
    """Addresses of a preview lead where the author wrote; nothing is counted."""

    def open_url(self) -> str:
        return ""

    def click_url(self, index: int) -> str:
        return f"#{index}"

    def unsubscribe_url(self) -> str:
        return WAY_OUT


def preview(tenant: str, asked: Asked, given: PreviewPorts) -> Preview:
    """Write one email; raises NotFound, or InvalidInput with what is wrong with the template."""
    ready, warnings = _template(tenant, asked, given.templates)
    context, locale = _person(tenant, asked, given.contacts)
    tag = nearest(locale, ready.variants)
    rendered = compile_template(ready, tracked=False).render(context, _Links(), tag)
    missing = sorted(gaps(needs(ready.in_language(tag)), context))
    field = f"variants/{tag}/html" if tag else "html"
    seen = (
        *(one for one in warnings if one.code not in ("no-fallback", "size")),
        *map(gap_advice, missing),
        *size_advice(field, len(rendered.html.encode())),
    )
    return Preview(rendered, tag, seen, tuple(missing))


def _template(
    tenant: str, asked: Asked, templates: Templates
) -> tuple[Template, tuple[TemplateProblem, ...]]:
    if isinstance(asked.template, Template):
        published = publish(asked.template)
        if published.problems:
            raise InvalidInput(*map(problem_of, published.problems))
        return published.ready, published.warnings
    saved = _saved(tenant, asked.template, asked.version, templates)
    return saved.ready, saved.warnings


def _saved(tenant: str, slug: str, version: int | None, templates: Templates) -> SavedTemplate:
    if version is None:
        found = templates.get(tenant, slug)
    else:
        found = templates.version(tenant, slug, version)
    if found is None:
        what = f"version {version} of template" if version else "template"
        raise NotFound(f"there is no {what} {slug[:64]}")
    return found


def _contact(tenant: str, contact: str, contacts: Contacts) -> Contact:
    found = contacts.read(tenant, [contact]) if is_uuid(contact) else {}
    if contact not in found:
        detail = "there is no such contact; give the id of one, or sample data"
        raise InvalidInput(Problem("/contactId", "unknown_contact", detail))
    return found[contact]


def _person(tenant: str, asked: Asked, contacts: Contacts) -> tuple[dict[str, object], str]:
    if asked.contact and asked.sample is not None:
        detail = "give a contact or sample data, not both"
        raise InvalidInput(Problem("/sample", "ambiguous", detail))
    if asked.contact:
        contact = _contact(tenant, asked.contact, contacts)
        seen = replace(contact, locale=asked.locale or contact.locale)
        return context_for(seen), seen.locale
    sample = asked.sample or {}
    locale = asked.locale or str(sample.get("locale") or "")
    return context_of(sample), locale
