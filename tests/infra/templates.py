"""The templates as tests look at them: resources by name, from the main one and the blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

TRIGGER = "AWS::Lambda::EventSourceMapping"


class Trigger(NamedTuple):
    """What wakes a function: a resource of the main template, and which of its outputs."""

    function: str
    unit: str
    output: str
    settings: dict[str, Any]


@dataclass(frozen=True)
class Templates:
    """The main template's resources, and those of each building block by its file's name."""

    main: dict[str, Any]
    blocks: dict[str, dict[str, Any]]

    def of_type(self, kind: str, block: str = "") -> dict[str, dict[str, Any]]:
        """Give the properties of all resources of a type, by name."""
        resources = self.blocks[block] if block else self.main
        return {n: r["Properties"] for n, r in resources.items() if r["Type"] == kind}

    def everywhere(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the properties of all resources of a type, each with its template's name."""
        for block in ("", *self.blocks):
            yield from ((block, properties) for properties in self.of_type(kind, block).values())

    def triggers(self) -> list[Trigger]:
        """Give the triggers, wired as the main template wires them."""
        wires = self.main["Triggers"]["Properties"]["Parameters"]
        return [_wired(wires, found) for found in self.of_type(TRIGGER, "triggers.yaml").values()]


def _wired(wires: dict[str, Any], settings: dict[str, Any]) -> Trigger:
    unit, output = wires[settings["EventSourceArn"]["Ref"]]["Fn::GetAtt"]
    return Trigger(wires[settings["FunctionName"]["Ref"]]["Ref"], unit, output, settings)
