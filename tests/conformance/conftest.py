"""One ground for all conformance tests, and names of their own for what each puts there."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from penguinmails.local.emulator import running_emulator
from tests.conformance.ground import Ground, endpoint_asked_for, laid

_SERIAL = count(1)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ExitStack() as cleanup:
        endpoint = endpoint_asked_for()
        if endpoint is None:
            folder = tmp_path_factory.mktemp("emulator")
            endpoint = cleanup.enter_context(running_emulator(folder)).endpoint
        yield cleanup.enter_context(laid(endpoint))


@pytest.fixture
def pk() -> str:
    """Name a partition that no other test uses."""
    return f"partition {next(_SERIAL)}"
