"""Does the same deeds to a table in memory and to others, and says where their answers differ."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context
from random import Random
from typing import Any

from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Table
from tests.engines.deeds import Deed, deed

STORY = 20
"""Deeds that are done to one set of tables; then come new ones."""
READS = {"get", "get_many", "query", "scan"}
EMULATORS_DIGITS = Context(prec=28)
LONGEST = 10**37

NewTable = Callable[[], Table]


@dataclass(frozen=True, slots=True)
class Difference:
    """A known one: whose answer differs from that of memory and of DynamoDB, when, and why."""

    engines: frozenset[str]
    reason: str
    covers: Callable[[Deed, Any, Any], bool]


def _is_unrefused(done: Deed, expected: object, found: object) -> bool:
    """Tell whether a page was asked for that starts outside of its query, and came."""
    return done.method == "query" and expected == "refused" != found


def _is_lax_removal(done: Deed, expected: object, found: object) -> bool:
    """Tell whether something was to be removed from what is no map, and nothing happened."""
    if done.method != "update" or expected != "refused" or found == "refused":
        return False
    return any("." in path for path in done.arguments[1].remove)


def _is_rounded(done: Deed, expected: Any, found: Any) -> bool:  # noqa: ANN401 - any answer
    """Tell whether the answers are the same but for a sum that was rounded."""
    if not (done.method == "update" and isinstance(expected, dict) and isinstance(found, dict)):
        return False
    if "n" not in done.arguments[1].add or "n" not in found:
        return False
    rounded = int(EMULATORS_DIGITS.create_decimal(expected["n"][1]))
    return bool(found == expected | {"n": (int, rounded)})


def _is_too_long(done: Deed, expected: object, found: Any) -> bool:  # noqa: ANN401 - any answer
    """Tell whether a sum came that has more digits than a table keeps."""
    if done.method != "update" or expected != "refused" or not isinstance(found, dict):
        return False
    return "n" in done.arguments[1].add and abs(found["n"][1]) >= LONGEST


DIFFERENCES = [
    Difference(
        frozenset({"dynoxide"}),
        "It lets a page start outside of its query, which DynamoDB refuses.",
        _is_unrefused,
    ),
    Difference(
        frozenset({"emulator", "dynoxide"}),
        "They pass over a removal inside of what is no map, which DynamoDB refuses.",
        _is_lax_removal,
    ),
    Difference(
        frozenset({"emulator"}),
        "It rounds the sums of ADD to 28 digits, of which DynamoDB keeps 38; ours are counters.",
        _is_rounded,
    ),
    Difference(
        frozenset({"emulator", "dynoxide"}),
        "They round sums of ADD that have more than 38 digits; DynamoDB's manual does not say.",
        _is_too_long,
    ),
]


@dataclass(frozen=True, slots=True)
class Surprise:
    """The deeds that lead to an answer that no known difference covers, and that answer."""

    story: Sequence[Deed]
    engine: str
    expected: object
    found: object

    def __str__(self) -> str:
        """Write it as somebody would try it again."""
        lines = [f"{number}. {done}" for number, done in enumerate(self.story, 1)]
        return "\n".join(
            [*lines, f"memory answers {self.expected}", f"{self.engine} answers {self.found}"]
        )


@dataclass(slots=True)
class Findings:
    """What came of many stories."""

    deeds: int = 0
    methods: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    surprise: Surprise | None = None


def compare(engines: Mapping[str, NewTable], seed: int, deeds: int) -> Findings:
    """Do so many random deeds, the same for a seed, and stop at the first surprise."""
    dice, findings = Random(seed), Findings()
    while findings.deeds < deeds and findings.surprise is None:
        story = [deed(dice) for _ in range(STORY)]
        findings.surprise = _play(story, engines, findings)
    if findings.surprise is not None:
        findings.surprise = _shortened(findings.surprise, engines)
    return findings


def _play(
    story: Sequence[Deed], engines: Mapping[str, NewTable], findings: Findings
) -> Surprise | None:
    """Do a story's deeds until tables are known to hold different things, or to their end."""
    memory, tables = MemoryTable(), {name: new() for name, new in engines.items()}
    for number, done in enumerate(story, 1):
        expected = done.done_to(memory)
        findings.deeds += 1
        findings.methods[done.method] += 1
        differing = [
            (name, found)
            for name, table in tables.items()
            if (found := done.done_to(table)) != expected
        ]
        for name, found in differing:
            known = _known(name, done, expected, found)
            if known is None:
                return Surprise(story[:number], name, expected, found)
            findings.known[known.reason] += 1
        if differing and done.method not in READS:
            return None
    return None


def _known(engine: str, done: Deed, expected: object, found: object) -> Difference | None:
    fitting = (
        each
        for each in DIFFERENCES
        if engine in each.engines and each.covers(done, expected, found)
    )
    return next(fitting, None)


def _shortened(surprise: Surprise, engines: Mapping[str, NewTable]) -> Surprise:
    """Leave out each deed without which the same engine still surprises."""
    alone = {surprise.engine: engines[surprise.engine]}
    for shorter in _shorter(surprise.story):
        found = _play(shorter, alone, Findings())
        if found is not None:
            return _shortened(found, engines)
    return surprise


def _shorter(story: Sequence[Deed]) -> Iterator[Sequence[Deed]]:
    return ([*story[:left_out], *story[left_out + 1 :]] for left_out in range(len(story) - 1))
