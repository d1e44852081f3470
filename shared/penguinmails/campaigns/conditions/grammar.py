"""Read a condition's tokens into an expression, by recursive descent.

either   = every {"||" every}
every    = relation {"&&" relation}
relation = operand [("==" | "!=" | "<" | "<=" | ">" | ">=") operand | "in" choices]
operand  = "!" operand | "(" either ")" | literal | path
choices  = "[" [literal {"," literal}] "]" | path
path     = "contact" "." name {"." name} ["." method "(" text ")"] | "steps" "." name "." name
"""

from collections.abc import Callable
from difflib import get_close_matches

from penguinmails.campaigns.conditions.expression import (
    Attribute,
    Choices,
    Comparison,
    Either,
    Engagement,
    Every,
    Expression,
    Literal,
    Membership,
    Method,
    Not,
    Operator,
    Signal,
    TextTest,
)
from penguinmails.campaigns.conditions.tokens import ConditionError, Kind, Token, tokens

MAX_DEPTH = 32
_KEYWORD_VALUES = {"true": True, "false": False, "null": None}
_JOINING = {"and": "&&", "or": "||", "AND": "&&", "OR": "||", "not": "!", "NOT": "!"}
_ORDERING = frozenset({Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST})
_TAGS = Attribute(("tags",))


def read(text: str) -> Expression:
    """Give what the text says; raise ConditionError at the column where it cannot be read."""
    return _Reader(tuple(tokens(text))).condition()


