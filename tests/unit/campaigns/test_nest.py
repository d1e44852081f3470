"""Tests of the graph that a visual builder draws: back to the nested list, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.nest import nest
from penguinmails.campaigns.read_graph import MOST_ROWS
from penguinmails.campaigns.replace_steps import replace_steps
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.sequence_view import to_api
from penguinmails.campaigns.steps import Sequence
from penguinmails.errors import InvalidInput, Stale
from tests.unit.campaigns.drafting import ID, STEPS, TENANT, Desk
from tests.unit.campaigns.test_sequence import TREES, outlines
from tests.unit.campaigns.test_steps import example

Row = dict[str, Any]


def mail(name: str, then: str | None = None) -> Row:
    return {
        "id": name,
        "stepName": name,
        "stepType": "email",
        "templateId": "welcome",
        "nextStepId": then,
    }


def wait(name: str, then: str | None = None) -> Row:
    duration = {"value": 2, "unit": "days"}
    return {"id": name, "stepType": "wait", "waitDuration": duration, "nextStepId": then}


def ask(name: str, condition: str, true: str | None, false: str | None) -> Row:
    return {
        "id": name,
        "stepName": name,
        "stepType": "condition",
        "conditionRules": {"if": condition},
        "trueNextStepId": true,
        "falseNextStepId": false,
    }


def leave(name: str) -> Row:
    return {"id": name, "stepName": name, "stepType": "action", "actions": [{"exit": "sold"}]}


def again(sequence: Sequence) -> Sequence:
    drawn = nest(to_api(sequence))
    return compile_sequence(list(drawn.steps), numbers=sequence.numbers)


def refused(*rows: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as problem:
        nest(list(rows))
    return [(one.pointer, one.code) for one in problem.value.problems]


def test_what_the_api_shows_comes_back_as_it_was() -> None:
    assert again(example()) == example()


@given(outlines())
def test_every_sequence_that_is_shown_comes_back_as_it_was(steps: list[dict[str, Any]]) -> None:
    sequence = compile_sequence([{"email": "intro", "template": "hello"}, *steps])
    assert again(sequence) == sequence


def test_ways_that_meet_again_fall_through() -> None:
    drawn = nest(
        [
            mail("intro", "which"),
            ask("which", "contact.vip", "vip", "other"),
            mail("vip", "pause"),
            mail("other", "pause"),
            wait("pause", "bye"),
            mail("bye"),
        ]
    )
    assert drawn.steps == (
        {"email": "intro", "template": "welcome"},
        {
            "branch": [
                {"if": "contact.vip", "steps": [{"email": "vip", "template": "welcome"}]},
                {"else": None, "steps": [{"email": "other", "template": "welcome"}]},
            ],
            "id": "which",
        },
        {"wait": "2 days"},
        {"email": "bye", "template": "welcome"},
    )


def test_a_way_that_leaves_meets_nobody() -> None:
    drawn = nest(
        [
            mail("intro", "which"),
            ask("which", "contact.vip", "out", "bye"),
            leave("out"),
            mail("bye"),
        ]
    )
    arm = {"if": "contact.vip", "steps": [{"exit": "sold", "id": "out"}]}
    assert drawn.steps[1:] == (
        {"branch": [arm], "id": "which"},
        {"email": "bye", "template": "welcome"},
    )


def test_a_way_that_ends_keeps_the_rest_in_the_other_arm() -> None:
    drawn = nest([mail("intro", "which"), ask("which", "contact.vip", None, "bye"), mail("bye")])
    branch: Any = drawn.steps[1]
    assert [arm["steps"] for arm in branch["branch"]] == [
        [],
        [{"email": "bye", "template": "welcome"}],
    ]


def test_ways_that_cross_are_refused() -> None:
    """A nested list has no place for a step that two branches share halfway."""
    assert refused(
        mail("intro", "one"),
        ask("one", "contact.a", "shared", "two"),
        ask("two", "contact.b", "shared", "own"),
        mail("shared", "bye"),
        mail("own", "bye"),
        mail("bye"),
    ) == [("/steps/3", "crossed_ways")]


def test_a_circle_is_refused() -> None:
    assert refused(mail("intro", "more"), mail("more", "rest"), mail("rest", "more")) == [
        ("/steps/1", "cycle")
    ]
    assert ("/steps", "no_first_step") in refused(mail("a", "b"), mail("b", "a"))


def test_a_step_that_nothing_leads_to_is_refused() -> None:
    assert refused(mail("intro"), mail("lost")) == [("/steps/1", "unreachable")]


def test_a_way_to_nowhere_and_a_double_id_are_refused() -> None:
    assert refused(mail("intro", "gone"), mail("intro")) == [
        ("/steps/1/id", "duplicate_id"),
        ("/steps/0/nextStepId", "unknown_step_id"),
    ]


@pytest.mark.parametrize(
    ("row", "pointer", "code"),
    [
        ("x", "/steps/0", "wrong_type"),
        ({"id": "a", "stepType": "sms"}, "/steps/0/stepType", "unknown_step"),
        ({"stepType": "email"}, "/steps/0/id", "invalid_text"),
        ({**mail("a"), "colour": "red"}, "/steps/0/colour", "unknown_key"),
        ({**mail("a"), "nextStepId": 3}, "/steps/0/nextStepId", "wrong_type"),
        ({"id": "a", "stepType": "condition"}, "/steps/0/conditionRules", "missing_if"),
        ({**leave("a"), "nextStepId": "a"}, "/steps/0/nextStepId", "unreachable"),
    ],
)
def test_what_is_no_step_is_refused(row: object, pointer: str, code: str) -> None:
    assert refused(row)[0] == (pointer, code)


def test_a_way_back_and_its_rule_say_the_same() -> None:
    back = {
        **ask("back", "", "intro", None),
        "conditionRules": {"goto": "other", "maxVisits": 2},
    }
    rows = [mail("intro", "pause"), wait("pause", "back"), back]
    assert refused(*rows) == [("/steps/2/conditionRules", "contradiction")]


def test_too_many_steps_are_refused() -> None:
    assert refused(*(mail(f"m{n}") for n in range(MOST_ROWS + 1))) == [("/steps", "too_many_steps")]


def test_branches_in_branches_have_an_end() -> None:
    rows = [ask(f"b{n}", "contact.a", f"b{n + 1}", None) for n in range(MOST_ROWS - 1)]
    assert refused(*rows, mail(f"b{MOST_ROWS - 1}")) == [("/steps/9", "too_deep")]


@given(TREES)
def test_any_data_is_a_graph_or_invalid_input(data: object) -> None:
    try:
        nest(data)
    except InvalidInput as problem:
        assert problem.problems  # noqa: PT017 - most data is refused


# ---- in a campaign


def draw(desk: Desk, rows: list[Row], expected: int | None = None) -> Campaign:
    return replace_steps(TENANT, ID, rows, desk.editing(), expected=expected, by="key-1")


def test_a_draft_takes_the_steps_of_a_graph_and_they_keep_their_numbers() -> None:
    desk = Desk()
    made = desk.create()
    before = desk.revision(made)
    drawn = draw(desk, to_api(before.sequence))
    assert desk.revision(drawn).sequence == before.sequence
    shorter = draw(desk, [mail("more")])
    assert desk.revision(shorter).sequence.numbers["more"] == before.sequence.numbers["more"]
    assert desk.revision(shorter).saved_by == "key-1"


def test_a_problem_of_a_step_is_told_with_its_place_in_the_graph() -> None:
    desk = Desk()
    desk.create()
    rows = [
        {**mail("intro", "pause"), "templateId": "unheard"},
        {**wait("pause", "which"), "waitDuration": {"value": 2, "unit": "moons"}},
        ask("which", "steps.intro.clickd", "bye", "tag"),
        {"id": "tag", "stepType": "action", "actions": [{"exit": "x"}, {"add_tag": "a;b"}]},
        mail("bye"),
    ]
    with pytest.raises(InvalidInput) as problem:
        draw(desk, rows)
    assert [(one.pointer, one.code) for one in problem.value.problems] == [
        ("/steps/1/waitDuration/unit", "invalid_unit"),
        ("/steps/2/conditionRules/if", "invalid_condition"),
        ("/steps/3/actions/0/exit", "unknown_key"),
        ("/steps/3/actions/1/add_tag", "invalid_text"),
    ]
    with pytest.raises(InvalidInput) as problem:
        draw(desk, [{**mail("intro"), "templateId": "unheard"}])
    assert [one.pointer for one in problem.value.problems] == ["/steps/0/templateId"]


def test_a_graph_that_was_drawn_over_another_version_is_stale() -> None:
    desk = Desk()
    made = desk.create()
    draw(desk, [mail("more")])
    with pytest.raises(Stale):
        draw(desk, to_api(compile_sequence(list(STEPS))), expected=made.version)


def test_an_empty_graph_leaves_a_draft_without_steps() -> None:
    desk = Desk()
    desk.create()
    assert desk.revision(draw(desk, [])).sequence == replace(
        desk.revision(draw(desk, [])).sequence, steps={}, first=None
    )
