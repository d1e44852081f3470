"""Which values a template reads, as dotted paths."""

from collections.abc import Iterable, Iterator
from typing import Final

from jinja2 import nodes

_Lookup = nodes.Getattr | nodes.Getitem
_LOOKUPS: Final[tuple[type[_Lookup], ...]] = (nodes.Getattr, nodes.Getitem)


def paths(tree: nodes.Template) -> Iterator[str]:
    """Give the dotted paths that a tree reads, without those of its loop variables."""
    local = {"loop"} | loop_names(tree)
    inner = {id(node.node) for node in tree.find_all(_LOOKUPS)}
    for node in (*tree.find_all(nodes.Name), *tree.find_all(_LOOKUPS)):
        path = dotted(node)
        if id(node) not in inner and path and path.split(".", 1)[0] not in local:
            yield path


def roots(found: Iterable[str]) -> frozenset[str]:
    """Give the first names of paths."""
    return frozenset(path.split(".", 1)[0] for path in found)


def loop_names(tree: nodes.Template) -> set[str]:
    """Give the names that the loops of a tree bind."""
    targets = (loop.target for loop in tree.find_all(nodes.For))
    return {target.name for target in targets if isinstance(target, nodes.Name)}


def writes(source: nodes.Template, names: frozenset[str]) -> bool:
    """Tell whether one of these values is written whatever the others are."""
    outputs = (node for node in source.body if isinstance(node, nodes.Output))
    return any(name.name in names for each in outputs for name in each.find_all(nodes.Name))


def dotted(node: nodes.Node) -> str:
    """Write a chain of look-ups as a path, as far as its keys are constant."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=inner, attr=key):
            return f"{dotted(inner)}.{key}" if dotted(inner) else ""
        case nodes.Getitem(node=inner, arg=nodes.Const(value=str() as key)):
            return f"{dotted(inner)}.{key}" if dotted(inner) else ""
        case nodes.Getitem(node=inner):
            return dotted(inner)
        case _:
            return ""
