"""Commands for campaigns as code: lint, plan and apply files, and write them from what is there."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from penguinmails.cli.client import Api, place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.migrate import Migration, can_ask, left_behind, require_moved
from penguinmails.cli.migrate import migrate as migrate_people
from penguinmails.cli.names import bare
from penguinmails.cli.output import counted
from penguinmails.cli.refused import places
from penguinmails.cli.senders import unproven
from penguinmails.cli.session import Session, session_of
from penguinmails.cli.story import slugs
from penguinmails.clock import SystemClock
from penguinmails.resources.document import Document
from penguinmails.resources.finding import Finding
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.lint import Verdict
from penguinmails.resources.lint import lint as check
from penguinmails.resources.plan import Change, Deed
from penguinmails.resources.plan import plan as plan_changes
from penguinmails.resources.schema import schema_of
from penguinmails.resources.translate import export as to_text

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="YAML files, or folders of them.")
]
_MARKS = {Deed.CREATE: "+", Deed.UPDATE: "~", Deed.KEEP: "="}
_PATHS = {kind: f"{kind}s" for kind in KINDS}


def lint(context: typer.Context, files: Files) -> None:
    """Check files, without the API: their form, their rules, their references."""
    session = session_of(context)
    verdict = _checked(files)
    session.output.result([_data(found) for found in verdict.findings], *_report(verdict))
    if verdict.has_errors:
        raise typer.Exit(Exit.REFUSED)


def plan(context: typer.Context, files: Files) -> None:
    """Show what `apply` would do, with a diff of each change."""
    session = session_of(context)
    documents = _sound(session, files)
    changes = plan_changes(documents, _there(session.api, documents))
    session.output.result([_change(one) for one in changes], *_shown(changes))


def apply(
    context: typer.Context,
    files: Files,
    *,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Then move who is under way to what is new.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Move them without asking.")] = False,
) -> None:
    """Create and change what the files say; who is under way stays on the older revision."""
    session = session_of(context)
    if yes and not migrate:
        session.output.aside("--yes does nothing without --migrate.")
    documents = _sound(session, files)
    there = _there(session.api, documents)
    changes = plan_changes(documents, there)
    for change in changes:
        after = _carry_out(session.api, change)
        session.output.aside(_line(change))
        if change.document.kind == "sender" and (remedy := unproven(after)):
            session.output.aside(f"    {remedy}")
        if not migrate and (left := left_behind(there.get(_key(change.document), {}), after)):
            session.output.aside(left)
    moves = _moved(session, documents, yes=yes) if migrate else {}
    done = sum(change.deed is not Deed.KEEP for change in changes)
    found = [_change(one) | _migration(one, moves) for one in changes]
    session.output.result(found, f"Applied {done}, unchanged {len(changes) - done}.")
    if not can_ask(session):
        require_moved(moves)


def schema(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
) -> None:
    """Print the JSON Schema of a kind of document, for an editor."""
    _require_kind(kind)
    session_of(context).output.json(schema_of(kind))


def export(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
    slug: Annotated[str, typer.Argument(help="Its slug.")],
) -> None:
    """Print a resource as the text of a file."""
    _require_kind(kind)
    session = session_of(context)
    slug = bare(slug)
    names = slugs(session.api)
    found = session.api.get(_path(kind, slug))
    typer.echo(to_text(kind, slug, found, names), nl=False)


def _checked(files: Iterable[Path]) -> Verdict:
    found = dict(_read(files))
    if not found:
        raise Failure("There is no YAML file there.", Exit.REFUSED, "Give files that end in .yaml.")
    return check(found, SystemClock().now())


def _read(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        inside = sorted([*file.rglob("*.yaml"), *file.rglob("*.yml")]) if file.is_dir() else [file]
        for path in inside:
            try:
                yield str(path), path.read_bytes()
            except OSError as error:
                message = f"{path} cannot be read: {error.strerror}."
                raise Failure(message, Exit.REFUSED) from error


def _report(verdict: Verdict) -> Iterator[str]:
    yield from _told(verdict)
    errors = sum(found.rule.severity == "error" for found in verdict.findings)
    documents, warnings = len(verdict.documents), len(verdict.findings) - errors
    sums = ((documents, "document"), (errors, "error"), (warnings, "warning"))
    yield ", ".join(counted(count, noun) for count, noun in sums)


def _told(verdict: Verdict) -> Iterator[str]:
    for found in verdict.findings:
        yield str(found)
        yield f"    {found.rule.instead}"


def _data(found: Finding) -> dict[str, Any]:
    return {
        "file": found.file,
        "line": found.mark.line,
        "column": found.mark.column,
        "rule": found.rule.id,
        "severity": found.rule.severity.value,
        "detail": found.detail,
        "instead": found.rule.instead,
    }


def _sound(session: Session, files: Iterable[Path]) -> tuple[Document, ...]:
    """Read the documents, and tell of warnings; raises Failure if a rule finds an error."""
    verdict = _checked(files)
    if verdict.has_errors:
        session.output.result([_data(found) for found in verdict.findings], *_report(verdict))
        raise Failure("Nothing was done: the files have errors.", Exit.REFUSED)
    for line in _told(verdict):
        session.output.aside(line)
    return verdict.documents


def _there(api: Api, documents: Iterable[Document]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Read what the API has of the documents, and of the segments that campaigns name."""
    wanted = {_key(document) for document in documents}
    segments = {
        ("segment", str(document.data["segment"]))
        for document in documents
        if document.kind == "campaign" and document.data.get("segment")
    }
    found = {each: _found(api, *each) for each in wanted | segments}
    return {each: body for each, body in found.items() if body is not None}


