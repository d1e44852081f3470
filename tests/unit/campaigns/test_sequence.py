"""Sequences: from the nested list to the graph, and everything that may be wrong with the list."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.steps import (
    ActionStep,
    AddScore,
    AddTag,
    ConditionStep,
    EmailStep,
    Exit,
    GotoStep,
    Sequence,
    SetAttribute,
    Step,
    Unit,
    WaitStep,
    ways_on,
)
from penguinmails.errors import InvalidInput

Written = dict[str, Any]


def email(slug: str) -> Written:
    return {"email": slug, "template": "hello"}


def arm(condition: str, *steps: Written) -> Written:
    return {"if": condition, "steps": list(steps)}


def otherwise(*steps: Written) -> Written:
    return {"else": None, "steps": list(steps)}


def branch(*arms: Written) -> Written:
    return {"branch": list(arms)}


def named(sequence: Sequence, slug: str) -> Step:
    return sequence.steps[sequence.numbers[slug]]


def ways(sequence: Sequence, slug: str) -> list[str]:
    return [sequence.steps[number].slug for number in ways_on(named(sequence, slug))]


def problems(data: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        compile_sequence(data)
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


def detail(data: object) -> str:
    with pytest.raises(InvalidInput) as refused:
        compile_sequence(data)
    return " ".join(problem.detail for problem in refused.value.problems)


def test_steps_follow_one_another() -> None:
    sequence = compile_sequence([email("intro"), {"wait": "2 days"}, email("offer")])
    assert sequence.first == sequence.numbers["intro"]
    assert ways(sequence, "intro") == ["intro_wait"]
    assert ways(sequence, "intro_wait") == ["offer"]
    assert named(sequence, "offer").next is None


def test_an_email_adds_no_delay_of_its_own() -> None:
    """Trap 4: only waits take time."""
    sequence = compile_sequence([email("intro"), {"wait": "2 days"}, email("offer")])
    waits = [step.seconds for step in sequence.steps.values() if isinstance(step, WaitStep)]
    assert waits == [2 * 86_400]


def test_an_email_may_be_a_mapping() -> None:
    written = {"email": {"id": "intro", "template": "hello", "subject": "Hi {{ firstName }}"}}
    assert named(compile_sequence([written]), "intro") == EmailStep(
        1, "intro", None, "hello", "Hi {{ firstName }}"
    )


def test_the_arms_of_a_branch_go_on_after_the_whole_branch() -> None:
    """Trap 3: the true path must not run into the false path's email."""
    sequence = compile_sequence(
        [
            email("intro"),
            branch(
                arm("steps.intro.clicked", email("hot")),
                arm("steps.intro.opened", email("warm"), {"wait": "1 day"}),
                otherwise(email("cold")),
            ),
            email("value"),
        ]
    )
    assert ways(sequence, "intro_branch") == ["hot", "warm", "cold"]
    assert ways(sequence, "hot") == ["value"]
    assert ways(sequence, "warm_wait") == ["value"]
    assert ways(sequence, "cold") == ["value"]


def test_without_an_else_the_rest_goes_on_after_the_branch() -> None:
    sequence = compile_sequence([email("intro"), branch(arm("steps.intro.opened")), email("value")])
    assert ways(sequence, "intro_branch") == ["value", "value"]


def test_an_inner_branch_goes_on_after_the_outer_one() -> None:
    inner = branch(arm("contact.vip", email("vip")))
    sequence = compile_sequence(
        [email("intro"), branch(arm("steps.intro.opened", inner), otherwise()), email("value")]
    )
    assert ways(sequence, "vip") == ["value"]
    assert ways(sequence, "intro_branch_2") == ["vip", "value"]


def test_a_branch_at_the_end_ends_the_sequence() -> None:
    sequence = compile_sequence([email("intro"), branch(arm("contact.vip", email("vip")))])
    step = named(sequence, "intro_branch")
    assert isinstance(step, ConditionStep)
    assert step.next is None
    assert named(sequence, "vip").next is None


def test_nobody_goes_on_after_an_exit() -> None:
    sequence = compile_sequence(
        [email("intro"), branch(arm("contact.vip", {"exit": "moved_to_sales"})), email("value")]
    )
    assert named(sequence, "intro_exit") == ActionStep(
        3, "intro_exit", None, (Exit("moved_to_sales"),)
    )


