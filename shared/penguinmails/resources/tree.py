"""The values of a YAML file with their places: plain data only, and bounded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from penguinmails.resources.finding import Mark

MAX_DEPTH: Final = 48
MAX_NODES: Final = 20_000
LONGEST_WHOLE: Final = 15
LONGEST_DECIMAL: Final = 32
_NULL: Final = re.compile(r"~|null|Null|NULL|")
_TRUTH: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE: Final = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OTHER_WHOLE: Final = re.compile(r"0o([0-7]+)|0x([0-9a-fA-F]+)")
_DECIMAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?", re.ASCII)

Scalar = str | int | float | bool | None


class Unreadable(Exception):  # noqa: N818 - a verdict with its place, turned into a finding
    """The file cannot be read on from here."""

    def __init__(self, rule: str, mark: Mark, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule
        self.mark = mark
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value; `begin` and `end` are offsets of its writing in the text."""

    mark: Mark
    value: Scalar
    style: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A mapping or a list: the children with their keys."""

    mark: Mark
    entries: tuple["Entry", ...]
    is_list: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A child: its key or index, where the key stands, and the value."""

    key: str | int
    mark: Mark
    node: "Node"


Node = Leaf | Branch


def trees(text: str) -> Iterator[Node]:
    """Yield the documents of a YAML 1.2 text; raise Unreadable at what cannot be read."""
    return _Composer(text).documents()


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._events = _events(text)
        self._count = 0

    def documents(self) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                yield self._node(next(self._events), depth=0)

    def _node(self, event: Event, depth: int) -> Node:
        mark = mark_of(event.start_mark)
        self._check(event, mark, depth)
        match event:
            case ScalarEvent():
                return self._leaf(event, mark)
            case SequenceStartEvent():
                return Branch(mark, tuple(self._items(depth)), is_list=True)
            case MappingStartEvent():
                return Branch(mark, tuple(self._pairs(depth)), is_list=False)
            case _:
                raise Unreadable("alias", mark, "an alias (*name) stands here")

    def _check(self, event: Event, mark: Mark, depth: int) -> None:
        self._count += 1
        if self._count > MAX_NODES or depth > MAX_DEPTH:
            detail = f"the file holds over {MAX_NODES:,} values, or nests over {MAX_DEPTH} deep"
            raise Unreadable("too-large", mark, detail)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable("alias", mark, "an anchor (&name) or an alias (*name) stands here")
        if tag := getattr(event, "tag", None):
            raise Unreadable("tag", mark, f"a value that begins with ! is a tag ({str(tag)[:40]})")

    def _items(self, depth: int) -> Iterator[Entry]:
        for index, event in enumerate(self._events):
            if isinstance(event, SequenceEndEvent):
                return
            node = self._node(event, depth + 1)
            yield Entry(index, node.mark, node)

    def _pairs(self, depth: int) -> Iterator[Entry]:
        seen: dict[str, Mark] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                return
            key, mark = self._key(self._node(event, depth + 1))
            if key in seen:
                detail = f"the key {key[:40]} stands on line {seen[key].line} already"
                raise Unreadable("duplicate-key", mark, detail)
            seen[key] = mark
            yield Entry(key, mark, self._node(next(self._events), depth + 1))

    def _key(self, node: Node) -> tuple[str, Mark]:
        if isinstance(node, Leaf):
            return self._text[node.begin : node.end] if not node.style else str(
                node.value
            ), node.mark
        raise Unreadable("syntax", node.mark, "a mapping or a list stands where a key is meant")

    def _leaf(self, event: ScalarEvent, mark: Mark) -> Leaf:
        style = event.style or ""
        value = str(event.value) if style else _resolved(str(event.value), mark)
        return Leaf(mark, value, style, event.start_mark.index, event.end_mark.index)


def _events(text: str) -> Iterator[Event]:
    """Yield the parser's events, its own errors and its blunders turned into ours."""
    last = Mark(1, 1)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            last = mark_of(event.end_mark)
            yield event
    except MarkedYAMLError as error:
        found = error.problem_mark or error.context_mark
        raise _syntax(text, found, error.problem or "this cannot be read") from error
    except YAMLError as error:
        place = int(getattr(error, "position", 0))
        raise Unreadable("control-character", mark_at(text, place), _CONTROL) from error
    except (ValueError, OverflowError, AttributeError) as error:  # its own, as in "\U99999999"
        raise Unreadable("syntax", last, "an escape in double quotes is wrong") from error
    except AssertionError as error:
        raise Unreadable("syntax", last, "this is YAML 1.2; remove the line `%YAML`") from error


def _syntax(text: str, mark: StreamMark | None, problem: str) -> Unreadable:
    if mark is None:
        return Unreadable("syntax", Mark(1, 1), problem)
    if text[mark.index : mark.index + 1] == "\t":
        return Unreadable("tab", mark_of(mark), "a tab stands where spaces indent")
    return Unreadable("syntax", mark_of(mark), problem)


def mark_of(mark: StreamMark) -> Mark:
    """Give the parser's place as ours."""
    return Mark(mark.line + 1, mark.column + 1)


def mark_at(text: str, offset: int) -> Mark:
    """Give the place of an offset into the text."""
    before = text[:offset]
    return Mark(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def _resolved(text: str, mark: Mark) -> Scalar:
    """Read a plain value by YAML 1.2's core schema; infinities and instants stay text."""
    if _NULL.fullmatch(text):
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if not (_WHOLE.fullmatch(text) or _OTHER_WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text)):
        return text
    most = LONGEST_WHOLE if _WHOLE.fullmatch(text) else LONGEST_DECIMAL
    if len(text.lstrip("+-")) > most:
        raise Unreadable("long-number", mark, f"the number {text[:20]}… has too many digits")
    if other := _OTHER_WHOLE.fullmatch(text):
        return int(other[1], 8) if other[1] else int(other[2], 16)
    return int(text) if _WHOLE.fullmatch(text) else float(text)


_CONTROL = "a control character stands here"
