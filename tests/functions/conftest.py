"""A small world in memory, and the functions as they run in it."""

from collections.abc import Iterator

import pytest

from tests.functions.running import Functions, settle_in
from tests.world import World


@pytest.fixture
def world() -> World:
    """Give an empty world; a test module may have another kind of house by this name."""
    return World()


@pytest.fixture
def functions(world: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    """Give the functions of that house; at the end, what they printed is looked at."""
    settle_in(world, monkeypatch)
    made = Functions()
    yield made
    made.check()
