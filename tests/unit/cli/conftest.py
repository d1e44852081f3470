"""A served API for the commands."""

from collections.abc import Iterator

import pytest

from tests.functions.api_house import ApiHouse
from tests.unit.cli.served import Served, serving


@pytest.fixture
def served() -> Iterator[Served]:
    """Give a command line that talks to an API of its own."""
    with serving(ApiHouse()) as found:
        yield found
