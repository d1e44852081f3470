"""Each promise of a port is asked of the fake in memory and of the real adapter in an emulator.

What speaks DynamoDB's protocol is asked of a second engine too, once `make test-engines` has
installed it.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from penguinmails.local.clients import Account
from penguinmails.local.emulator import Emulator, running_emulator
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Table
from tests.contract.places import Place, Tables
from tests.engines.dynoxide import is_installed, running_dynoxide

EMULATOR = pytest.param("emulator", marks=pytest.mark.emulator)
ENGINES = [pytest.param("dynoxide", marks=pytest.mark.engine)] if is_installed() else []
ACCOUNT = "000000000001"


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def place(emulator: Emulator) -> Place:
    """Give an account; tests share it, as a client takes longer to make than a table."""
    return Place(Account(emulator.endpoint, ACCOUNT))


@pytest.fixture(scope="session")
def second_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give an account of the second engine, which has tables only."""
    with running_dynoxide(tmp_path_factory.mktemp("dynoxide")) as endpoint:
        yield Place(Account(endpoint, ACCOUNT))


@pytest.fixture(params=[EMULATOR, *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    """Name an engine that has tables: the emulator, or the second one."""
    return str(request.param)


@pytest.fixture
def table_place(engine: str, request: pytest.FixtureRequest) -> Place:
    """Give an account where tables can be made."""
    return place_named(engine, request)


@pytest.fixture(params=["memory", EMULATOR, *ENGINES])
def tables(request: pytest.FixtureRequest) -> Tables:
    """Give empty tables by name: all in memory, or all in one engine."""
    if request.param == "memory":
        return cache(lambda _name: MemoryTable())
    return cache(place_named(request.param, request).new_table)


@pytest.fixture
def table(tables: Tables) -> Table:
    """Give one empty table."""
    return tables("contract")


@pytest.fixture(params=["memory", EMULATOR])
def strict_table(request: pytest.FixtureRequest) -> Table:
    """Give one empty table that refuses what the second engine is known to let pass."""
    return (
        MemoryTable()
        if request.param == "memory"
        else place_named("emulator", request).new_table("strict")
    )


def place_named(name: str, request: pytest.FixtureRequest) -> Place:
    """Give an engine's account; the engine starts when it is first asked for."""
    found: Place = request.getfixturevalue("place" if name == "emulator" else "second_place")
    return found
