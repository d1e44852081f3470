"""A document of a file: one resource as its author wrote it, and where each part of it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from penguinmails.campaigns.source import below
from penguinmails.resources.columns import offset_in
from penguinmails.resources.finding import Mark
from penguinmails.resources.tree import Leaf, Node, mark_at


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands, and the key that leads to it."""

    key: Mark
    node: Node


@dataclass(frozen=True, slots=True)
class Document:
    """One resource. `data` is everything below the document's top, `kind` and `slug` included."""

    file: str
    kind: str
    slug: str
    data: Mapping[str, Any]
    spots: Mapping[str, Spot] = field(repr=False, compare=False)
    text: str = field(repr=False, compare=False)

    def mark(self, pointer: str, *, key: bool = False) -> Mark:
        """Give the place of a JSON pointer's value (or its key), or of what is nearest above."""
        while pointer and pointer not in self.spots:
            pointer = pointer.rpartition("/")[0]
        spot = self.spots[pointer]
        return spot.key if key else spot.node.mark

    def mark_within(self, pointer: str, offset: int) -> Mark:
        """Give the place of a character of a text, counted from 0 within its value."""
        spot = self.spots.get(pointer)
        if spot is None or not isinstance(spot.node, Leaf):
            return self.mark(pointer)
        return mark_at(self.text, offset_in(spot.node, self.text, offset))

    def value(self, pointer: str) -> object:
        """Give the value at a pointer; None if there is none."""
        spot = self.spots.get(pointer)
        return None if spot is None else plain(spot.node)


def plain(node: Node) -> Any:  # noqa: ANN401 - whatever the file holds
    """Give the data without its places."""
    if isinstance(node, Leaf):
        return node.value
    if node.is_list:
        return [plain(entry.node) for entry in node.entries]
    return {str(entry.key): plain(entry.node) for entry in node.entries}


def spots_of(node: Node, key: Mark | None = None, at: str = "") -> Iterator[tuple[str, Spot]]:
    """Pair each part with its JSON pointer."""
    yield at, Spot(key or node.mark, node)
    if not isinstance(node, Leaf):
        for entry in node.entries:
            yield from spots_of(entry.node, entry.mark, below(at, entry.key))
