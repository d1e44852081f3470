"""The Jinja2 environments templates run in: data only, every step and every string metered."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, cast

from jinja2 import Template as JinjaTemplate
from jinja2 import nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from penguinmails.templates import filters
from penguinmails.templates.images import IMAGE, Sign, signed_image
from penguinmails.templates.limits import IMAGE_WORK, Meter, collect
from penguinmails.templates.urls import web_url
from penguinmails.templates.values import Missing, added, negated, subtracted, written

if TYPE_CHECKING:
    from types import CodeType

METER = " meter"
SIGN = " sign"
"""The value that signs the addresses of images."""
STEPS = " steps"
CHECKED_LINK = "checked_link"
CHECKED_IMAGE = "checked_image"
# A value this short is not charged for: a loop's steps bound how often that happens.
FREE = 128
LOOP_FACTS = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})


class DataEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which an attribute is a key of an object and nothing else."""

    intercepted_binops = frozenset({"+", "-"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, *, escapes: bool) -> None:
        super().__init__(autoescape=escapes, undefined=Missing, finalize=written, cache_size=0)
        self.globals.clear()
        known = filters.FILTERS if escapes else filters.PLAIN_FILTERS
        self.filters = {name: _metered(function) for name, function in known.items()}
        self.filters |= {f" {name}": _compared(test) for name, test in filters.COMPARISONS.items()}
        self.filters[STEPS] = _steps
        self.filters[CHECKED_LINK] = _checked_or("#")
        self.filters[CHECKED_IMAGE] = _checked_or("")
        self.filters[IMAGE] = _image
        self.tests = dict(filters.TESTS) | {
            name: _compared(filters.COMPARISONS[kind])
            for name, kind in filters.COMPARISON_TESTS.items()
        }

    def getattr(self, obj: object, attribute: str) -> object:
        """Look a key up; of a loop also its position."""
        if isinstance(obj, dict):
            return obj.get(attribute, _MISSING)
        if type(obj) is LoopContext and attribute in LOOP_FACTS:
            return getattr(obj, attribute)
        return _MISSING

    def getitem(self, obj: object, argument: object) -> object:
        """Look a key up, or an item of a list by its position."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        position = type(argument) is int and isinstance(obj, list) and argument
        if position is not False and isinstance(obj, list) and -len(obj) <= position < len(obj):
            return obj[position]
        return _MISSING

    def call(self, *_: object, **__: object) -> object:
        """Call nothing: the allowlist refuses calls, and this is behind it."""
        return _MISSING

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Add or subtract; the allowlist lets no other operator through."""
        if operator == "+":
            return added(meter_of(context), left, right)
        return subtracted(left, right)

    def call_unop(self, _: Context, operator: str, arg: object) -> object:
        """Turn a sign round."""
        return negated(arg) if operator == "-" else arg


class _Guard(NodeTransformer):
    """Rewrites what Jinja2 would leave to Python: comparisons, and the iteration of loops."""

    def visit_Compare(self, node: nodes.Compare) -> nodes.Expr:  # noqa: N802 - the visitor's name
        """Turn `a < b < c` into guarded calls joined by `and`."""
        self.generic_visit(node)
        left, pairs = node.expr, []
        for operand in node.ops:
            pairs.append(_internal(f" {operand.op}", left, operand.expr))
            left = operand.expr
        joined: nodes.Expr = pairs[0]
        for pair in pairs[1:]:
            joined = nodes.And(joined, pair, lineno=node.lineno)
        return joined

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - the visitor's name
        """Let the loop take its items from the meter."""
        weight = sum(1 for child in (*node.body, *node.else_) for _ in child.find_all(nodes.Node))
        weight += 1 if node.test is None else 1 + sum(1 for _ in node.test.find_all(nodes.Node))
        self.generic_visit(node)
        items = cast("nodes.Expr", node.iter)
        node.iter = _internal(STEPS, items, nodes.Const(weight, lineno=node.lineno))
        return node


class Sheet:
    """One compiled template source: give it values, get text."""

    __slots__ = ("_template",)

    def __init__(self, source: str, environment: DataEnvironment) -> None:
        tree = _Guard().visit(environment.parse(source))
        code: CodeType = environment.compile(tree)
        self._template = JinjaTemplate.from_code(environment, code, {})

    def render(self, values: dict[str, object]) -> str:
        """Render with these values; they are read, never changed, but for the meter."""
        values[METER] = Meter()
        template = self._template
        return collect(template.root_render_func(template.new_context(values, shared=True)))


def meter_of(context: Context) -> Meter:
    """Give the meter of the rendering that is going on."""
    meter: Meter = context.parent[METER]
    return meter


def _metered(function: filters.Filter) -> Callable[..., object]:
    @pass_context
    def call(context: Context, value: object, *args: object, **kwargs: object) -> object:
        if not (isinstance(value, str) and len(value) <= FREE):
            meter_of(context).effort(_size(value))
        result = function(value, *args, **kwargs)
        if isinstance(result, str) and len(result) > FREE:
            meter_of(context).string(len(result))
        return result

    return call


def _compared(test: filters.Comparison) -> Callable[..., bool]:
    @pass_context
    def call(context: Context, left: object, right: object) -> bool:
        return test(meter_of(context), left, right)

    return call


@pass_context
def _steps(context: Context, value: object, weight: int) -> Iterable[object]:
    return meter_of(context).steps(_items(value), weight)


def _checked_or(instead: str) -> Callable[..., str]:
    @pass_context
    def check(context: Context, address: str) -> str:
        meter_of(context).string(len(address))
        marked = isinstance(address, Markup)
        url = web_url(address.unescape() if isinstance(address, Markup) else address) or instead
        return filters.escape(url) if marked else url

    return check


@pass_context
def _image(context: Context, address: object, /, **values: object) -> str:
    meter_of(context).effort(IMAGE_WORK * (1 + len(values)))
    sign: Sign = context.parent[SIGN]
    return signed_image(address, values, sign)


def _items(value: object) -> Iterator[object]:
    return iter(value) if isinstance(value, list | dict | str) else iter(())


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    return 50 * len(value) if isinstance(value, list) else 1


def _internal(name: str, value: nodes.Expr, argument: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(value, name, [argument], [], None, None, lineno=value.lineno)


_MISSING = Missing()
HTML = DataEnvironment(escapes=True)
PLAIN = DataEnvironment(escapes=False)
