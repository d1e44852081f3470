"""Each promise of a port is asked of the fake in memory and of the real adapter in an emulator."""

from collections.abc import Iterator
from functools import cache

import pytest

from penguinmails.local.clients import Account
from penguinmails.local.emulator import Emulator, running_emulator
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Table
from tests.contract.places import Place, Tables


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def place(emulator: Emulator) -> Place:
    """Give an account; tests share it, as a client takes longer to make than a table."""
    return Place(Account(emulator.endpoint, "000000000001"))


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.emulator)])
def tables(request: pytest.FixtureRequest) -> Tables:
    """Give empty tables by name: all in memory, or all in the emulator."""
    if request.param == "memory":
        return cache(lambda _name: MemoryTable())
    place: Place = request.getfixturevalue("place")
    return cache(place.new_table)


@pytest.fixture
def table(tables: Tables) -> Table:
    """Give one empty table."""
    return tables("contract")