def test_actions_of_every_kind() -> None:
    actions = [{"add_tag": "hot"}, {"set": {"plan": "trial", "seats": 5}}, {"add_score": -10}]
    sequence = compile_sequence([email("intro"), {"action": actions}])
    step = named(sequence, "intro_action")
    assert isinstance(step, ActionStep)
    assert step.actions == (
        AddTag("hot"),
        SetAttribute("plan", "trial"),
        SetAttribute("seats", 5),
        AddScore(-10),
    )


def test_a_goto_leads_back_a_bounded_number_of_times() -> None:
    sequence = compile_sequence(
        [email("intro"), {"wait": "1 day"}, {"goto": {"step": "intro", "at_most": 3}}]
    )
    assert named(sequence, "intro_goto") == GotoStep(3, "intro_goto", None, target=1, at_most=3)


def test_any_step_may_have_a_name_to_go_back_to() -> None:
    steps = [
        email("intro"),
        {"wait": "1 day", "id": "pause"},
        email("again"),
        {"goto": {"step": "pause", "at_most": 2}},
    ]
    assert ways(compile_sequence(steps), "again_goto") == ["pause"]


@pytest.mark.parametrize(
    ("written", "value", "unit", "seconds"),
    [
        ("1 minute", 1, Unit.MINUTES, 60),
        ("90 minutes", 90, Unit.MINUTES, 5_400),
        ("1 hour", 1, Unit.HOURS, 3_600),
        ("2 weeks", 2, Unit.WEEKS, 1_209_600),
        ("365 days", 365, Unit.DAYS, 31_536_000),
        ({"value": 2, "unit": "days"}, 2, Unit.DAYS, 172_800),
        ({"value": 1, "unit": "day"}, 1, Unit.DAYS, 86_400),
    ],
)
def test_waits_in_all_units(written: object, value: int, unit: Unit, seconds: int) -> None:
    step = named(compile_sequence([email("intro"), {"wait": written}]), "intro_wait")
    assert isinstance(step, WaitStep)
    assert (step.value, step.unit, step.seconds) == (value, unit, seconds)


def test_a_slug_keeps_its_number_and_no_number_is_given_twice() -> None:
    first = compile_sequence([email("intro"), email("value"), email("offer")])
    second = compile_sequence([email("hello"), email("offer")], numbers=first.numbers)
    third = compile_sequence([email("more"), email("value")], numbers=second.numbers)
    assert first.numbers == {"intro": 1, "value": 2, "offer": 3}
    assert {step.slug: step.number for step in second.steps.values()} == {"hello": 4, "offer": 3}
    assert {step.slug: step.number for step in third.steps.values()} == {"more": 5, "value": 2}
    assert second.first == 4


def test_a_nameless_step_keeps_its_number_when_another_part_changes() -> None:
    first = compile_sequence([email("intro"), email("offer"), {"wait": "1 day"}])
    second = compile_sequence(
        [email("intro"), {"wait": "1 hour"}, email("offer"), {"wait": "1 day"}],
        numbers=first.numbers,
    )
    assert second.numbers["offer_wait"] == first.numbers["offer_wait"]


def test_150_steps_with_50_emails_compile_and_one_more_does_not() -> None:
    steps: list[Written] = []
    for n in range(50):
        steps += [email(f"mail_{n}"), {"wait": "1 day"}, {"action": {"add_tag": "seen"}}]
    assert len(compile_sequence(steps).steps) == 150
    assert problems([*steps, email("last")]) == [("/150", "too_many_steps")]


