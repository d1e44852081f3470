"""Which values of a template would leave a gap where a person lacks them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jinja2 import nodes

from penguinmails.contacts.contact import Contact
from penguinmails.properties.names import names_of
from penguinmails.templates.context import context_for
from penguinmails.templates.images import IMAGE
from penguinmails.templates.language import nearest
from penguinmails.templates.sandbox import PLAIN
from penguinmails.templates.template import Template
from penguinmails.templates.variables import dotted, loop_names, paths

_DEFAULTS: Final = frozenset({"default", "d"})
_OWN: Final = frozenset({"unsubscribe_url", "sender_postal_address", "contact"})
_Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Need:
    """A value that is written out: this path, or else one of the paths after it.

    Paths are as of `contact`, in snake_case: `firstName` and `contact.first_name` are one.
    """

    path: str
    instead: tuple[str, ...] = ()

    def met_by(self, contact: _Values) -> bool:
        """Tell whether there is something to write."""
        return any(_found(contact, path) for path in (self.path, *self.instead))


def needs(template: Template) -> frozenset[Need]:
    """List what a checked template writes without a fallback, in any of its languages."""
    languages = (template, *map(template.in_language, template.variants))
    return frozenset(need for one in languages for need in _needs_of(one))


def needs_by_field(fields: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[Need]]:
    """List the same for each of some checked fields, which come with their sources."""
    return {name: frozenset(_needs_of_source(source)) for name, source in fields}


def missing_in(template: Template, contacts: Iterable[Contact]) -> Mapping[str, int]:
    """Count, for each variable of a checked template, the people whose email would have a gap."""
    by_tag = {tag: _needs_of(template.in_language(tag)) for tag in ("", *template.variants)}
    counted: Counter[str] = Counter()
    for contact in contacts:
        tag = nearest(contact.locale, template.variants)
        counted.update(gaps(by_tag[tag], context_for(contact)))
    return dict(counted.most_common())


def gaps(wanted: Iterable[Need], context: _Values) -> frozenset[str]:
    """Give the variables of these that a person's data leaves empty."""
    contact = context.get("contact")
    known = contact if isinstance(contact, Mapping) else {}
    return frozenset(need.path for need in wanted if not need.met_by(known))


def _needs_of(template: Template) -> frozenset[Need]:
    sources = (template.subject, template.preview_text, template.html, template.text)
    return frozenset(need for source in sources for need in _needs_of_source(source))


def _needs_of_source(source: str) -> Iterator[Need]:
    if "{" in source:
        tree = PLAIN.parse(source)
        yield from _Reader(loop_names(tree) | {"loop"}).read(tree)


class _Reader:
    """Walks through one tree; what a condition asks for is not a gap where it holds."""

    def __init__(self, local: set[str]) -> None:
        self._local = local

    def read(self, node: nodes.Node, asked: frozenset[str] = frozenset()) -> Iterator[Need]:
        match node:
            case nodes.If():
                yield from self._read_if(node, asked)
            case nodes.For():
                yield from self._read_all(node.body, asked)
                yield from self._read_all(node.else_, asked)
            case nodes.Output():
                for written in node.nodes:
                    yield from self._written(written, asked)
            case _:
                yield from self._read_all(node.iter_child_nodes(), asked)

    def _read_all(self, all_: Iterable[nodes.Node], asked: frozenset[str]) -> Iterator[Need]:
        for node in all_:
            yield from self.read(node, asked)

    def _read_if(self, node: nodes.If, asked: frozenset[str]) -> Iterator[Need]:
        there = asked | self._asked(node.test)
        holds, fails = (asked, there) if isinstance(node.test, nodes.Not) else (there, asked)
        yield from self._read_all(node.body, holds)
        yield from self._read_all(node.elif_, fails)
        yield from self._read_all(node.else_, fails)

    def _written(self, node: nodes.Node, asked: frozenset[str]) -> Iterator[Need]:
        """Give what an expression needs to be more than nothing."""
        match node:
            case nodes.Filter(name=name, args=args) if name in _DEFAULTS:
                yield from self._else(node.node, args[0] if args else None, asked)
            case nodes.Or():
                yield from self._else(node.left, node.right, asked)
            case nodes.CondExpr():
                there = asked | self._asked(node.test)
                yield from self._written(node.expr1, there)
                yield from self._written(node.expr2, asked) if node.expr2 else ()
            case nodes.Filter(name=name, kwargs=pairs) if name == IMAGE:
                for pair in pairs:
                    yield from self._written(pair.value, asked)
            case nodes.Filter(node=inner) if inner is not None:
                yield from self._written(inner, asked)
            case nodes.Name() | nodes.Getattr() | nodes.Getitem() if dotted(node):
                path = self._path(dotted(node))
                yield from () if not path or path in asked else (Need(path),)
            case nodes.Test() | nodes.Compare() | nodes.Not():
                return
            case _:
                for child in node.iter_child_nodes():
                    yield from self._written(child, asked)

    def _else(
        self, node: nodes.Node | None, instead: nodes.Node | None, asked: frozenset[str]
    ) -> Iterator[Need]:
        """Give a value's needs together with those of its fallback; text is one that is there."""
        second = [] if instead is None else list(self._written(instead, asked))
        if not second or node is None:
            return
        others = tuple(path for need in second for path in (need.path, *need.instead))
        for need in self._written(node, asked):
            yield Need(need.path, (*need.instead, *others))

    def _asked(self, test: nodes.Node) -> frozenset[str]:
        wrapped = nodes.Template([nodes.Output([test])])
        return frozenset(filter(None, map(self._path, paths(wrapped))))

    def _path(self, path: str) -> str:
        """Write a path as of `contact`; empty for what is no data of the contact."""
        root, _, rest = path.partition(".")
        if root in self._local:
            return ""
        if root == "contact":
            root, _, rest = rest.partition(".")
        first = names_of(root)[0]
        return "" if not root or first in _OWN else ".".join(filter(None, (first, rest)))


def _found(contact: _Values, path: str) -> bool:
    found: object = contact
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found is not None and found not in ("", [], {})
