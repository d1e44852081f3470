"""Checks files beyond their form, offline: all that can be known before anything is sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from penguinmails.resources.check_campaign import campaign_findings
from penguinmails.resources.check_references import reference_findings
from penguinmails.resources.check_template import template_findings
from penguinmails.resources.document import Document
from penguinmails.resources.finding import Finding, Severity
from penguinmails.resources.read import Reading, read_files
from penguinmails.resources.rules import rule
from penguinmails.resources.tree import Leaf

_TIME: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?")
_ALLOWED: Final = re.compile(r"#\s*allow:\s*([a-z-]+(?:\s*,\s*[a-z-]+)*)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The documents of some files, and everything that was found in them, in their order."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything keeps the files from being applied."""
        return any(found.rule.severity is Severity.ERROR for found in self.findings)


def lint(files: Mapping[str, bytes], now_at: datetime) -> Verdict:
    """Read and check files by their names.

    A warning is left out where a comment on its line or the line above allows its rule.
    """
    reading = read_files(files)
    known = {(found.file, found.mark, found.rule.id) for found in reading.findings}
    checked = (
        found
        for found in _checked(reading, now_at)
        if (found.file, found.mark, found.rule.id) not in known
    )
    lines = {document.file: document.text.splitlines() for document in reading.documents}
    kept = [found for found in (*reading.findings, *checked) if not _is_allowed(found, lines)]
    return Verdict(reading.documents, tuple(sorted(kept, key=lambda found: found.place)))


def _checked(reading: Reading, now_at: datetime) -> Iterator[Finding]:
    yield from reference_findings(reading.documents)
    for document in reading.documents:
        yield from _unquoted_times(document)
        if document.kind == "campaign":
            yield from campaign_findings(document, now_at)
        elif document.kind == "template":
            yield from template_findings(document)


def _unquoted_times(document: Document) -> Iterator[Finding]:
    for spot in document.spots.values():
        node = spot.node
        if isinstance(node, Leaf) and not node.style and _TIME.fullmatch(str(node.value)):
            detail = f"the time {node.value} stands without quotes"
            yield Finding(document.file, node.mark, rule("unquoted-time"), detail)


def _is_allowed(found: Finding, lines: Mapping[str, list[str]]) -> bool:
    if found.rule.severity is Severity.ERROR or found.file not in lines:
        return False
    near = lines[found.file][max(found.mark.line - 2, 0) : found.mark.line]
    above = near[0] if len(near) > 1 and near[0].lstrip().startswith("#") else ""
    said = _ALLOWED.findall(above) + _ALLOWED.findall(near[-1] if near else "")
    return any(found.rule.id in re.split(r"\s*,\s*", each) for each in said)