INTRO = email("intro")
DAY = {"wait": "1 day"}
DEEP = email("deep")
for _ in range(9):
    DEEP = branch(arm("contact.vip", DEEP))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], [("", "empty_sequence")]),
        ("intro", [("", "wrong_type"), ("", "empty_sequence")]),
        ({"steps": []}, [("", "wrong_type"), ("", "empty_sequence")]),
        ([DAY], [("", "no_email")]),
        ([INTRO, "offer"], [("/1", "wrong_type")]),
        ([INTRO, {"mail": "offer"}], [("/1", "unknown_step")]),
        ([INTRO, {}], [("/1", "unknown_step")]),
        ([INTRO, {**email("offer"), **DAY}], [("/1", "ambiguous_step")]),
        ([{**INTRO, "delay": 2}], [("/0/delay", "unknown_key")]),
        ([{**INTRO, "a/b~": 2}], [("/0/a~1b~0", "unknown_key")]),
        ([{"email": "intro"}], [("/0", "missing_template")]),
        ([{"email": {"id": "intro"}}], [("/0/email", "missing_template")]),
        ([{"email": "Intro Mail", "template": "x"}], [("/0/email", "invalid_slug")]),
        ([{"email": "in", "template": "x"}], [("/0/email", "invalid_slug")]),
        ([{"email": {"template": "x"}}], [("/0/email/id", "invalid_slug")]),
        ([{"email": "intro", "template": "a b"}], [("/0/template", "invalid_template")]),
        ([{**INTRO, "subject": "a\r\nBcc: b"}], [("/0/subject", "invalid_text")]),
        ([{**INTRO, "subject": "x" * 256}], [("/0/subject", "invalid_text")]),
        ([INTRO, INTRO], [("/1", "duplicate_slug")]),
        ([INTRO, {**DAY, "id": "intro"}], [("/1", "duplicate_slug")]),
        ([INTRO, {"wait": "2 fortnights"}], [("/1/wait", "invalid_unit")]),
        ([INTRO, {"wait": "two days"}], [("/1/wait", "invalid_wait")]),
        ([INTRO, {"wait": 2}], [("/1/wait", "invalid_wait")]),
        ([INTRO, {"wait": "0 days"}], [("/1/wait", "invalid_wait")]),
        ([INTRO, {"wait": "-1 days"}], [("/1/wait", "invalid_wait")]),
        ([INTRO, {"wait": "53 weeks"}], [("/1/wait", "invalid_wait")]),
        ([INTRO, {"wait": {"value": 1.5, "unit": "days"}}], [("/1/wait/value", "invalid_number")]),
        ([INTRO, {"wait": {"value": True, "unit": "days"}}], [("/1/wait/value", "invalid_number")]),
        ([INTRO, {"wait": {"value": 1, "unit": "day s"}}], [("/1/wait/unit", "invalid_unit")]),
        ([INTRO, {"wait": {"value": 1}}], [("/1/wait/unit", "invalid_unit")]),
        ([INTRO, {"branch": []}], [("/1/branch", "missing_if")]),
        ([INTRO, branch(otherwise(DAY))], [("/1/branch", "missing_if")]),
        ([INTRO, branch({"if": "contact.a"})], [("/1/branch/0", "missing_steps")]),
        ([INTRO, branch({"steps": []})], [("/1/branch/0", "missing_if")]),
        ([INTRO, branch(arm("contact.a ="))], [("/1/branch/0/if", "invalid_condition")]),
        ([INTRO, branch({"if": True, "steps": []})], [("/1/branch/0/if", "wrong_type")]),
        (
            [INTRO, branch(arm("contact.a"), {"else": [DAY], "steps": []})],
            [("/1/branch/1/else", "wrong_type")],
        ),
        (
            [INTRO, branch(arm("contact.a"), otherwise(), arm("contact.b"))],
            [("/1/branch/1", "else_not_last")],
        ),
        (
            [INTRO, branch(arm("contact.a"), otherwise(), otherwise())],
            [("/1/branch/1", "else_not_last")],
        ),
        (
            [INTRO, branch(*(arm(f"contact.a == {n}") for n in range(21)))],
            [("/1/branch", "too_many_arms")],
        ),
        ([INTRO, DEEP], [("/1" + "/branch/0/steps/0" * 8 + "/branch/0/steps", "too_deep")]),
        ([INTRO, {"action": "add_tag"}], [("/1/action", "wrong_type")]),
        ([INTRO, {"action": []}], [("/1/action", "wrong_count")]),
        ([INTRO, {"action": {"tag": "a"}}], [("/1/action/tag", "unknown_key")]),
        (
            [INTRO, {"action": {"add_tag": "a", "remove_tag": "b"}}],
            [("/1/action", "ambiguous_action")],
        ),
        ([INTRO, {"action": {"add_tag": "a;b"}}], [("/1/action/add_tag", "invalid_text")]),
        ([INTRO, {"action": [{"add_tag": ""}]}], [("/1/action/0/add_tag", "invalid_text")]),
        ([INTRO, {"action": {"add_score": "5"}}], [("/1/action/add_score", "invalid_number")]),
        ([INTRO, {"action": {"set": {}}}], [("/1/action/set", "wrong_count")]),
        (
            [INTRO, {"action": {"set": {"email": "a@example.com"}}}],
            [("/1/action/set/email", "protected_attribute")],
        ),
        ([INTRO, {"action": {"set": {"a": []}}}], [("/1/action/set/a", "invalid_value")]),
        ([INTRO, {"action": {"set": {"a": 1e99}}}], [("/1/action/set/a", "invalid_value")]),
        ([INTRO, {"exit": "moved to sales"}], [("/1/exit", "invalid_slug")]),
        ([INTRO, {"exit": None}], [("/1/exit", "invalid_slug")]),
        ([INTRO, {"exit": "done"}, DAY, DAY], [("/2", "unreachable")]),
        (
            [INTRO, branch(arm("contact.a", {"exit": "x"}), otherwise({"exit": "y"})), DAY],
            [("/2", "unreachable")],
        ),
        (
            [INTRO, branch(arm("contact.a", {"exit": "x"}, DAY))],
            [("/1/branch/0/steps/1", "unreachable")],
        ),
        ([INTRO, DAY, {"goto": "intro"}], [("/2/goto", "wrong_type")]),
        ([INTRO, DAY, {"goto": {"step": "intro"}}], [("/2/goto", "unbounded_cycle")]),
        (
            [INTRO, DAY, {"goto": {"step": "intro", "at_most": 1}}],
            [("/2/goto/at_most", "invalid_number")],
        ),
        (
            [INTRO, DAY, {"goto": {"step": "into", "at_most": 2}}],
            [("/2/goto/step", "unknown_step_name")],
        ),
        (
            [INTRO, {"goto": {"step": "intro", "at_most": 2}}],
            [("/1", "cycle_without_wait")],
        ),
        (
            [
                INTRO,
                branch(arm("contact.a", DAY)),
                {"goto": {"step": "intro", "at_most": 2}},
            ],
            [("/2", "cycle_without_wait")],
        ),
        (
            [{"goto": {"step": "intro", "at_most": 2}}, DAY, INTRO],
            [("/0/goto/step", "goto_forward")],
        ),
        (
            [INTRO, branch(arm("steps.into.opened"))],
            [("/1/branch/0/if", "unknown_step_name")],
        ),
        (
            [INTRO, {**DAY, "id": "rest"}, branch(arm("steps.rest.opened"))],
            [("/2/branch/0/if", "not_an_email")],
        ),
        (
            [INTRO, branch(arm("steps.offer.opened")), email("offer")],
            [("/1/branch/0/if", "cannot_have_happened")],
        ),
        (
            [
                INTRO,
                branch(
                    arm("contact.a", email("a")),
                    otherwise(branch(arm("steps.a.opened", DAY))),
                ),
            ],
            [("/1/branch/1/steps/0/branch/0/if", "cannot_have_happened")],
        ),
        (
            [INTRO, branch(arm("steps.intro.opened"), arm("steps.intro.clicked"))],
            [("/1/branch/1/if", "never_wins")],
        ),
        (
            [INTRO, branch(arm("contact.a"), arm("contact.b"), arm("contact.a"))],
            [("/1/branch/2/if", "never_wins")],
        ),
        (
            [INTRO, branch(arm("contact.a"), arm("!contact.a"), arm("contact.b"))],
            [("/1/branch/2/if", "never_wins")],
        ),
        (
            [INTRO, branch(arm("contact.a == 1 && contact.a == 2"))],
            [("/1/branch/0/if", "never_wins")],
        ),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(
    data: object, expected: list[tuple[str, str]]
) -> None:
    assert problems(data) == expected