def _found(api: Api, kind: str, slug: str) -> Mapping[str, Any] | None:
    try:
        return api.get(_path(kind, slug))
    except Failure as failure:
        if failure.code is Exit.MISSING:
            return None
        raise


def _key(document: Document) -> tuple[str, str]:
    return document.kind, document.slug


def _path(kind: str, slug: str) -> str:
    return place(_PATHS[kind], f"slug:{slug}" if kind in {"campaign", "sender"} else slug)


def _carry_out(api: Api, change: Change) -> Mapping[str, Any]:
    """Make a change, if there is one, and give what then stands."""
    document = change.document
    path = _path(document.kind, document.slug)
    try:
        if change.deed is Deed.KEEP:
            return {}
        if document.kind not in {"campaign", "sender"}:
            return api.put(path, change.body)
        if document.kind == "sender" or change.deed is Deed.CREATE:
            return api.post(f"/{_PATHS[document.kind]}", {**change.body, "slug": document.slug})
        return api.patch(path, change.body)
    except Failure as failure:
        where = places(document, failure.problem)
        why = "" if where else f" {failure}"
        raise Failure(
            f"{document.file}: the {document.kind} {document.slug} was refused.{why}",
            failure.code,
            "What was applied before it stays; mend this, and apply again.",
            failure.problem,
            where,
        ) from failure


def _moved(session: Session, documents: Iterable[Document], *, yes: bool) -> dict[str, Migration]:
    slugs = [document.slug for document in documents if document.kind == "campaign"]
    found = {slug: migrate_people(session, slug, yes=yes) for slug in slugs}
    return {slug: one for slug, one in found.items() if one is not None}


def _migration(change: Change, moves: Mapping[str, Migration]) -> dict[str, Any]:
    slug = change.document.slug
    is_moved = change.document.kind == "campaign" and slug in moves
    return {"migration": moves[slug].data()} if is_moved else {}


def _shown(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        yield _line(change)
        if change.diff:
            yield change.diff


def _line(change: Change) -> str:
    document = change.document
    return f"{_MARKS[change.deed]} {document.kind} {document.slug}: {change.deed}"


def _change(change: Change) -> dict[str, Any]:
    document = change.document
    named = {"file": document.file, "kind": document.kind, "slug": document.slug}
    return {**named, "deed": change.deed.value, "diff": change.diff}


def _require_kind(kind: str) -> None:
    if kind not in KINDS:
        hint = f"There are {', '.join(KINDS)}."
        raise Failure(f"There is no kind {kind}.", Exit.USAGE, hint)
