"""Reads YAML files into documents, finding everything that is wrong with the form of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from penguinmails.campaigns.source import Source, shown, suggestion
from penguinmails.errors import Problem
from penguinmails.resources.document import Document, Spot, plain, spots_of
from penguinmails.resources.finding import Finding, Mark
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.rules import rule
from penguinmails.resources.tree import Node, Unreadable, trees

LARGEST_FILE: Final = 2_000_000
_TOP: Final = Mark(1, 1)
_OTHER_CODINGS: Final = (b"\xff\xfe", b"\xfe\xff")
# These are about a key, not about its value.
_ABOUT_KEYS: Final = frozenset({"unknown_key", "invalid_language"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of some files, and what is wrong with them."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]


def read_files(files: Mapping[str, bytes]) -> Reading:
    """Read files by their names; a document that is there twice counts once."""
    documents: list[Document] = []
    findings: list[Finding] = []
    known: dict[tuple[str, str], Document] = {}
    for name, content in files.items():
        for found in _read(name, content):
            if isinstance(found, Finding):
                findings.append(found)
            elif known.setdefault((found.kind, found.slug), found) is found:
                documents.append(found)
            else:
                findings.append(_repeated(found, known[found.kind, found.slug]))
    return Reading(tuple(documents), tuple(findings))


def read(name: str, content: bytes) -> Reading:
    """Read one file."""
    return read_files({name: content})


def finding_of(document: Document, problem: Problem) -> Finding:
    """Turn a problem's JSON pointer into a place in the file."""
    mark = document.mark(problem.pointer, key=problem.code in _ABOUT_KEYS)
    return Finding(document.file, mark, rule(problem.code), problem.detail)


def _read(name: str, content: bytes) -> Iterator[Document | Finding]:
    try:
        text = _decoded(content)
        empty = True
        for tree in trees(text):
            if plain(tree) is not None:
                empty = False
                yield from _document(name, tree, text)
        if empty:
            yield Finding(name, _TOP, rule("empty-file"), "there is no document in this file")
    except Unreadable as no:
        yield Finding(name, no.mark, rule(no.rule), no.detail)


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        size, most = len(content) / 1e6, LARGEST_FILE // 1_000_000
        raise Unreadable("too-large", _TOP, f"the file has {size:.1f} MB; it may have {most} MB")
    if content.startswith(_OTHER_CODINGS):
        raise Unreadable("encoding", _TOP, "the file is in UTF-16, not in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before.rpartition(b"\n")[2].decode()) + 1
        mark = Mark(before.count(b"\n") + 1, column)
        detail = f"the byte {content[error.start]:#x} is not UTF-8"
        raise Unreadable("encoding", mark, detail) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _document(name: str, tree: Node, text: str) -> Iterator[Document | Finding]:
    """Yield the document, if it is known what it is, and what is wrong with its form."""
    spots = dict(spots_of(tree))
    data = plain(tree)
    if not isinstance(data, dict):
        detail = f"a document is a mapping that begins with `kind`, not {shown(data)}"
        yield Finding(name, tree.mark, rule("wrong_type"), detail)
        return
    found = Document(name, str(data.get("kind")), str(data.get("slug")), data, spots, text)
    if found.kind not in KINDS:
        yield _unknown_kind(found, spots, data.get("kind"))
        return
    source = Source()
    KINDS[found.kind].check(source, "", data)
    yield from (finding_of(found, problem) for problem in source.problems)
    if isinstance(data.get("slug"), str):
        yield found


def _unknown_kind(document: Document, spots: Mapping[str, Spot], kind: object) -> Finding:
    kinds = ", ".join(KINDS)
    said = f"there is no kind {shown(kind)}{suggestion(kind, KINDS)}; there are {kinds}"
    detail = said if "/kind" in spots else f"`kind` is missing; it is one of {kinds}"
    return Finding(document.file, document.mark("/kind"), rule("unknown-kind"), detail)


def _repeated(document: Document, earlier: Document) -> Finding:
    place = f"{earlier.file}, line {earlier.mark('/slug').line}"
    detail = f"there is a {document.kind} called {document.slug} already: {place}"
    return Finding(document.file, document.mark("/slug"), rule("duplicate-document"), detail)
