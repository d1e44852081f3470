"""The table port: items by key, conditional single-item writes, pages; nothing more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import accumulate
from typing import NamedTuple, Protocol

from penguinmails.errors import Conflict

Value = (
    str
    | int
    | float
    | bool
    | bytes
    | frozenset[str]
    | Sequence["Value"]
    | Mapping[str, "Value"]
    | None
)
Item = dict[str, Value]


class Key(NamedTuple):
    """A partition and a place in it."""

    pk: str
    sk: str


class Op(Enum):
    """What a condition asks of an attribute."""

    EQUALS = "equals"
    DIFFERS = "differs"
    ABSENT = "absent"
    PRESENT = "present"
    ONE_OF = "one of"
    BELOW = "below"
    LACKS = "lacks"
    SMALLER = "smaller"


@dataclass(frozen=True, slots=True)
class Condition:
    """One requirement on the item as it stands; a dotted path reaches into a map."""

    path: str
    op: Op
    value: Value = None


def equals(path: str, value: Value) -> Condition:
    """The attribute has this value."""
    return Condition(path, Op.EQUALS, value)


def differs(path: str, value: Value) -> Condition:
    """The attribute has another value, or none."""
    return Condition(path, Op.DIFFERS, value)


def absent(path: str) -> Condition:
    """The attribute is not there."""
    return Condition(path, Op.ABSENT)


def present(path: str) -> Condition:
    """The attribute is there."""
    return Condition(path, Op.PRESENT)


def one_of(path: str, *values: Value) -> Condition:
    """The attribute has one of these values."""
    return Condition(path, Op.ONE_OF, list(values))


def below(path: str, value: Value) -> Condition:
    """The attribute is there and less than this value."""
    return Condition(path, Op.BELOW, value)


def lacks(path: str, element: str) -> Condition:
    """The set does not hold this element, or there is no set."""
    return Condition(path, Op.LACKS, element)


def smaller(path: str, count: int) -> Condition:
    """The set is there and holds fewer than this many elements."""
    return Condition(path, Op.SMALLER, count)


_KEY_NAMES = frozenset({"pk", "sk"})


@dataclass(frozen=True, slots=True)
class Change:
    """One conditional update: every requirement holds, or nothing happens.

    `add` adds a number to a number, or elements to a string set; both start from nothing.
    Paths in `remove` may be dotted, into a map that is there, if the item is; those in `put` and
    `add` are top-level names. Nothing is touched twice, and the key is not touched.
    """

    put: Mapping[str, Value] = field(default_factory=dict)
    remove: Sequence[str] = ()
    add: Mapping[str, int | frozenset[str]] = field(default_factory=dict)
    expect: Sequence[Condition] = ()

    def __post_init__(self) -> None:
        whole = [*self.put, *self.add]
        parts = [place for path in self.remove if "." in path for place in _above(path)]
        paths = [*whole, *self.remove]
        if len({*paths}) < len(paths) or not {*paths}.isdisjoint(parts):
            raise ValueError(f"a change touches an attribute twice: {', '.join(sorted(paths))}")
        if not _KEY_NAMES.isdisjoint(paths):
            message = "a change cannot touch the key of an item"
            raise ValueError(message)


def _above(path: str) -> Iterator[str]:
    """Give the places that a dotted path leads through."""
    *names, _ = path.split(".")
    return accumulate(names, "{}.{}".format)


@dataclass(frozen=True, slots=True)
class Page:
    """Some items in order, and where the next page starts (None: there is none).

    A page that is as long as its limit always has a next one, which may be empty.
    """

    items: Sequence[Item]
    after: Key | None


class ConditionFailed(Conflict):
    """A requirement did not hold; `item` is what stood there (None: nothing did)."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the item is not as expected")
        self.item = item


def key_of(item: Mapping[str, Value]) -> Key:
    """The key that an item carries."""
    return Key(str(item["pk"]), str(item["sk"]))


class Identified(Protocol):
    """A table that can be told from those that had its name before, or will have it."""

    def identity(self) -> str:
        """Give the id that it has for as long as it lives; empty if there is no such table."""
        ...


class Table(Protocol):
    """A table whose items have string keys `pk` and `sk`. Every read by key is consistent.

    Raises Unavailable where the same call may succeed later, and ValueError for a key or a
    value that no table keeps, before anything is written.
    """

    def get(self, key: Key) -> Item | None:
        """Read one item."""
        ...

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """Read those of the items that exist, in any order; as many keys as you like."""
        ...

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: Key | None = None,
        limit: int = 1000,
        newest_first: bool = False,
    ) -> Page:
        """Read a partition's items in the order of `sk`, those that start with `prefix`.

        `after` is the `after` of an earlier page of the same query, or a key like it.
        """
        ...

    def scan(self, *, segment: int, segments: int, after: Key | None, limit: int) -> Page:
        """Walk one of `segments` disjoint parts of the whole table."""
        ...

    def put(self, item: Item, *expect: Condition) -> None:
        """Write a whole item; raises ConditionFailed."""
        ...

    def put_many(self, items: Sequence[Item]) -> None:
        """Write items that never change once written, in as few calls as possible.

        Of two items with one key the last stands.
        """
        ...

    def insert_many(self, items: Sequence[Item]) -> list[Key]:
        """Write those of the items whose keys are free; return the keys that were taken.

        The items have distinct keys. It takes as few calls as possible, and each item is
        written for itself: after Unavailable any of them may be there.
        """
        ...

    def update(self, key: Key, change: Change) -> Item:
        """Apply a change and return the item as it then is; raises ConditionFailed."""
        ...

    def delete(self, key: Key) -> None:
        """Remove an item; nothing happens if it is not there."""
        ...