def test_an_email_of_an_earlier_round_may_have_been_opened() -> None:
    loop = {"goto": {"step": "intro", "at_most": 2}}
    steps = [INTRO, branch(arm("steps.offer.opened", DAY)), email("offer"), DAY, loop]
    assert compile_sequence(steps).steps


def test_all_problems_are_told_at_once_in_the_order_of_the_source() -> None:
    data = [
        {"email": "intro"},
        {"wait": "2 fortnights"},
        branch(arm("steps.intro.open", {"exit": "x"}, DAY)),
        *(DAY for _ in range(8)),
        {"goto": {"step": "nowhere", "at_most": 3}},
        {"send": "x"},
    ]
    assert problems(data) == [
        ("/0", "missing_template"),
        ("/1/wait", "invalid_unit"),
        ("/2/branch/0/if", "invalid_condition"),
        ("/2/branch/0/steps/1", "unreachable"),
        ("/11/goto/step", "unknown_step_name"),
        ("/12", "unknown_step"),
    ]


def test_the_messages_say_what_to_write_instead() -> None:
    assert "did you mean email?" in detail([INTRO, {"emial": "x"}])
    assert "did you mean weeks?" in detail([INTRO, {"wait": "2 weks"}])
    assert "did you mean intro?" in detail([INTRO, branch(arm("steps.into.opened"))])
    assert "column 13" in detail([INTRO, branch(arm("steps.intro.open"))])
    assert "put the stronger condition first" in detail(
        [INTRO, branch(arm("steps.intro.opened"), arm("steps.intro.clicked"))]
    )


