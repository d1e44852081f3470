"""Explores the model of the protocol and says what was found: `make model`.

RULE=claim_free also prints how the lack of one rule breaks a promise, step by step.
"""

import os
import sys
from time import monotonic

from tests.model.explore import Explored, explore
from tests.model.promises import PROMISES
from tests.model.rules import Rule
from tests.model.worlds import REFUTATIONS, SMALL, WIDE


def main() -> int:
    """Explore every world, then every world that lacks a rule."""
    begun = monotonic()
    print("What is promised:")
    for promise in PROMISES:
        print(f"  {promise}")
    right = [_keeps(), _refuted(os.environ.get("RULE", ""))]
    print(f"\n{monotonic() - begun:.0f} s in all.")
    return 0 if all(right) else 1


def _keeps() -> bool:
    print(f"\n{'with all rules':<46} {'states':>9} {'moves':>9}")
    states = moves = 0
    kept = True
    for world in (*SMALL, *WIDE):
        found = explore(world)
        print(f"  {world.name:<44} {found.states:>9,} {found.moves:>9,}  {found.broken or 'kept'}")
        _print_trace(found)
        states, moves = states + found.states, moves + found.moves
        kept &= not found.broken
    print(f"  {'in all':<44} {states:>9,} {moves:>9,}")
    return kept


def _refuted(asked: str) -> bool:
    print(f"\n{'without one rule':<74} {'steps':>5}  breaks")
    refuted = True
    for rule in Rule:
        refutation = REFUTATIONS[rule]
        found = explore(refutation.lacking(rule))
        backing = f" (and not: {refutation.backing.value})" if refutation.backing else ""
        steps = len(found.trace)
        print(f"  {rule.value:<72} {steps:>5}  {found.broken or 'NOTHING'}{backing}")
        if rule.name.lower() == asked:
            _print_trace(found)
        refuted &= bool(found.broken)
    return refuted


def _print_trace(found: Explored) -> None:
    for number, step in enumerate(found.trace, start=1):
        print(f"    {number:>3}. {step}")


sys.exit(main())
