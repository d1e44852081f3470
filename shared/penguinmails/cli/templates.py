"""Commands for templates: see the email that somebody would get, before anybody does."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from penguinmails.cli.client import Api, place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.names import bare
from penguinmails.cli.sample import SampleFile, reader_of
from penguinmails.cli.session import session_of
from penguinmails.resources.document import Document
from penguinmails.resources.finding import Severity
from penguinmails.resources.read import read
from penguinmails.resources.translate import to_api

_FILES = {".yaml", ".yml"}

Given = Annotated[
    str, typer.Argument(metavar="FILE|SLUG", help="A YAML file with a template, or a saved one.")
]


def preview(  # noqa: PLR0913 - typer reads the options off it
    context: typer.Context,
    given: Given,
    *,
    contact: Annotated[str, typer.Option(help="The address or id of who would get it.")] = "",
    sample: SampleFile = None,
    locale: Annotated[str, typer.Option(help="The language to show, such as de-AT.")] = "",
    slug: Annotated[str, typer.Option(help="Which template of a file with several.")] = "",
    from_: Annotated[
        str, typer.Option("--from", help="The sender whose postal address it is to show.")
    ] = "",
    to: Annotated[Path | None, typer.Option(help="Where to write the HTML.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the HTML in a browser.")] = False,
) -> None:
    """Write a template's HTML to a file, and print its subject and text."""
    session = session_of(context)
    sender = {"fromEmail": from_} if from_ else {}
    body = {**reader_of(session.api, contact, sample, locale), **sender}
    name, shown = _shown(session.api, given, slug, body)
    file = to or Path(f"{name}.preview.html")
    _write(file, shown["html"])
    session.output.result({**shown, "file": str(file)}, *_lines(shown, file))
    if open_:
        typer.launch(file.resolve().as_uri())


def _shown(api: Api, given: str, slug: str, body: Mapping[str, Any]) -> tuple[str, Any]:
    """Ask for the preview; gives the template's slug with it."""
    if Path(given).suffix.lower() not in _FILES:
        return bare(given), api.post(f"{place('templates', bare(given))}/preview", body)
    document = _document(Path(given), slug)
    return document.slug, api.post("/templates/preview", {**to_api(document), **body})


def _document(file: Path, slug: str) -> Document:
    reading = read(str(file), _content(file))
    wrong = [str(one) for one in reading.findings if one.rule.severity is Severity.ERROR]
    if wrong:
        raise Failure("\n".join(wrong), Exit.REFUSED, "See `penguinmails lint` for all of it.")
    found = [one for one in reading.documents if one.kind == "template" and slug in ("", one.slug)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(f"{file} has no such template.", Exit.REFUSED)
    slugs = ", ".join(one.slug for one in found)
    raise Failure(f"{file} has several templates: {slugs}.", Exit.USAGE, "Name one: --slug SLUG.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", Exit.REFUSED) from error


def _write(file: Path, html: str) -> None:
    try:
        file.write_text(html, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}.", Exit.REFUSED) from error


def _lines(shown: Mapping[str, Any], file: Path) -> list[str]:
    gaps = [f"missing: {', '.join(shown['missing'])}"] if shown["missing"] else []
    warnings = [f"{one['pointer']}: {one['detail']}" for one in shown["warnings"]]
    text = re.sub(r"\n+$", "", shown["text"])
    return [f"Subject: {shown['subject']}", "", text, "", *gaps, *warnings, f"HTML: {file}"]
