"""Checks a template before it is saved: everything an author has to change, with its place."""

from penguinmails.templates.allowlist import findings
from penguinmails.templates.links import link_faults
from penguinmails.templates.source import SourceRefused, parse
from penguinmails.templates.template import Template, TemplateProblem
from penguinmails.templates.variables import paths


def check(template: Template) -> list[TemplateProblem]:
    """List what is wrong with the template; an empty list means that it may be saved."""
    found = [problem for field, source in template.fields() for problem in _check(field, source)]
    return [*found, *_absent(template)]


def variables(template: Template) -> frozenset[str]:
    """Give the paths the template reads, like `contact.first_name`, of its readable fields."""
    sources = [source for field, source in template.fields() if not _check(field, source)]
    return frozenset(path for source in sources for path in paths(parse(source)))


def _check(field: str, source: str) -> list[TemplateProblem]:
    if field in ("subject", "preview_text") and len(source.splitlines()) > 1:
        return [TemplateProblem(field, 2, "line-break", "one line only", "join the lines")]
    try:
        found = findings(parse(source))
    except SourceRefused as no:
        return [TemplateProblem(field, no.line, no.code, no.detail, no.hint)]
    faults = link_faults(source) if field == "html" and not found else found
    return [TemplateProblem(field, one.line, one.code, one.detail, one.hint) for one in faults]


def _absent(template: Template) -> list[TemplateProblem]:
    found = []
    if not template.subject.strip():
        found.append(_missing("subject", "the subject is empty", "write one line"))
    if not template.html.strip() and not template.text.strip():
        found.append(_missing("html", "there is no body", "write html, or text, or both"))
    return found


def _missing(field: str, detail: str, hint: str) -> TemplateProblem:
    return TemplateProblem(field, 1, "missing", detail, hint)
