"""Says in a file's own words what the API refused of it: the place, the key, the value."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from penguinmails.resources.document import Document
from penguinmails.resources.forms import ByLanguage, Field, Record
from penguinmails.resources.kinds import KINDS

_LONGEST = 80


def places(document: Document, problem: Mapping[str, Any]) -> list[str]:
    """Give a line for each error of a problem."""
    words = dict(_words(KINDS[document.kind].fields))
    return [_line(document, one, words) for one in problem.get("errors", ())]


def _line(document: Document, error: Mapping[str, str], words: Mapping[str, str]) -> str:
    pointer = _in_file(error["pointer"], words)
    mark = document.mark(pointer)
    where = f"{document.file}:{mark.line}:{mark.column}"
    value = document.value(pointer)
    named = f"{pointer.strip('/').replace('/', '.') or document.kind}{_shown(value)}"
    return f"  {where}: {named}: {error['detail']}"


def _in_file(pointer: str, words: Mapping[str, str]) -> str:
    if pointer.startswith("/steps/"):
        return pointer
    return "/".join(words.get(part, part) for part in pointer.split("/"))


def _words(fields: Iterable[Field], above: str = "") -> Iterator[tuple[str, str]]:
    """Pair the API's names with a file's; a part is named with what it is part of."""
    for field in fields:
        if field.api:
            yield field.api, f"{above}{field.name}"
        if isinstance(field.form, Record):
            yield from _words(field.form.fields, f"{above}{field.name}/")
        elif isinstance(field.form, ByLanguage):
            yield from _words(field.form.record.fields)


def _shown(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return f" {text[:_LONGEST]}"
