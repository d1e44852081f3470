"""A DNS in memory, which knows what it was told."""

from collections.abc import Sequence

from penguinmails.errors import Unavailable


class MemoryDns:
    """Records by their name; names in `away` are of servers that do not answer."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.away: set[str] = set()

    def txt(self, name: str) -> Sequence[str]:
        if name in self.away:
            raise Unavailable(f"the DNS does not answer for {name}")
        return tuple(self.records.get(name, ()))
