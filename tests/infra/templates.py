"""The templates as tests look at them: resources by name, from the main one and the blocks."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Templates:
    """The main template's resources, and those of each building block by its file's name."""

    main: dict[str, Any]
    blocks: dict[str, dict[str, Any]]

    def of_type(self, kind: str, block: str = "") -> dict[str, dict[str, Any]]:
        """Give the properties of all resources of a type, by name."""
        resources = self.blocks[block] if block else self.main
        return {n: r["Properties"] for n, r in resources.items() if r["Type"] == kind}
