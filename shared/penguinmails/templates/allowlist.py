"""Decides which constructs a template may use, and says what to write instead of the others."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jinja2 import nodes

from penguinmails.templates.filters import COMPARISON_TESTS, FILTERS, TESTS, Filter
from penguinmails.templates.images import IMAGE, SIGNATURE, address_fault, image
from penguinmails.templates.limits import DEPTH, IMAGE_VALUES, LOOP_DEPTH, NODES, NUMBER_DIGITS
from penguinmails.templates.source import CONTROL

ALLOWED: Final = frozenset(
    {
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.If,
        nodes.For,
        nodes.Name,
        nodes.Const,
        nodes.Getattr,
        nodes.Getitem,
        nodes.Filter,
        nodes.Test,
        nodes.Keyword,
        nodes.Compare,
        nodes.Operand,
        nodes.And,
        nodes.Or,
        nodes.Not,
        nodes.Neg,
        nodes.Pos,
        nodes.Add,
        nodes.Sub,
        nodes.CondExpr,
        nodes.List,
        nodes.Tuple,
    }
)
HINTS: Final = {
    nodes.Call: ("call", "functions and methods cannot be called; use a filter, like x|upper"),
    nodes.Assign: ("set", "write the expression where it is needed"),
    nodes.AssignBlock: ("set", "write the text where it is needed"),
    nodes.Macro: ("macro", "write the text out, or use a loop"),
    nodes.CallBlock: ("call", "write the text out"),
    nodes.Include: ("include", "paste the text into this template"),
    nodes.Import: ("import", "paste the text into this template"),
    nodes.FromImport: ("import", "paste the text into this template"),
    nodes.Extends: ("extends", "paste the layout into this template"),
    nodes.Block: ("block", "write the text without the block"),
    nodes.FilterBlock: ("filter-block", "apply the filter to each value, like x|upper"),
    nodes.With: ("with", "write the expression where it is needed"),
    nodes.Concat: ("concat", "use + to join texts, or write the values one after another"),
    nodes.Slice: ("slice", "use the filters first, last or truncate"),
    nodes.Dict: ("object", "put the data on the contact"),
    nodes.Mul: ("operator", "only + and - are available; put the result on the contact"),
    nodes.Div: ("operator", "only + and - are available; put the result on the contact"),
    nodes.FloorDiv: ("operator", "only + and - are available; put the result on the contact"),
    nodes.Mod: ("operator", "only + and - are available; for every second one use `is odd`"),
    nodes.Pow: ("operator", "only + and - are available"),
}
_OTHERWISE: Final = ("construct", "use values, if, for and filters only")
_FILTERS: Final[Mapping[str, Filter]] = {**FILTERS, IMAGE: image}
RESERVED: Final = frozenset({"self", "super", "caller", "varargs", "kwargs"})
_PATH: Final = (nodes.Name, nodes.Getattr, nodes.Getitem)


@dataclass(frozen=True, slots=True)
class Finding:
    """One construct that is not allowed."""

    line: int
    code: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Place:
    node: nodes.Node
    depth: int
    loops: int


def findings(tree: nodes.Template) -> list[Finding]:
    """List everything in the tree that a template may not hold, in the order of the lines."""
    found: list[Finding] = []
    for count, place in enumerate(_places(tree), 1):
        if count > NODES or place.depth > DEPTH:
            found.append(_too_complex(place.node))
            break
        found.extend(_judge(place))
    return sorted(found, key=lambda finding: finding.line)


def _places(tree: nodes.Template) -> Iterator[_Place]:
    waiting = [_Place(tree, 0, 0)]
    while waiting:
        place = waiting.pop()
        yield place
        loops = place.loops + isinstance(place.node, nodes.For)
        for child in place.node.iter_child_nodes():
            # Jinja2 leaves out the line of some nodes; it is the one of what they stand in.
            child.lineno = child.lineno or place.node.lineno
            waiting.append(_Place(child, place.depth + 1, loops))


def _judge(place: _Place) -> Iterator[Finding]:
    node = place.node
    if type(node) not in ALLOWED:
        yield _refused(node)
        return
    match node:
        case nodes.For():
            yield from _judge_loop(node, place.loops)
        case nodes.Name():
            yield from _judge_name(node, node.name)
        case nodes.Getattr():
            yield from _judge_name(node, node.attr)
        case nodes.Getitem(arg=nodes.Const(value=str() as key)):
            yield from _judge_name(node, key)
        case nodes.Filter() | nodes.Test():
            yield from _judge_filter(node)
        case nodes.Const():
            yield from _judge_constant(node)
        case nodes.If() if len(node.elif_) > DEPTH:
            yield _too_complex(node)


def _judge_loop(node: nodes.For, outer: int) -> Iterator[Finding]:
    if outer >= LOOP_DEPTH:
        detail = f"loops may be {LOOP_DEPTH} deep"
        yield Finding(node.lineno, "loop-depth", detail, "flatten the data on the contact")
    if node.recursive:
        yield Finding(node.lineno, "loop-recursive", "recursive loops", "use a plain loop")
    if not isinstance(node.iter, _PATH):
        hint = "loop over a value by its name, like {% for item in contact.orders %}"
        yield Finding(node.lineno, "loop-over", "loops run over named values only", hint)
    if not isinstance(node.target, nodes.Name) or node.target.name == "loop":
        hint = "use one name, like {% for item in contact.orders %}{{ item.title }}"
        yield Finding(node.lineno, "loop-target", "a loop takes one name per item", hint)


def _judge_name(node: nodes.Node, name: str) -> Iterator[Finding]:
    if name.startswith("_"):
        hint = "give the field a name that starts with a letter"
        yield Finding(node.lineno, "private", f"`{name}` starts with an underscore", hint)
    if isinstance(node, nodes.Name) and name in RESERVED:
        yield Finding(node.lineno, "reserved", f"`{name}` is reserved", "choose another name")


def _judge_filter(node: nodes.Filter | nodes.Test) -> Iterator[Finding]:
    kind = "filter" if isinstance(node, nodes.Filter) else "test"
    known = _FILTERS if kind == "filter" else {**TESTS, **COMPARISON_TESTS}
    if node.node is None or node.name not in known:
        hint = f"choose from: {', '.join(sorted(known))}"
        yield Finding(node.lineno, f"unknown-{kind}", f"there is no {kind} `{node.name}`", hint)
    elif not _fits(node):
        detail = f"`{node.name}` does not take these arguments"
        yield Finding(node.lineno, f"{kind}-arguments", detail, f"write {_usage(node)}")
    elif isinstance(node, nodes.Filter) and node.name == IMAGE:
        yield from _judge_image(node)


def _judge_image(node: nodes.Filter) -> Iterator[Finding]:
    match node.node:
        case nodes.Const(value=str() as address):
            fault = address_fault(address)
        case _:
            fault = "it is no text in quotes: a contact's data could choose who is asked"
    if fault:
        detail = f"the address of this image cannot be signed: {fault}"
        yield Finding(node.lineno, "image-address", detail, f"write {_usage(node)}")
    if any(pair.key == SIGNATURE for pair in node.kwargs):
        detail = f"`{SIGNATURE}` is the name of the signature"
        yield Finding(node.lineno, "image-name", detail, "choose another name")
    if len(node.kwargs) > IMAGE_VALUES:
        detail = f"an image takes at most {IMAGE_VALUES} values"
        yield Finding(node.lineno, "image-values", detail, "write constants into its address")


def _fits(node: nodes.Filter | nodes.Test) -> bool:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return False
    names = [str(pair.key) for pair in node.kwargs]
    if isinstance(node, nodes.Test):
        return not names and len(node.args) == (node.name in COMPARISON_TESTS)
    try:
        inspect.signature(_FILTERS[node.name]).bind(0, *node.args, **dict.fromkeys(names))
    except TypeError:
        return False
    return len(set(names)) == len(names)


def _usage(node: nodes.Filter | nodes.Test) -> str:
    if isinstance(node, nodes.Test):
        return f"`x is {node.name}{' y' if node.name in COMPARISON_TESTS else ''}`"
    if node.name == IMAGE:
        return """`"https://img.example/hello.png"|image(name=contact.first_name)`"""
    taken = [str(name) for name in inspect.signature(FILTERS[node.name]).parameters][1:]
    return f"`x|{node.name}({', '.join(taken)})`" if taken else f"`x|{node.name}`"


def _judge_constant(node: nodes.Const) -> Iterator[Finding]:
    value = node.value
    if isinstance(value, int | float) and abs(value) >= 10**NUMBER_DIGITS:
        yield Finding(node.lineno, "number", "the number is too large", "use a smaller one")
    if isinstance(value, str) and CONTROL.search(value):
        detail = "a text in quotes holds an escape for a character that cannot be shown"
        yield Finding(node.lineno, "control-character", detail, "delete it")


def _refused(node: nodes.Node) -> Finding:
    code, hint = HINTS.get(type(node), _OTHERWISE)
    return Finding(node.lineno, code, f"{_called(node)} is not available in templates", hint)


def _called(node: nodes.Node) -> str:
    operator = getattr(node, "operator", None)
    return f"the operator {operator}" if operator else f"`{type(node).__name__.lower()}`"


def _too_complex(node: nodes.Node) -> Finding:
    detail = f"nested deeper than {DEPTH} levels or larger than {NODES} parts"
    return Finding(node.lineno, "too-complex", detail, "split the expression, or simplify it")
