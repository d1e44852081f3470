"""A sequence as the API shows it: the specification's list of steps with true and false ways.

There a condition has two ways on, so a branch of several arms is shown as one condition for each
arm, the false way of one leading to the next; and a goto as a condition on the visit.
"""

from collections.abc import Iterator, Mapping

from penguinmails.campaigns.steps import (
    ActionStep,
    ConditionStep,
    Data,
    EmailStep,
    GotoStep,
    Sequence,
    Step,
    WaitStep,
    action_data,
)


def to_api(sequence: Sequence) -> list[Data]:
    """List the steps by number; a template is named by its slug."""
    rows = [row for _, step in sorted(sequence.steps.items()) for row in _rows(step, sequence)]
    return [{**row, "stepOrder": order} for order, row in enumerate(rows, start=1)]


def _rows(step: Step, sequence: Sequence) -> Iterator[Data]:
    match step:
        case EmailStep(template=template, subject=subject):
            yield _row(step, "email", templateId=template, subjectLine=subject)
        case WaitStep(value=value, unit=unit):
            yield _row(step, "wait", waitDuration={"value": value, "unit": unit.value})
        case ActionStep(actions=actions):
            yield _row(step, "action", actions=[action_data(action) for action in actions])
        case ConditionStep():
            yield from _arm_rows(step)
        case GotoStep():
            yield _goto_row(step, sequence.steps)


def _arm_rows(step: ConditionStep) -> Iterator[Data]:
    for number, arm in enumerate(step.arms, start=1):
        last = number == len(step.arms)
        row = _row(
            step,
            "condition",
            conditionRules={"if": arm.condition.text},
            trueNextStepId=_id(arm.next),
            falseNextStepId=_id(step.next) if last else f"{step.number}.{number + 1}",
        )
        yield row if number == 1 else {**row, "id": f"{step.number}.{number}"}


def _goto_row(step: GotoStep, steps: Mapping[int, Step]) -> Data:
    return _row(
        step,
        "condition",
        conditionRules={"goto": steps[step.target].slug, "maxVisits": step.at_most},
        trueNextStepId=_id(step.target),
        falseNextStepId=_id(step.next),
    )


def _row(step: Step, kind: str, **fields: object) -> Data:
    empty = {
        "templateId": None,
        "subjectLine": None,
        "waitDuration": None,
        "conditionRules": None,
        "trueNextStepId": None,
        "falseNextStepId": None,
        "actions": None,
    }
    following = None if kind == "condition" else _id(step.next)
    named = {"id": _id(step.number), "stepName": step.slug, "stepType": kind}
    return {**named, **empty, "nextStepId": following, **fields}


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)
