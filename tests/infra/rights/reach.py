"""How far a day reaches: what it has to come by, so that no call to AWS can escape it."""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NamedTuple, get_args

import penguinmails

PRODUCT = str(Path(penguinmails.__file__).parent)
# A link is signed without a call; the API's own `listed` writes a page that was read before.
_CALL = re.compile(r"(queues\.send|_table\.\w+|\blisted(?=\((?!call\b))|blobs\.(?!link)\w+)\(")
_NOT_CALLING = {"local", "table", "queues", "blobs"}
_SHARED = re.compile(r"penguinmails\.(\w+\.port|clock|ids)")
"""Where the ports are that use cases share; all other protocols are one use case's own."""


class Line(NamedTuple):
    """A line of the product."""

    path: str
    number: int


def calling_lines() -> Iterator[Line]:
    """Give all lines of the product that call upon a table, a queue or a file."""
    for path in Path(PRODUCT).rglob("*.py"):
        if path.relative_to(PRODUCT).parts[0] in _NOT_CALLING:
            continue
        for number, text in enumerate(path.read_text().splitlines(), start=1):
            if _CALL.search(text):
                yield Line(str(path), number)


def lines_running() -> Iterator[Line]:
    """Give the lines of the product that are being run, each calling the one before it."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename.startswith(PRODUCT):
            yield Line(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back


@dataclass(frozen=True, slots=True)
class Asked:
    """What a function asks of its ports, by its use cases' protocols, and what it made use of."""

    methods: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


def watch(function: ModuleType) -> Asked:
    """Have a function note from now on which methods of its ports it uses."""
    asked = Asked()
    for name, value in list(vars(function).items()):
        if _are_ports(value):
            setattr(function, name, _watched(value, asked))
    return asked


class _Watched:
    """Stands before what fills a port."""

    def __init__(self, real: object, port: str, used: set[str]) -> None:
        self._real = real
        self._port = port
        self._used = used

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401 - whatever the real one has
        self._used.add(f"{self._port}.{method}")
        return getattr(self._real, method)


def _watched(ports: Any, asked: Asked) -> Any:  # noqa: ANN401 - one of many dataclasses
    filled: dict[str, Any] = {}
    for each in fields(ports):
        port: Any = each.type
        real = getattr(ports, each.name)
        if _are_ports(real):
            filled[each.name] = _watched(real, asked)
        elif get_args(port)[:1] == ([],):
            filled[each.name] = _watched_once_made(real, asked)
        elif getattr(port, "_is_protocol", False) and not _SHARED.fullmatch(port.__module__):
            asked.methods.update(f"{port.__name__}.{method}" for method in _methods(port))
            filled[each.name] = _Watched(real, port.__name__, asked.used)
    return replace(ports, **filled)


def _watched_once_made(make: Callable[[], Any], asked: Asked) -> Callable[[], Any]:
    def made() -> Any:  # noqa: ANN401 - some are ports, others are not
        real = make()
        return _watched(real, asked) if _are_ports(real) else real

    return made


def _are_ports(value: object) -> bool:
    return is_dataclass(value) and type(value).__name__.endswith("Ports")


def _methods(port: type) -> Iterator[str]:
    for base in port.__mro__:
        if getattr(base, "_is_protocol", False):
            yield from (name for name in vars(base) if not name.startswith("_"))
