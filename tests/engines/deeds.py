"""What may be done to a table: every method of the port, drawn at random with odd values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Item,
    Key,
    Op,
    Page,
    Table,
    Value,
    key_of,
)

SEGMENTS = 2


@dataclass(frozen=True, slots=True)
class Deed:
    """One call of the port; a failure shows it as it would be written."""

    method: str
    arguments: tuple[Any, ...]
    named: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Write the call."""
        parts = [repr(each) for each in self.arguments]
        parts += [f"{name}={each!r}" for name, each in self.named.items()]
        return f"{self.method}({', '.join(parts)})"

    def done_to(self, table: Table) -> object:
        """Give what came of it: the answer, or which error, and what stood there."""
        try:
            return told_apart(self._answer(table))
        except ConditionFailed as failure:
            return ["not as expected", told_apart(failure.item)]
        except ValueError:
            return "refused"

    def _answer(self, table: Table) -> object:
        match self.method:
            case "scan":
                return sorted(walked(table, *self.arguments), key=key_of)
            case "get_many":
                return sorted(table.get_many(*self.arguments), key=key_of)
            case "insert_many":
                return sorted(table.insert_many(*self.arguments))
            case _:
                return getattr(table, self.method)(*self.arguments, **self.named)


def walked(table: Table, limit: int) -> Iterator[Item]:
    """Walk the whole table; engines choose what lies in which segment, and in which order."""
    for segment in range(SEGMENTS):
        page = table.scan(segment=segment, segments=SEGMENTS, after=None, limit=limit)
        yield from page.items
        while page.after:
            page = table.scan(segment=segment, segments=SEGMENTS, after=page.after, limit=limit)
            yield from page.items


def told_apart(found: object) -> object:
    """Make true and 1, which are equal, differ."""
    match found:
        case dict():
            return {name: told_apart(inner) for name, inner in found.items()}
        case list() | tuple():
            return [told_apart(inner) for inner in found]
        case frozenset():
            return found
        case Page():
            return [told_apart(list(found.items)), found.after]
        case _:
            return type(found), found


# ---- values

KEYS = [Key(pk, sk) for pk in ("p", "q") for sk in ("a", "aa", "b", "é", "🐧")]
ODD_KEYS = [Key("", "a"), Key("p", ""), Key("p", "x" * 1025), Key("é" * 1025, "a")]
WHOLE = [-3, -1, 0, 1, 2, 3, 10**20, 10**37, int("9" * 38), -(2**126), 10**125, 9 * 10**125]
BROKEN = [0.5, 0.1, -0.7, 2.0, 1e-7, 1.5e-130, 1 / 3]
"""Never under `n`, to which large numbers are added: a float does not hold such a sum."""
TEXTS = ["", "a", "b", "Zoë 🐧", "中", "\x00", "\n\"'", "ß" * 40, "\ufffd", "A"]
RAW = [b"", b"a", b"b", bytes(range(256))]
ELEMENTS = ["a", "b", "c", "", "é🐧"]
INNER_NAMES = ["a", "b", "", "é", "a.b"]
NAMES = ["t", "m", "x", "status", "with space", "a-b", "é", "#x", ":y", "m.a", "it's", '"']
PATHS = ["n", "s", "t", "m", "x", "m.a", "m.b", "m.a.a", "n.a", "x.y", "status", "a-b", "pk", "sk"]
REMOVED = ["n", "s", "m", "x", "m.a", "m.b", "m.a.a", "x.a", "t.a", "status", "a-b"]
UNKEEPABLE: list[Value] = [
    int("1" * 39),
    10**126,
    1e-131,
    float("nan"),
    float("inf"),
    frozenset(),
    [frozenset()],
]

ONCE_IN = 20
"""How rarely a key or a value is one that no table takes."""


def key(dice: Random) -> Key:
    return dice.choice(KEYS) if dice.randrange(ONCE_IN) else dice.choice(ODD_KEYS)


def number(dice: Random) -> Value:
    return dice.choice([whole(dice), dice.choice(BROKEN)])


def whole(dice: Random) -> int:
    return dice.choice([*WHOLE[:6], dice.choice(WHOLE)])


def some(dice: Random, names: list[str], most: int) -> list[str]:
    return dice.sample(names, dice.randint(0, most))


def elements(dice: Random) -> frozenset[str]:
    return frozenset(dice.sample(ELEMENTS, dice.randint(1, 3)))


