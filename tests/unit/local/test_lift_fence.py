"""Lifting the fence by hand: what an operator is told."""

import sys
from dataclasses import dataclass

import pytest

from penguinmails.bootstrap import House
from penguinmails.local import lift_fence
from tests.simulation.steps import email, wait
from tests.world import World


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Gives a house that is there already."""

    found: House

    def house(self) -> House:
        return self.found


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Give the world whose fence is lifted."""
    made = World()
    monkeypatch.setattr(lift_fence, "bootstrap", Bootstrap(made))
    monkeypatch.setattr(lift_fence, "environment_of", lambda _stack: {})
    return made


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["lift-fence", *arguments])
    return lift_fence.main()


def test_an_operator_can_look_before_lifting(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--look") == 0
    assert "no fence stands" in capsys.readouterr().out
    world.restore(world.backup(), "core", "holds")
    assert run(monkeypatch, "--look") == 0
    assert "Nothing is sent: core, holds are not what Core knows" in capsys.readouterr().out


def test_an_operator_is_told_who_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.people(3)
    world.launched([email("a"), wait("1 day"), email("b")])
    world.restore(world.backup(), "enrollments")
    world.pass_time(days=2)
    assert run(monkeypatch) == 0
    said = capsys.readouterr().out
    assert "enrollments is now what Core knows" in said
    assert "what 1 campaigns held back; 3 people are due" in said
    world.settle()
    assert len(world.sent()) == 6


def test_an_operator_is_told_of_a_table_that_is_not_there_yet(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.restore(world.backup())
    world.tables["holds"].table_id = ""
    assert run(monkeypatch) == 1
    assert "was not lifted: there is no table for holds yet" in capsys.readouterr().err