def test_a_flood_of_conditions_is_refused_at_once() -> None:
    tangled = " && ".join(f"(contact.a{n} || contact.b{n})" for n in range(60))
    arms = [arm(f"contact.c == {n} && {tangled}") for n in range(20)]
    found = problems([INTRO, *(branch(*arms) for _ in range(140))])
    assert [code for _, code in found] == ["too_large"]


def test_pointers_lead_to_where_the_list_stands() -> None:
    with pytest.raises(InvalidInput) as refused:
        compile_sequence([{"wait": "1 year"}], at="/steps")
    pointers = [problem.pointer for problem in refused.value.problems]
    assert pointers == ["/steps", "/steps/0/wait"]


def test_a_list_that_holds_itself_is_refused() -> None:
    steps: list[object] = [INTRO]
    steps.append(branch({"if": "contact.a", "steps": steps}))
    assert "too_deep" in {code for _, code in problems(steps)}


KEYS = st.sampled_from(
    [
        "email",
        "template",
        "subject",
        "wait",
        "branch",
        "action",
        "goto",
        "exit",
        "id",
        "if",
        "else",
        "steps",
        "step",
        "at_most",
        "value",
        "unit",
        "add_tag",
        "set",
        "add_score",
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(string.printable, max_size=8),
    st.sampled_from(["intro", "offer", "2 days", "days", "steps.intro.opened", "contact.a == 1"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=30,
)


@given(st.lists(TREES, max_size=5) | TREES)
def test_any_data_is_a_sequence_or_invalid_input(data: object) -> None:
    try:
        sequence = compile_sequence(data)
    except InvalidInput as refused:
        assert refused.problems  # noqa: PT017 - most data is refused
        return
    assert all(way in sequence.steps for s in sequence.steps.values() for way in ways_on(s))


CONDITIONS = st.sampled_from(["contact.a", "contact.b == 1", "contact.c > 5", "contact.d"])


@st.composite
def outlines(draw: st.DrawFn, depth: int = 0) -> list[Written]:
    steps: list[Written] = []
    for _ in range(draw(st.integers(1, 2))):
        match draw(st.sampled_from(["email", "goto", "wait", "branch"][: 3 if depth > 1 else 4])):
            case "email":
                steps.append(email("m" + draw(st.uuids()).hex))
            case "wait":
                steps.append(DAY)
            case "goto":
                steps += [DAY, {"goto": {"step": "intro", "at_most": 2}}]
            case _:
                picked = draw(st.lists(CONDITIONS, unique=True, min_size=1, max_size=2))
                arms = [arm(condition, *draw(outlines(depth + 1))) for condition in picked]
                steps.append(branch(*arms, otherwise(*draw(outlines(depth + 1)))))
    return steps


@given(outlines())
def test_every_step_is_reached_and_only_a_goto_leads_back(steps: list[Written]) -> None:
    sequence = compile_sequence([INTRO, *steps])
    places = list(sequence.steps)
    reached = {sequence.first}
    for step in sequence.steps.values():
        reached |= set(ways_on(step))
        back = step.target if isinstance(step, GotoStep) else None
        onward = [way for way in ways_on(step) if way != back]
        assert all(places.index(way) > places.index(step.number) for way in onward)
    assert reached == set(sequence.steps)