def plain(dice: Random) -> Value:
    kinds: list[Callable[[], Value]] = [
        lambda: None,
        lambda: dice.choice([True, False]),
        lambda: number(dice),
        lambda: dice.choice(TEXTS),
        lambda: dice.choice(RAW),
        lambda: elements(dice),
    ]
    return dice.choice(kinds)()


def value(dice: Random, depth: int = 3) -> Value:
    match dice.randrange(4) if depth else 0:
        case 3:
            return {name: value(dice, depth - 1) for name in some(dice, INNER_NAMES, 3)}
        case 2:
            return [value(dice, depth - 1) for _ in range(dice.randrange(3))]
        case _:
            return plain(dice)


def attributes(dice: Random) -> dict[str, Value]:
    """Give attributes of the types that their names are used with, or of any."""
    if not dice.randrange(ONCE_IN):
        return {"x": dice.choice(UNKEEPABLE)}
    if dice.randrange(2):
        return {name: value(dice) for name in some(dice, NAMES, 3)}
    usual: dict[str, Value] = {
        "n": whole(dice),
        "s": elements(dice),
        "t": dice.choice(TEXTS),
        "m": value(dice),
    }
    return {name: usual[name] for name in some(dice, [*usual], 3)}


def item(dice: Random) -> Item:
    chosen = key(dice)
    return {**attributes(dice), "pk": chosen.pk, "sk": chosen.sk}


# ---- conditions and changes


def condition(dice: Random) -> Condition:
    path = dice.choice(PATHS)
    op: Op = dice.choice([*Op])
    match op:
        case Op.EQUALS | Op.DIFFERS:
            return Condition(path, op, value(dice))
        case Op.ONE_OF:
            return Condition(path, op, [value(dice) for _ in range(dice.randint(1, 3))])
        case Op.BELOW:
            return Condition(path, op, dice.choice([number(dice), *TEXTS, *RAW[:2]]))
        case Op.LACKS:
            return Condition(path, op, dice.choice(["a", "b", "é🐧"]))
        case Op.SMALLER:
            return Condition("s", op, dice.randrange(4))
        case Op.ABSENT | Op.PRESENT:
            return Condition(path, op)


def expected(dice: Random) -> list[Condition]:
    return [condition(dice) for _ in range(dice.choice([0, 0, 1, 2]))]


def change(dice: Random) -> Change:
    """Give a change that the port itself does not refuse for touching something twice."""
    while True:
        added: dict[str, int | frozenset[str]] = {
            "n": whole(dice),
            "s": elements(dice),
            "x": elements(dice) if dice.randrange(2) else 1,
        }
        add = {name: added[name] for name in some(dice, [*added], 2)}
        try:
            return Change(attributes(dice), some(dice, REMOVED, 2), add, expected(dice))
        except ValueError:
            continue


# ---- calls


def query(dice: Random) -> Deed:
    pk, prefix = dice.choice(["p", "q", "nobody"]), dice.choice(["", "", "a", "é", "z"])
    named: dict[str, object] = {
        "prefix": prefix,
        "limit": dice.randint(1, 6),
        "newest_first": dice.choice([True, False]),
    }
    after = dice.choice([None, dice.choice(KEYS), Key(pk, prefix + dice.choice("abz"))])
    return Deed("query", (pk,), named | ({"after": after} if after else {}))


def insertion(dice: Random) -> Deed:
    several = {key_of(one): one for one in items(dice)}
    return Deed("insert_many", ([*several.values()],))


def items(dice: Random) -> list[Item]:
    return [item(dice) for _ in range(dice.randrange(5))]


CALLS: list[Callable[[Random], Deed]] = [
    lambda dice: Deed("put", (item(dice), *expected(dice))),
    lambda dice: Deed("put_many", (items(dice),)),
    insertion,
    lambda dice: Deed("update", (key(dice), change(dice))),
    lambda dice: Deed("update", (dice.choice(KEYS), change(dice))),
    lambda dice: Deed("update", (dice.choice(KEYS), change(dice))),
    lambda dice: Deed("delete", (key(dice),)),
    lambda dice: Deed("get", (key(dice),)),
    lambda dice: Deed("get_many", (dice.choices(KEYS, k=dice.choice([0, 1, 5, 120])),)),
    query,
    lambda dice: Deed("scan", (dice.randint(1, 6),)),
]


def deed(dice: Random) -> Deed:
    """Draw one call."""
    return dice.choice(CALLS)(dice)
