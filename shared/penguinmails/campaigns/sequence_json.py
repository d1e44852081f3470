"""A compiled sequence as plain data, the way a revision keeps it, and back."""

from collections.abc import Mapping
from typing import Any

from penguinmails.campaigns.conditions import parse
from penguinmails.campaigns.steps import (
    Action,
    ActionStep,
    AddScore,
    AddTag,
    Arm,
    ConditionStep,
    EmailStep,
    Exit,
    GotoStep,
    RemoveTag,
    Sequence,
    SetAttribute,
    Step,
    Unit,
    WaitStep,
)

Data = dict[str, Any]


def to_json(sequence: Sequence) -> Data:
    """Give the sequence as JSON-compatible data, the same for the same sequence."""
    steps = [_step(step) for _, step in sorted(sequence.steps.items())]
    return {"first": sequence.first, "steps": steps, "retired": dict(sequence.retired)}


def from_json(data: Mapping[str, Any]) -> Sequence:
    """Read what `to_json` wrote; the conditions are parsed here, once for all evaluations."""
    steps = [_read_step(step) for step in data["steps"]]
    retired = {slug: int(number) for slug, number in data["retired"].items()}
    return Sequence({step.number: step for step in steps}, data["first"], retired)


def _step(step: Step) -> Data:
    place: Data = {"number": step.number, "slug": step.slug, "next": step.next}
    match step:
        case EmailStep(template=template, subject=subject):
            return {**place, "kind": "email", "template": template, "subject": subject}
        case WaitStep(value=value, unit=unit):
            return {**place, "kind": "wait", "value": value, "unit": unit.value}
        case ConditionStep(arms=arms):
            coded = [{"if": arm.condition.text, "next": arm.next} for arm in arms]
            return {**place, "kind": "condition", "arms": coded}
        case ActionStep(actions=actions):
            return {**place, "kind": "action", "actions": [action_data(each) for each in actions]}
        case GotoStep(target=target, at_most=at_most):
            return {**place, "kind": "goto", "target": target, "at_most": at_most}


def action_data(action: Action) -> Data:
    """Give an action as its author writes it."""
    match action:
        case AddTag(tag):
            return {"add_tag": tag}
        case RemoveTag(tag):
            return {"remove_tag": tag}
        case SetAttribute(name, value):
            return {"set": {name: value}}
        case AddScore(points):
            return {"add_score": points}
        case Exit(reason):
            return {"exit": reason}


def _read_step(data: Mapping[str, Any]) -> Step:
    place = (int(data["number"]), str(data["slug"]), data["next"])
    match data["kind"]:
        case "email":
            return EmailStep(*place, data["template"], data["subject"])
        case "wait":
            return WaitStep(*place, data["value"], Unit(data["unit"]))
        case "condition":
            return ConditionStep(*place, tuple(_read_arm(arm) for arm in data["arms"]))
        case "action":
            return ActionStep(*place, tuple(_read_action(each) for each in data["actions"]))
        case "goto":
            return GotoStep(*place, data["target"], data["at_most"])
        case kind:
            message = f"a revision holds a step of the unknown kind {kind!r}"
            raise ValueError(message)


def _read_arm(data: Mapping[str, Any]) -> Arm:
    return Arm(parse(data["if"]), data["next"])


def _read_action(data: Mapping[str, Any]) -> Action:
    ((kind, value),) = data.items()
    match kind:
        case "add_tag":
            return AddTag(value)
        case "remove_tag":
            return RemoveTag(value)
        case "set":
            ((name, content),) = value.items()
            return SetAttribute(name, content)
        case "add_score":
            return AddScore(value)
        case "exit":
            return Exit(value)
        case _:
            message = f"a revision holds an action of the unknown kind {kind!r}"
            raise ValueError(message)
