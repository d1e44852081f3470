"""A module as rules look at it: every name with the place that it comes from."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Use(NamedTuple):
    """Something from elsewhere that a module names, in full: `datetime.datetime.now`."""

    line: int
    name: str


@dataclass(frozen=True)
class Module:
    """A module by its path from the root, and its source."""

    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    @cached_property
    def _imported(self) -> dict[str, str]:
        """What each name stands for that an import binds, wherever the import is."""
        return {
            local: full
            for node in ast.walk(self.tree)
            for local, full in (*_plain(node), *_from(node))
        }

    @cached_property
    def uses(self) -> Sequence[Use]:
        """What is imported, and what is reached through it; called or not makes no odds."""
        return [use for node in ast.walk(self.tree) for use in self._uses_in(node)]

    @cached_property
    def calls(self) -> Sequence[ast.Call]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]

    def full(self, node: ast.expr) -> str:
        """Give the full name of what is reached through an import, or nothing."""
        match node:
            case ast.Name(id=name):
                return self._imported.get(name, "")
            case ast.Attribute(value=owner, attr=name):
                known = self.full(owner)
                return f"{known}.{name}" if known else ""
            case _:
                return ""

    def _uses_in(self, node: ast.AST) -> Iterator[Use]:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (Use(node.lineno, full) for _, full in (*_plain(node), *_from(node)))
        elif isinstance(node, ast.Attribute | ast.Name) and self.full(node):
            yield Use(node.lineno, self.full(node))


def named(call: ast.Call, argument: str) -> ast.expr | None:
    """Give what a call gives for a named argument."""
    return next((word.value for word in call.keywords if word.arg == argument), None)


def last_name(node: ast.expr) -> str:
    """Give the last name of a path: `core` of `self.tables.core`, `tables["core"]`, `x.core()`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=owner) | ast.Subscript(value=owner):
            return last_name(owner)
        case _:
            return ""


def _plain(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)


def _from(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
