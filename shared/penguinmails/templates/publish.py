"""Makes what an author wrote into what is sent: HTML with its styles in the tags.

This happens when a template is saved, never when it is sent: only a save loads the tools.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from penguinmails.templates.advice import advice, style_advice
from penguinmails.templates.check import check, check_links
from penguinmails.templates.from_markdown import html_of_markdown
from penguinmails.templates.from_mjml import html_of_mjml, mjml_styles
from penguinmails.templates.inline_styles import TooMuchStyle, sheets_of, with_styles
from penguinmails.templates.shield import Shield
from penguinmails.templates.source import SourceRefused
from penguinmails.templates.template import Format, Template, TemplateProblem


@dataclass(frozen=True, slots=True)
class Published:
    """A template ready to be sent, if there are no problems, and what its author should look at."""

    ready: Template
    problems: tuple[TemplateProblem, ...]
    warnings: tuple[TemplateProblem, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    html: str
    problems: tuple[TemplateProblem, ...] = ()
    warnings: tuple[TemplateProblem, ...] = ()


def publish(template: Template) -> Published:
    """Check a template and make it ready; with problems it stays as it was written."""
    problems = check(template)
    if problems:
        return Published(template, tuple(problems), ())
    bodies = {field: _body(template, field, html) for field, html in _htmls(template)}
    faults = tuple(one for body in bodies.values() for one in body.problems)
    if faults:
        return Published(template, faults, ())
    ready = replace(
        template,
        format=Format.HTML,
        html=bodies["html"].html,
        variants={
            tag: replace(variant, html=bodies[f"variants/{tag}/html"].html)
            for tag, variant in template.variants.items()
        },
    )
    warnings = [one for body in bodies.values() for one in body.warnings]
    return Published(ready, (), (*warnings, *advice(ready, template.format)))


def _htmls(template: Template) -> Iterator[tuple[str, str]]:
    yield from ((name, html) for name, html in template.fields() if name.endswith("html"))


def _body(template: Template, field: str, source: str) -> _Body:
    if not source.strip():
        return _Body(source)
    shield = Shield([])
    text = shield.cover(source)
    try:
        made, css = _made(template.format, text)
    except SourceRefused as no:
        return _Body(source, (TemplateProblem(field, no.line, no.code, no.detail, no.hint),))
    warnings: tuple[TemplateProblem, ...] = ()
    if template.inline_css:
        try:
            made = with_styles(made, css)
        except TooMuchStyle as no:
            warnings = (style_advice(field, str(no)),)
    html = source if made == text else shield.restore(made)
    faults = () if template.format is Format.HTML else tuple(check_links(field, html))
    return _Body(html, faults, warnings)


def _made(written_in: Format, text: str) -> tuple[str, str]:
    """Give shielded HTML, and the rules that belong into its tags."""
    match written_in:
        case Format.HTML:
            return text, sheets_of(text)
        case Format.MARKDOWN:
            made = html_of_markdown(text)
            return made, sheets_of(made)
        case Format.MJML:
            return html_of_mjml(text), mjml_styles(text)
