"""Reads the flat list of steps that a visual builder keeps, with the ways between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from penguinmails.campaigns.source import Fields, Source, below, shown
from penguinmails.campaigns.steps import Unit

MOST_ROWS: Final = 500
_LONGEST_ID: Final = 64
_KINDS: Final = ("email", "wait", "condition", "action")
_KEYS: Final = (
    "id",
    "stepOrder",
    "stepName",
    "stepType",
    "templateId",
    "subjectLine",
    "waitDuration",
    "conditionRules",
    "actions",
    "nextStepId",
    "trueNextStepId",
    "falseNextStepId",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the graph, and where it stands; `onward` is the way if no condition holds."""

    pointer: str
    id: str
    kind: str
    fields: Fields
    onward: str | None
    true: str | None

    @property
    def name(self) -> object:
        """The step's slug, or nothing."""
        return self.fields.get("stepName") or None

    @property
    def rules(self) -> Fields:
        """What a condition asks."""
        rules = self.fields.get("conditionRules")
        return rules if isinstance(rules, Mapping) else {}

    @property
    def goes_back(self) -> bool:
        """Whether its true way leads back to an earlier step."""
        return self.kind == "condition" and "goto" in self.rules

    @property
    def is_branch(self) -> bool:
        """Whether it is one arm of a branch."""
        return self.kind == "condition" and not self.goes_back

    @property
    def actions(self) -> Sequence[Mapping[str, object]]:
        """What an action does, as far as it can be read."""
        actions = self.fields.get("actions")
        return [one for one in actions if isinstance(one, Mapping)] if _is_list(actions) else []

    @property
    def exits(self) -> bool:
        """Whether nothing may follow."""
        return self.kind == "action" and [[*one] for one in self.actions] == [["exit"]]

    @property
    def ways(self) -> tuple[str, ...]:
        """The ids of the steps that come next, but for a way back."""
        ways = (self.true if self.is_branch else None, self.onward)
        return tuple(way for way in ways if way is not None)


def read_rows(source: Source, data: object, *, at: str) -> list[Row]:
    """Give the steps by their place; what is wrong with one is among the source's problems."""
    items = source.items(at, data, "a graph of steps")
    if len(items) > MOST_ROWS:
        source.refuse(at, "too_many_steps", f"a graph has at most {MOST_ROWS} steps; split it")
        return []
    rows = list(_rows(source, items, at))
    _unite(source, rows)
    return rows


def nested(row: Row, target: object = None) -> dict[str, Any]:
    """Write a step that is no branch as it stands in a nested list; `target` is a goto's."""
    name = {"id": row.name} if row.name is not None else {}
    match row.kind:
        case "email":
            subject = row.fields.get("subjectLine")
            more = {"subject": subject} if subject is not None else {}
            return {"email": row.name, "template": row.fields.get("templateId"), **more}
        case "wait":
            return {"wait": _duration(row.fields.get("waitDuration")), **name}
        case "action" if row.exits:
            return {**row.actions[0], **name}
        case "action":
            return {"action": row.fields.get("actions"), **name}
        case _:
            bound = row.rules.get("maxVisits")
            return {"goto": {"step": target, "at_most": bound}, **name}


def _rows(source: Source, items: Sequence[object], at: str) -> Iterator[Row]:
    for index, item in enumerate(items):
        place = below(at, index)
        fields = source.fields(place, item, "a step")
        if fields is not None:
            source.only(place, fields, _KEYS)
            row = _row(source, place, fields)
            if row is not None:
                yield row


def _row(source: Source, place: str, fields: Fields) -> Row | None:
    known = source.line(below(place, "id"), fields.get("id"), "an id", longest=_LONGEST_ID)
    kind = fields.get("stepType")
    if kind not in _KINDS:
        detail = f"a step's type is one of {', '.join(_KINDS)}, not {shown(kind)}"
        source.refuse(below(place, "stepType"), "unknown_step", detail)
        return None
    if not known:
        return None
    is_condition = kind == "condition"
    onward = _way(source, place, fields, "falseNextStepId" if is_condition else "nextStepId")
    true = _way(source, place, fields, "trueNextStepId") if is_condition else None
    row = Row(place, known, str(kind), fields, onward, true)
    if is_condition and row.rules.keys().isdisjoint(("if", "goto")):
        detail = 'a condition has rules: {"if": "steps.intro.clicked"}, or a goto with maxVisits'
        source.refuse(below(place, "conditionRules"), "missing_if", detail)
    if row.exits and onward is not None:
        detail = "nothing follows an exit; remove the way on, or the exit"
        source.refuse(below(place, "nextStepId"), "unreachable", detail)
    return row


def _way(source: Source, place: str, fields: Fields, key: str) -> str | None:
    given = fields.get(key)
    if given is None or isinstance(given, str):
        return given
    source.refuse(below(place, key), "wrong_type", f"a way leads to an id, not {shown(given)}")
    return None


def _unite(source: Source, rows: Sequence[Row]) -> None:
    """Refuse ids that stand twice, and ways that lead nowhere."""
    first: dict[str, Row] = {}
    for row in rows:
        if first.setdefault(row.id, row) is not row:
            detail = f"the step at {first[row.id].pointer} has this id already; choose another"
            source.refuse(below(row.pointer, "id"), "duplicate_id", detail)
    for row in rows:
        for key in ("nextStepId", "trueNextStepId", "falseNextStepId"):
            way = row.fields.get(key)
            if isinstance(way, str) and way not in first:
                detail = f"there is no step with the id {shown(way)}; name one, or write null"
                source.refuse(below(row.pointer, key), "unknown_step_id", detail)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _duration(given: object) -> object:
    """Write a wait as people do, if it is one."""
    match given:
        case {"value": int(value), "unit": str(unit), **more} if not more and unit in [*Unit]:
            return f"{value} {unit}"
        case _:
            return given
