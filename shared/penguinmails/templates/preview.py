"""Shows a template as one person would get it, before anybody does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from penguinmails.contacts.contact import Contact
from penguinmails.errors import InvalidInput, NotFound, Problem
from penguinmails.ids import is_uuid
from penguinmails.templates.advice import gap_advice, size_advice
from penguinmails.templates.compile import compile_template
from penguinmails.templates.context import context_for, context_of
from penguinmails.templates.images import Sign, unsigned
from penguinmails.templates.language import nearest
from penguinmails.templates.needs import gaps, needs_by_field
from penguinmails.templates.publish import publish
from penguinmails.templates.reader import NOBODY, Reader
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
    """What a preview reads.

    `postal_address_of` takes (tenant, sender's address), `image_signature` (tenant, what to sign).
    """

    templates: Templates
    contacts: Contacts
    postal_address_of: Callable[[str, str], str]
    image_signature: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Person:
    """What a template sees of somebody, and the language that they read."""

    values: Mapping[str, object]
    locale: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What to show: a saved template, or one that is given; without `version` the last one.

    The mail is as from `from_email`, if given: it shows that sender's postal address.
    """

    template: Template | str
    version: int | None = None
    reader: Reader = NOBODY
    from_email: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The email, the variant that was chosen, what to look at, and what the person's data lacks."""

    rendered: Rendered
    language: str
    warnings: tuple[TemplateProblem, ...]
    missing: tuple[str, ...]


class _Links:
    """Addresses of a preview lead where the author wrote; nothing is counted."""

    def __init__(self, way_out: str, sign: Sign) -> None:
        self._way_out = way_out
        self.image_signature = sign

    def open_url(self) -> str:
        return ""

    def click_url(self, index: int) -> str:
        return f"#{index}"

    def unsubscribe_url(self) -> str:
        return self._way_out


def preview(tenant: str, asked: Asked, given: PreviewPorts) -> Preview:
    """Write one email; raises NotFound, or InvalidInput with what is wrong with the template."""
    found, warnings = _template(tenant, asked, given.templates)
    address = given.postal_address_of(tenant, asked.from_email) if asked.from_email else ""
    ready = replace(found, postal_address=address)
    person = person_of(tenant, asked.reader, given.contacts)
    return written(ready, person, warnings, sign=partial(given.image_signature, tenant))


def written(
    ready: Template,
    person: Person,
    warnings: Sequence[TemplateProblem] = (),
    way_out: str = WAY_OUT,
    sign: Sign = unsigned,
) -> Preview:
    """Write a published template to one person; raises InvalidInput if that cannot be done."""
    tag = nearest(person.locale, ready.variants)
    compiled = compile_template(ready, tracked=False)
    rendered = compiled.render(person.values, _Links(way_out, sign), tag)
    wanted = needs_by_field(ready.fields_in_language(tag))
    missing = {name: gaps(one, person.values) for name, one in wanted.items()}
    field = f"variants/{tag}/html" if tag else "html"
    seen = (
        *(one for one in warnings if one.code not in ("no-fallback", "size")),
        *(gap_advice(name, path) for name, all_ in missing.items() for path in sorted(all_)),
        *size_advice(field, len(rendered.html.encode())),
    )
    return Preview(rendered, tag, seen, tuple(sorted(frozenset().union(*missing.values()))))


def _template(
    tenant: str, asked: Asked, templates: Templates
) -> tuple[Template, tuple[TemplateProblem, ...]]:
    if isinstance(asked.template, Template):
        published = publish(asked.template)
        if published.problems:
            raise InvalidInput(*map(problem_of, published.problems))
        return published.ready, published.warnings
    saved = saved_as(tenant, asked.template, asked.version, templates)
    return saved.ready, saved.warnings


def saved_as(tenant: str, slug: str, version: int | None, templates: Templates) -> SavedTemplate:
    """Read a version of a template, or its last one; raises NotFound."""
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


def person_of(tenant: str, reader: Reader, contacts: Contacts) -> Person:
    """Find out what a template sees of the reader; raises InvalidInput."""
    if reader.contact and reader.sample is not None:
        detail = "give a contact or sample data, not both"
        raise InvalidInput(Problem("/sample", "ambiguous", detail))
    if reader.contact:
        contact = _contact(tenant, reader.contact, contacts)
        seen = replace(contact, locale=reader.locale or contact.locale)
        return Person(context_for(seen), seen.locale)
    sample = reader.sample or {}
    return Person(context_of(sample), reader.locale or str(sample.get("locale") or ""))
