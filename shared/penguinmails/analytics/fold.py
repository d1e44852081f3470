"""Folds one enrollment into counts by day: what the projector adds up and a recount compares."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from penguinmails.analytics.tally import Cell, tally
from penguinmails.deliveries.fact import Fact, read_fact
from penguinmails.enrollments.enrollment import Status

Counts = Mapping[Cell, int]

COMPLETED = "completed"
EXITED = "exited."
ENROLLED = "enrolled"


@dataclass(frozen=True, slots=True)
class Image:
    """What a fold looks at of an enrollment; `ending` is the name under which its end counts."""

    enrolled_on: date
    journal: frozenset[str]
    ended_on: date | None = None
    ending: str = ""


def ending_of(status: str, reason: str) -> str:
    """Name the count of those who ended this way; empty for a walk that goes on."""
    match status:
        case Status.COMPLETED:
            return COMPLETED
        case Status.EXITED:
            return f"{EXITED}{reason or 'unspecified'}"
        case _:
            return ""


def is_ending(name: str) -> bool:
    """Tell whether this counts people whose walk is over."""
    return name == COMPLETED or name.startswith(EXITED)


def fold(image: Image) -> Counts:
    """Count one enrollment. The journal is a set: order and duplicates mean nothing."""
    counts: Counter[Cell] = Counter()
    counts[image.enrolled_on, ENROLLED] += 1
    if image.ended_on is not None:
        counts[image.ended_on, image.ending] += 1
    for visit in visits(image.journal):
        tally(visit, counts)
    return counts


def change(old: Image | None, new: Image) -> Counts:
    """What a write of an enrollment adds to the counts: fold(new) - fold(old), without zeros.

    Visits that the write did not touch fold alike on both sides, so they are left out of both.
    """
    if old is None:
        return fold(new)
    touched = {_visit_of(element) for element in old.journal ^ new.journal}
    counts = Counter(fold(_only(touched, new)))
    counts.subtract(fold(_only(touched, old)))
    return {cell: more for cell, more in counts.items() if more}


def visits(journal: Iterable[str]) -> Iterable[list[Fact]]:
    """Put together the facts of each visit to each step; step 0 is no email's.

    What a source told twice at once, at two times, is two elements and one fact: the earlier.
    """
    found: dict[tuple[int, int], dict[object, Fact]] = {}
    for fact in map(_read, journal):
        if fact.step:
            name = (fact.type, fact.message, fact.source) if fact.source else fact
            told = found.setdefault((fact.step, fact.visit), {})
            told[name] = min(fact, told.get(name, fact), key=lambda one: one.at)
    return [list(told.values()) for told in found.values()]


def _only(touched: set[tuple[str, ...]], image: Image) -> Image:
    kept = frozenset(element for element in image.journal if _visit_of(element) in touched)
    return replace(image, journal=kept)


def _visit_of(element: str) -> tuple[str, ...]:
    """The step and visit of a journal's element, as they are coded."""
    return tuple(element.split(".", 3)[1:3])


_read = lru_cache(maxsize=16_384)(read_fact)
"""Two images of a row share almost all elements."""
