"""Checks a template: its source, its size, and the values that it reads."""

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import nodes

from penguinmails.properties.names import names_of
from penguinmails.resources.attributes import ALWAYS, misnamed
from penguinmails.resources.document import Document
from penguinmails.resources.finding import Finding, Mark
from penguinmails.resources.rules import rule
from penguinmails.templates.needs import needs
from penguinmails.templates.publish import publish
from penguinmails.templates.source import SourceRefused, parse
from penguinmails.templates.template import FIELDS, Format, Template, TemplateProblem, Variant
from penguinmails.templates.variables import paths

_GAP: Final = "no-fallback"
_ADVICE: Final = {"size": "clipped"}
_OUTPUT: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PATH: Final = re.compile(r"[A-Za-z_][\w.]*")
_UNSUBSCRIBE_LIKE: Final = "unsub"
_UNSUBSCRIBE: Final = frozenset({"unsubscribe_url", "unsubscribeUrl"})


def template_findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with a template beyond its form, and what may be."""
    template = _template(document)
    if template is None:
        return
    published = publish(template)
    for one in published.problems:
        yield _said(document, one, "template-source")
    for one in published.warnings:
        if one.code != _GAP:
            yield _said(document, one, _ADVICE.get(one.code, "template-advice"))
    yield from _read_values(document, template)


def _read_values(document: Document, template: Template) -> Iterator[Finding]:
    for name, source in template.fields():
        try:
            tree = parse(source)
        except SourceRefused:  # the template's problems say so already
            continue
        yield from _gaps(document, name, source)
        yield from _names(document, name, tree)


def _said(document: Document, one: TemplateProblem, rule_id: str) -> Finding:
    mark = _mark(document, one.field, one.line)
    return Finding(document.file, mark, rule(rule_id), f"{one.detail}; {one.hint}")


def _template(document: Document) -> Template | None:
    """Give the template, unless its form is wrong, which is reported already."""
    said = document.data
    texts = {name: said.get(name, "") for name in FIELDS}
    variants = said.get("variants", {})
    if not all(isinstance(text, str) for text in texts.values()) or not _are_variants(variants):
        return None
    written = said.get("format", Format.HTML)
    return Template(
        document.slug,
        document.slug,
        **texts,
        format=Format(written) if written in tuple(Format) else Format.HTML,
        variants={tag: Variant(**inner) for tag, inner in variants.items()},
    )


def _are_variants(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(inner, dict)
        and set(inner) <= set(FIELDS)
        and all(isinstance(text, str) for text in inner.values())
        for inner in value.values()
    )


def _gaps(document: Document, name: str, source: str) -> Iterator[Finding]:
    """Find what a readable source writes without a fallback, each at its first place."""
    alone = Template("", "", "", "", "", source)
    for path in sorted({need.path for need in needs(alone)} - ALWAYS):
        if _UNSUBSCRIBE_LIKE not in path:
            line, written = _written(source, path)
            detail = f"{written} may be missing, and nothing is said for that"
            yield _found(document, name, line, written, "no-fallback", detail)


def _written(source: str, path: str) -> tuple[int, str]:
    """Give the line on which an attribute is put out with no default, and how it is spelled."""
    for tag in _OUTPUT.finditer(source):
        for word in _PATH.findall(tag[0]):
            if "default" not in tag[0] and _attribute(word) == path:
                return source.count("\n", 0, tag.start()) + 1, word
    return 1, path


def _attribute(path: str) -> str:
    first, _, rest = path.removeprefix("contact.").partition(".")
    return ".".join(filter(None, (names_of(first)[0], rest)))


def _names(document: Document, name: str, tree: nodes.Template) -> Iterator[Finding]:
    for path in dict.fromkeys(paths(tree)):
        attribute = path.removeprefix("contact.").partition(".")[0]
        if _UNSUBSCRIBE_LIKE in path and path not in _UNSUBSCRIBE:
            detail = f"{path} is not the name of the unsubscribe link"
            yield _found(document, name, 1, path, "unsubscribe-name", detail)
        elif better := misnamed(attribute, in_condition=False):
            meant = better if path.islower() else names_of(better)[1]
            detail = f"{path} reads like {meant}"
            yield _found(document, name, 1, path, "unknown-variable", detail)


def _found(
    document: Document, name: str, line: int, part: str, rule_id: str, detail: str
) -> Finding:
    return Finding(document.file, _mark(document, name, line, part), rule(rule_id), detail)


def _mark(document: Document, name: str, line: int, part: str = "") -> Mark:
    """Give the place of a part of a text, looked for from a line on; the line's if it is none."""
    text = str(document.value(f"/{name}") or "")
    start = len("".join(text.splitlines(keepends=True)[: line - 1]))
    found = text.find(part, start) if part else -1
    if found < 0:
        found = next((at for at in range(start, len(text)) if not text[at].isspace()), start)
    return document.mark_within(f"/{name}", found)
