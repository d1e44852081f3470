"""Nests a flat graph of steps: the list of a campaign's source, whose branches fall through."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from penguinmails.campaigns.read_graph import Row, nested, read_rows
from penguinmails.campaigns.read_outline import MAX_DEPTH
from penguinmails.campaigns.source import Source, below, shown
from penguinmails.errors import InvalidInput, Problem

_NAMES: Final[Mapping[str, str]] = {
    "if": "conditionRules/if",
    "template": "templateId",
    "subject": "subjectLine",
    "email": "stepName",
    "id": "stepName",
    "wait": "waitDuration",
    "action": "actions",
    "exit": "actions/0/exit",
    "goto": "conditionRules",
}


_Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Nested:
    """The nested list, and the place in the graph of each of its parts, by their pointers."""

    steps: tuple[Mapping[str, Any], ...]
    places: Mapping[str, str]

    def in_graph(self, problem: Problem) -> Problem:
        """Say where in the graph a problem of the nested list is."""
        parts = problem.pointer.split("/")
        for length in range(len(parts), 0, -1):
            place = self.places.get("/".join(parts[:length]))
            if place is not None:
                rest = "/".join(_renamed(parts[length:]))
                pointer = f"{place}/{rest}" if rest else place
                return Problem(pointer, problem.code, problem.detail)
        return problem


def nest(data: object, *, at: str = "/steps") -> Nested:
    """Nest a graph in the form that the API shows; raise InvalidInput with all that is wrong.

    Ways that part have to meet again in one step, or not at all: a step that is reached from the
    middle of two branches has no place in a nested list.
    """
    source = Source()
    rows = read_rows(source, data, at=at)
    _refuse(source)
    if not rows:
        return Nested((), {})
    order = _ordered(source, rows, at)
    _refuse(source)
    by_id = {row.id: row for row in rows}
    nesting = _Nesting(source, by_id, _ways_in(rows), _meetings(order))
    steps = nesting.chain(order[0].id, None, at, depth=0)
    _refuse(source)
    return Nested(tuple(steps), nesting.places)


def _refuse(source: Source) -> None:
    if source.problems:
        raise InvalidInput(*source.problems)


def _renamed(rest: Sequence[str]) -> list[str]:
    if not rest:
        return []
    known = {"at_most": "maxVisits", "step": "goto"}
    return [_NAMES.get(rest[0], rest[0]), *(known.get(part, part) for part in rest[1:])]


def _ordered(source: Source, rows: Sequence[Row], at: str) -> list[Row]:
    """Order the steps so that each way leads on, from the one that nothing leads to."""
    by_id = {row.id: row for row in rows}
    ways_in = _ways_in(rows)
    starts = [row for row in rows if not ways_in[row.id]]
    for extra in starts[1:]:
        detail = (
            f"no way leads here from the first step ({shown(starts[0].id)}); connect or remove it"
        )
        source.refuse(extra.pointer, "unreachable", detail)
    order, ahead = [], starts[:]
    while ahead:
        row = ahead.pop()
        order.append(row)
        for way in row.ways:
            ways_in[way] -= 1
            if not ways_in[way]:
                ahead.append(by_id[way])
    for row in rows:
        if ways_in[row.id]:
            detail = (
                "the ways lead round in a circle; go back by a condition with the rules "
                '{"goto": "intro", "maxVisits": 3}'
            )
            source.refuse(row.pointer, "cycle", detail)
            break
    if not order:
        source.refuse(at, "no_first_step", "every step has one before it; nothing is the first")
    return order


def _ways_in(rows: Sequence[Row]) -> Counter[str]:
    return Counter(way for row in rows for way in row.ways)


def _meetings(order: Sequence[Row]) -> dict[str, str | None]:
    """Give for each step the next one that everybody passes who does not exit before.

    Sets of steps are the bits of a number; -1 is every step, where everybody exits.
    """
    bit = {row.id: 1 << index for index, row in enumerate(order)}
    passed: dict[str, int] = {}
    meetings: dict[str, str | None] = {}
    for row in reversed(order):
        common = -1
        for way in row.ways:
            common &= passed[way]
        if _may_end(row):
            common = 0
        ahead = [one for one in order if common != -1 and common & bit[one.id]]
        nearest = max(ahead, key=lambda one: passed[one.id].bit_count(), default=None)
        meetings[row.id] = nearest.id if nearest else None
        passed[row.id] = -1 if row.exits or common == -1 else common | bit[row.id]
    return meetings


def _may_end(row: Row) -> bool:
    """Tell whether the walk may be complete after a step."""
    ends = row.onward is None or (row.is_branch and row.true is None)
    return ends and not row.exits


@dataclass(slots=True)
class _Nesting:
    source: Source
    rows: Mapping[str, Row]
    ways_in: Mapping[str, int]
    meetings: Mapping[str, str | None]
    places: dict[str, str] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)

    def chain(self, begin: str | None, end: str | None, at: str, *, depth: int) -> list[_Step]:
        """Nest the steps from one up to another."""
        steps: list[_Step] = []
        ahead = begin
        while ahead is not None and ahead != end:
            row = self.rows[ahead]
            place = below(at, len(steps))
            if not self._take(row, depth):
                break
            self.places[place] = row.pointer
            if row.is_branch:
                arms = self._arms_from(row)
                ahead = self._meeting_of(arms)
                steps.append(self._branch(arms, ahead, place, depth))
            else:
                steps.append(nested(row, self._target(row)))
                ahead = row.onward
        return steps

    def _take(self, row: Row, depth: int) -> bool:
        if depth > MAX_DEPTH:
            detail = f"branches nest at most {MAX_DEPTH} deep; let some ways meet before"
            self.source.refuse(row.pointer, "too_deep", detail)
            return False
        if row.id in self.placed:
            detail = (
                "this step is reached by ways that part and do not meet before it; join the "
                "conditions with ||, or give each way a step of its own"
            )
            self.source.refuse(row.pointer, "crossed_ways", detail)
            return False
        self.placed.add(row.id)
        return True

    def _branch(self, rows: Sequence[Row], meeting: str | None, at: str, depth: int) -> _Step:
        """Write a branch of one arm or several, up to where all ways meet again."""
        first, last, place = rows[0], rows[-1], below(at, "branch")
        arms: list[_Step] = []
        for row in rows:
            inside = self.chain(row.true, meeting, self._arm(row, place, arms), depth=depth + 1)
            arms.append({"if": row.rules.get("if"), "steps": inside})
        rest = self.chain(last.onward, meeting, self._arm(last, place, arms), depth=depth + 1)
        if rest:
            arms.append({"else": None, "steps": rest})
        name = {"id": first.name} if first.name is not None else {}
        return {"branch": arms, **name}

    def _arm(self, row: Row, at: str, before: Sequence[_Step]) -> str:
        """Note where an arm is, and give the place of its steps."""
        arm = below(at, len(before))
        self.places[arm] = row.pointer
        return below(arm, "steps")

    def _arms_from(self, first: Row) -> list[Row]:
        """Give the conditions that are the arms of one branch: a chain of them of one name."""
        rows = [first]
        while (row := self.rows.get(rows[-1].onward or "")) is not None:
            named = first.name is not None and row.name == first.name
            if not (row.is_branch and named and self.ways_in[row.id] == 1):
                break
            rows.append(row)
        self.placed.update(row.id for row in rows)
        return rows

    def _meeting_of(self, rows: Sequence[Row]) -> str | None:
        """Give where the arms meet; one that everybody leaves by an exit meets the next arm."""
        meeting = self.meetings[rows[0].id]
        for row in rows[1:]:
            if meeting == row.id:
                meeting = self.meetings[row.id]
        return meeting

    def _target(self, row: Row) -> object:
        """Name the step that a goto leads back to, as its way says."""
        if not row.goes_back:
            return None
        said = row.rules["goto"]
        target = self.rows[row.true].name if row.true is not None else said
        if target is None or (said is not None and said != target):
            detail = f"the way leads to {shown(target)} and the rule says {shown(said)}; name the step, in both"
            self.source.refuse(below(row.pointer, "conditionRules"), "contradiction", detail)
        return target
