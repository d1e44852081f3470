"""The protocol as a model: with all its rules no promise is ever broken; without any one, one is."""

from dataclasses import replace

import pytest

from tests.model.explore import explore
from tests.model.rules import Rule, World
from tests.model.worlds import REFUTATIONS, SMALL


@pytest.mark.parametrize("world", SMALL, ids=lambda world: world.name)
def test_with_all_its_rules_the_protocol_breaks_no_promise(world: World) -> None:
    """I-1 to I-5: in every order of steps, with every fault that the world allows."""
    _assert_kept(world)


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name.lower())
def test_without_one_of_its_rules_the_protocol_breaks_a_promise(rule: Rule) -> None:
    """I-1 to I-5: none of the rules is there for nothing."""
    refutation = REFUTATIONS[rule]
    found = explore(refutation.lacking(rule))
    assert found.broken.partition(":")[0] == refutation.breaks
    assert found.trace


@pytest.mark.parametrize(
    "rule", [rule for rule in Rule if REFUTATIONS[rule].backing], ids=lambda rule: rule.name.lower()
)
def test_where_two_rules_guard_one_promise_either_suffices(rule: Rule) -> None:
    """I-1 to I-5: what is taken for a second guard is one."""
    _assert_kept(replace(REFUTATIONS[rule].world, without=frozenset({rule})))


def _assert_kept(world: World) -> None:
    found = explore(world)
    assert not found.broken, "\n".join((found.broken, *found.trace))