class _Reader:
    def __init__(self, found: tuple[Token, ...]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    def condition(self) -> Expression:
        start = self._next
        if start.kind is Kind.END:
            raise ConditionError(1, "the condition is empty; write one, or `else` for the rest")
        expression = _truth(start, self._either())
        if self._next.kind is not Kind.END:
            raise _unexpected(self._next)
        return expression

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += token.kind is not Kind.END
        return token

    def _took(self, *signs: str) -> Token | None:
        return self._take() if self._next.is_sign(*signs) else None

    def _demand(self, sign: str) -> None:
        if not self._took(sign):
            detail = f"expected `{sign}`, found {self._next.shown()}"
            raise ConditionError(self._next.column, detail)

    def _either(self) -> Expression:
        return self._joined("||", self._every, Either)

    def _every(self) -> Expression:
        return self._joined("&&", self._relation, Every)

    def _joined(
        self,
        sign: str,
        read_one: Callable[[], Expression],
        join: Callable[[tuple[Expression, ...]], Expression],
    ) -> Expression:
        operands = [(self._next, read_one())]
        while self._took(sign):
            operands.append((self._next, read_one()))
        if len(operands) == 1:
            return operands[0][1]
        return join(tuple(_truth(start, operand) for start, operand in operands))

    def _relation(self) -> Expression:
        start = self._next
        left = self._operand()
        sign = self._took("in", *Operator)
        if sign is None:
            return left
        _refuse_bare_not(start)
        found = self._membership(left) if sign.value == "in" else self._comparison(left, sign)
        if self._next.is_sign("in", *Operator):
            raise ConditionError(self._next.column, "comparisons do not chain; join them with &&")
        return found

    def _comparison(self, left: Expression, sign: Token) -> Comparison:
        start = self._next
        right = self._operand()
        _refuse_bare_not(start)
        found = Comparison(left, Operator(sign.value), right)
        if found.operator in _ORDERING and (_orderless(left) or _orderless(right)):
            raise ConditionError(sign.column, "true, false and null have no order; write == or !=")
        return found

    def _membership(self, value: Expression) -> Membership:
        start = self._next
        if self._took("["):
            return Membership(value, self._choices())
        choices = self._operand()
        if isinstance(choices, Attribute):
            return Membership(value, choices)
        raise ConditionError(start.column, 'after `in` write a list ["a", "b"] or contact.tags')

    def _choices(self) -> Choices:
        values: list[Literal] = []
        while not self._took("]"):
            if values:
                self._demand(",")
            values.append(self._choice())
        return Choices(tuple(values))

    def _choice(self) -> Literal:
        token = self._take()
        value = _literal(token)
        if value.value is None:
            raise ConditionError(token.column, "null cannot be in a list; compare with == null")
        return value

    def _operand(self) -> Expression:
        token = self._take()
        if token.is_sign("!"):
            start = self._next
            return Not(_truth(start, self._deeper(token, self._operand)))
        if token.is_sign("("):
            inner = self._deeper(token, self._either)
            self._demand(")")
            return inner
        return self._path(token) if token.kind is Kind.NAME else _literal(token)

    def _deeper(self, token: Token, read_inner: Callable[[], Expression]) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            detail = f"parentheses and ! nest at most {MAX_DEPTH} deep; simplify the condition"
            raise ConditionError(token.column, detail)
        inner = read_inner()
        self._depth -= 1
        return inner

    def _path(self, root: Token) -> Expression:
        names: list[Token] = []
        while self._took("."):
            names.append(self._name())
        if self._next.is_sign("("):
            return self._text_test(root, names)
        return _named(root, names)

    def _name(self) -> Token:
        token = self._take()
        if token.kind is not Kind.NAME:
            raise ConditionError(token.column, f"expected a name, found {token.shown()}")
        return token

    def _text_test(self, root: Token, names: list[Token]) -> TextTest:
        called = names.pop() if names else root
        if called.value not in set(Method) or called is root:
            raise ConditionError(called.column, _no_call(called))
        subject = _named(root, names)
        if not isinstance(subject, Attribute):
            raise ConditionError(called.column, f"{called.value} asks about a text of the contact")
        if subject == _TAGS:
            raise ConditionError(root.column, 'tags are a list; write "name" in contact.tags')
        self._demand("(")
        argument = self._take()
        if argument.kind is not Kind.TEXT:
            detail = f"{called.value} takes a text in quotes, found {argument.shown()}"
            raise ConditionError(argument.column, detail)
        self._demand(")")
        return TextTest(subject, Method(called.value), argument.value)


def _literal(token: Token) -> Literal:
    match token.kind:
        case Kind.TEXT:
            return Literal(token.value)
        case Kind.NUMBER:
            return Literal(float(token.value) if "." in token.value else int(token.value))
        case Kind.KEYWORD if token.value in _KEYWORD_VALUES:
            return Literal(_KEYWORD_VALUES[token.value])
        case _:
            raise _unexpected(token)


def _named(root: Token, names: list[Token]) -> Attribute | Engagement:
    match root.value:
        case "contact" if names:
            return Attribute(tuple(name.value for name in names))
        case "contact":
            raise ConditionError(root.column, "name an attribute: contact.industry")
        case "steps":
            return _engagement(root, names)
        case _:
            raise ConditionError(root.column, _unknown(root))


def _engagement(root: Token, names: list[Token]) -> Engagement:
    if len(names) != len(("step", "signal")):
        detail = "name a step and what happened to its email: steps.intro.opened"
        raise ConditionError(root.column, detail)
    step, signal = names
    if signal.value not in set(Signal):
        detail = f"an email is never {signal.shown()}, but {', '.join(Signal)}"
        raise ConditionError(signal.column, detail + _suggestion(signal.value, list(Signal)))
    return Engagement(step.value, Signal(signal.value))


def _unknown(word: Token) -> str:
    if word.value in set(Signal):
        return f"opened, clicked and so on need the step: write steps.<step>.{word.value}"
    suggestion = _suggestion(word.value, ["contact", "steps", "true", "false", "null"])
    return f"unknown name {word.shown()}; names start with `contact.` or `steps.`{suggestion}"


def _no_call(called: Token) -> str:
    return f"nothing is called here but {', '.join(Method)}" + _suggestion(
        called.value, list(Method)
    )


def _suggestion(written: str, known: list[str]) -> str:
    close = get_close_matches(written[:40], known, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def _unexpected(token: Token) -> ConditionError:
    if token.value in _JOINING and token.kind is Kind.NAME:
        return ConditionError(token.column, f"write {_JOINING[token.value]} for {token.value}")
    return ConditionError(token.column, f"did not expect {token.shown()} here")


def _truth(start: Token, expression: Expression) -> Expression:
    if isinstance(expression, Literal) and not isinstance(expression.value, bool):
        detail = f"{start.shown()} is neither true nor false; compare it with something"
        raise ConditionError(start.column, detail)
    return expression


def _refuse_bare_not(start: Token) -> None:
    if start.is_sign("!"):
        raise ConditionError(start.column, "put what ! denies in parentheses: !(a == b)")


def _orderless(side: Expression) -> bool:
    return isinstance(side, Literal) and (side.value is None or isinstance(side.value, bool))
