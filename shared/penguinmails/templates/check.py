"""Checks a template before it is saved: everything an author has to change, with its place."""

from collections.abc import Iterator

from penguinmails.templates.allowlist import findings
from penguinmails.templates.language import tag_of
from penguinmails.templates.limits import VARIANTS
from penguinmails.templates.links import link_faults
from penguinmails.templates.source import SourceRefused, parse
from penguinmails.templates.template import Format, Template, TemplateProblem
from penguinmails.templates.variables import paths


def check(template: Template) -> list[TemplateProblem]:
    """List what is wrong with the template; an empty list means that it may be saved.

    Links are looked at in HTML only: other formats are made into it first.
    """
    linked = template.format is Format.HTML
    found = [
        problem
        for field, source in template.fields()
        for problem in _check(field, source, linked=linked)
    ]
    return [*found, *_absent(template), *_unnamed(template)]


def check_links(field: str, html: str) -> list[TemplateProblem]:
    """List the links of readable HTML that would not work or not be safe."""
    faults = link_faults(html)
    return [TemplateProblem(field, one.line, one.code, one.detail, one.hint) for one in faults]


def variables(template: Template) -> frozenset[str]:
    """Give the paths the template reads, like `contact.first_name`, of its readable fields."""
    sources = [source for field, source in template.fields() if not _check(field, source)]
    return frozenset(path for source in sources for path in paths(parse(source)))


def _check(field: str, source: str, *, linked: bool = True) -> list[TemplateProblem]:
    one_line = field.endswith(("subject", "preview_text"))
    if one_line and len(source.splitlines()) > 1:
        return [TemplateProblem(field, 2, "line-break", "one line only", "join the lines")]
    try:
        found = findings(parse(source))
    except SourceRefused as no:
        return [TemplateProblem(field, no.line, no.code, no.detail, no.hint)]
    if not found and linked and field.endswith("html"):
        return check_links(field, source)
    return [TemplateProblem(field, one.line, one.code, one.detail, one.hint) for one in found]


def _unnamed(template: Template) -> Iterator[TemplateProblem]:
    if len(template.variants) > VARIANTS:
        detail = f"there are more than {VARIANTS} languages"
        yield TemplateProblem("variants", 1, "variants", detail, "make a second template")
    for tag in template.variants:
        if tag_of(tag) != tag:
            hint = f"write {tag_of(tag) or 'a tag such as de or de-AT'}"
            detail = f"`{tag[:40]}` is not a language tag as it is written here"
            yield TemplateProblem("variants", 1, "language", detail, hint)


def _absent(template: Template) -> list[TemplateProblem]:
    found = []
    if not template.subject.strip():
        found.append(_missing("subject", "the subject is empty", "write one line"))
    if not template.html.strip() and not template.text.strip():
        found.append(_missing("html", "there is no body", "write html, or text, or both"))
    return found


def _missing(field: str, detail: str, hint: str) -> TemplateProblem:
    return TemplateProblem(field, 1, "missing", detail, hint)
