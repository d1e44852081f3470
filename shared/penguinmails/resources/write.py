"""Writes documents as canonical YAML: the same text for the same content, and easy to read."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z_/][\w ./@+*()-]*", re.ASCII)
_RESERVED: Final = re.compile(r"(null|true|false|yes|no|on|off|y|n|~)", re.IGNORECASE)
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_INDENT: Final = "  "


def write(documents: Iterable[Mapping[str, Any]]) -> str:
    """Give the text of a file of these documents, whose keys keep their order."""
    return "---\n".join("".join(f"{line}\n" for line in _mapping(each)) for each in documents)


def _mapping(data: Mapping[str, Any]) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(_key(key), value)


def _entry(key: str, value: object) -> Iterator[str]:
    """Write a key, and its value beside it or below."""
    match value:
        case Mapping() if value:
            yield f"{key}:"
            yield from (_INDENT + line if line else line for line in _mapping(value))
        case list() | tuple() if value:
            yield f"{key}:"
            for item in value:
                yield from (_INDENT + line if line else line for line in _item(item))
        case str() if _is_block(value):
            yield f"{key}: {_header(value)}"
            yield from (_INDENT + line if line else line for line in _lines(value))
        case None:
            yield f"{key}:"
        case _:
            yield f"{key}: {_scalar(value)}"


def _item(value: object) -> Iterator[str]:
    match value:
        case Mapping() if value:
            lines = list(_mapping(value))
        case list() | tuple() if value:
            lines = [line for item in value for line in _item(item)]
        case _:
            lines = [_scalar(value)]
    yield f"- {lines[0]}"
    yield from (_INDENT + line if line else line for line in lines[1:])


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) and not _RESERVED.fullmatch(key) else _quoted(key)


def _scalar(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return json.dumps(value)
        case str():
            return value if _is_plain(value) else _quoted(value)
        case Mapping():
            return "{}"
        case _:
            return "[]"


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text[-1] != " " and not _RESERVED.fullmatch(text)


def _quoted(text: str) -> str:
    return _UNSEEN.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _is_block(text: str) -> bool:
    """Tell whether a text is best written over several lines as it is."""
    return "\n" in text.rstrip("\n") and not _UNSEEN.search(text) and "\t" not in text


def _header(text: str) -> str:
    """Give the literal block's mark: how its end is kept, and its indent if it begins with one."""
    indent = str(len(_INDENT)) if text.lstrip("\n")[:1] == " " else ""
    end = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    return f"|{indent}{end}"


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")
