"""The DNS port: a name in, its TXT records out."""

from collections.abc import Sequence
from typing import Protocol


class Resolver(Protocol):
    """Asks the DNS."""

    def txt(self, name: str) -> Sequence[str]:
        """Give the TXT records of a name, none if there are none; raises Unavailable."""
        ...
