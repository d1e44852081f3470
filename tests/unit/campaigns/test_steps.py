"""Compiled steps: kept as JSON, and shown in the specification's words."""

import json

from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.sequence_view import to_api
from penguinmails.campaigns.steps import Sequence, from_json, to_json


def example(numbers: dict[str, int] | None = None) -> Sequence:
    return compile_sequence(
        [
            {"email": "intro", "template": "hello", "subject": "Hi"},
            {"wait": {"value": 2, "unit": "days"}},
            {
                "branch": [
                    {"if": "steps.intro.clicked", "steps": [{"exit": "moved_to_sales"}]},
                    {
                        "if": 'contact.industry == "SaaS"',
                        "steps": [{"action": [{"add_tag": "a"}, {"remove_tag": "b"}]}],
                    },
                    {"else": None, "steps": [{"action": {"set": {"seen": True, "n": None}}}]},
                ]
            },
            {"action": {"add_score": 5}},
            {"goto": {"step": "intro", "at_most": 2}},
            {"email": "bye", "template": "bye"},
        ],
        numbers=numbers or {},
    )


def test_a_sequence_comes_back_from_json_as_it_was() -> None:
    sequence = example({"gone": 7})
    again = from_json(json.loads(json.dumps(to_json(sequence))))
    assert again == sequence
    assert again.numbers == sequence.numbers
    assert to_json(again) == to_json(sequence)


def test_numbers_of_retired_slugs_are_remembered() -> None:
    again = from_json(to_json(example({"gone": 7})))
    assert again.numbers["gone"] == 7
    assert 7 not in again.steps


def test_a_sequence_names_the_templates_it_sends() -> None:
    assert example().templates == {"hello", "bye"}


def test_the_api_shows_the_steps_in_the_words_of_the_specification() -> None:
    rows = to_api(example())
    assert [row["stepOrder"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["stepType"] for row in rows} == {"email", "wait", "condition", "action"}
    intro, wait = rows[:2]
    assert (intro["id"], intro["stepName"], intro["nextStepId"]) == ("1", "intro", "2")
    assert (intro["templateId"], intro["subjectLine"]) == ("hello", "Hi")
    assert wait["waitDuration"] == {"value": 2, "unit": "days"}


def test_the_api_shows_a_branch_as_a_chain_of_conditions() -> None:
    first, second = (row for row in to_api(example()) if row["stepName"] == "intro_branch")
    assert first["conditionRules"] == {"if": "steps.intro.clicked"}
    assert first["falseNextStepId"] == second["id"] == "3.2"
    by_id = {row["id"]: row for row in to_api(example())}
    assert by_id[first["trueNextStepId"]]["actions"] == [{"exit": "moved_to_sales"}]
    assert by_id[second["falseNextStepId"]]["actions"] == [
        {"set": {"seen": True}},
        {"set": {"n": None}},
    ]


def test_the_api_shows_a_goto_as_a_condition_on_the_visit() -> None:
    (goto,) = (row for row in to_api(example()) if row["stepName"] == "intro_goto")
    assert goto["stepType"] == "condition"
    assert goto["conditionRules"] == {"goto": "intro", "maxVisits": 2}
    assert goto["trueNextStepId"] == "1"
    by_id = {row["id"]: row for row in to_api(example())}
    assert by_id[goto["falseNextStepId"]]["stepName"] == "bye"


def test_every_way_shown_leads_to_a_step_shown() -> None:
    rows = to_api(example())
    ids = {row["id"] for row in rows} | {None}
    for row in rows:
        assert {row["nextStepId"], row["trueNextStepId"], row["falseNextStepId"]} <= ids
