"""The rules: what each finds and where, and what may be allowed."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from penguinmails.resources.finding import Severity
from penguinmails.resources.lint import Verdict, lint
from penguinmails.resources.publish import pages
from penguinmails.resources.rules import RULES

NOW_AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
PRODUCT = Path(__file__).parents[3] / "shared" / "penguinmails"
HEAD = "kind: campaign\nslug: c\nname: C\ntype: drip\n"
HELLO = """steps:
  - email: hello
    template: t
  - wait: 1 day
"""
TEMPLATE = """---
kind: template
slug: t
subject: Hi
html: <p>Hi</p>
"""


def verdict(text: str) -> Verdict:
    return lint({"a.yaml": text.encode()}, NOW_AT)


def found(text: str) -> list[tuple[str, int, int]]:
    findings = verdict(text).findings
    return [(one.rule.id, one.mark.line, one.mark.column) for one in findings]


def steps(*lines: str) -> str:
    """Give a campaign whose steps begin on line 9, after an email and a wait."""
    return HEAD + HELLO + "".join(f"{line}\n" for line in lines) + TEMPLATE


def branch(*conditions: str, rest: str = "") -> str:
    arms = [line for each in conditions for line in (f"      - if: {each}", "        steps: []")]
    return steps("  - branch:", *arms, *([rest] if rest else []))


def template(html: str, subject: str = "Hi") -> str:
    lines = "".join(f"  {line}\n" for line in html.splitlines())
    return f"kind: template\nslug: t\nsubject: {subject}\nhtml: |\n{lines}"


def test_a_clean_file_has_no_findings() -> None:
    assert found(branch("steps.hello.clicked")) == []


def test_a_click_that_is_asked_after_the_open_never_wins() -> None:
    text = branch("steps.hello.opened", "steps.hello.clicked")
    assert found(text) == [("open-based", 10, 13), ("never-wins", 12, 13)]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (['contact.a == "b"', 'contact.a == "b"'], [("never-wins", 12, 13)]),
        (['"true"'], [("constant-condition", 10, 14)]),
        (["contact.a == contact.a || !false"], [("constant-condition", 10, 13)]),
        (["contact.a > 5 && contact.a < 3"], []),
        (["contact.leadScore > 5"], [("unknown-attribute", 10, 13)]),
        (["true && contact.emial == null"], [("unknown-attribute", 10, 21)]),
        (["!contact.a"], [("tag", 10, 13)]),
        (["steps.bye.clicked"], [("unknown-step-name", 10, 13)]),
        (["contact.a = 5"], [("invalid-condition", 10, 23)]),
        (['"contact.a == \\"b\\" && ("'], [("invalid-condition", 10, 37)]),
        (["'contact.a == ''b'' && ('"], [("invalid-condition", 10, 37)]),
    ],
)
def test_conditions_are_judged_at_their_columns(
    conditions: list[str], expected: list[tuple[str, int, int]]
) -> None:
    assert found(branch(*conditions)) == expected


@pytest.mark.parametrize("style", ["|", ">", ">-", "|2-", ""])
def test_a_condition_over_several_lines_is_judged_in_the_right_one(style: str) -> None:
    lines = (f"      - if: {style}", "          contact.a > 5 &&", "          contact.b = 3")
    text = steps("  - branch:", *lines, "        steps: []").replace("|2-", "|-")
    assert found(text) == [("invalid-condition", 12, 21)]


def test_an_else_that_nobody_gets_to_is_found() -> None:
    text = branch("contact.a > 5", "'!(contact.a > 5)'", rest="      - else:\n        steps: []")
    assert found(text) == [("else-never", 14, 9)]


def test_steps_after_an_exit_are_found() -> None:
    assert found(steps("  - exit: done", "  - wait: 1 day")) == [("unreachable", 10, 5)]


def test_a_way_back_without_a_wait_is_found() -> None:
    text = steps("  - action: {add_tag: a}", "    id: a", "  - goto: {step: a, at_most: 3}")
    assert found(text) == [("cycle-without-wait", 11, 5)]


def test_a_condition_on_a_later_step_is_found() -> None:
    arm = ("  - branch:", "      - if: steps.late.clicked", "        steps: []")
    text = steps(*arm, "  - email: late", "    template: t")
    assert found(text) == [("cannot-have-happened", 10, 13)]


def test_a_branch_right_after_its_email_comes_too_soon() -> None:
    text = branch("steps.hello.clicked").replace("  - wait: 1 day\n", "")
    assert found(text) == [("too-soon", 9, 13)]


def test_a_wait_on_one_way_only_does_not_do() -> None:
    inner = ("  - branch:", "      - if: contact.a > 5", "        steps: [{wait: 1 day}]")
    outer = ("  - branch:", "      - if: steps.hello.clicked", "        steps: []")
    text = steps(*inner, *outer).replace("  - wait: 1 day\n", "", 1)
    assert found(text) == [("too-soon", 12, 13)]


def test_references_that_the_files_do_not_answer_are_warned_of() -> None:
    text = steps("  - email: x", "    template: tt").replace("type:", "segment: gone\ntype:")
    assert found(text) == [("unknown-segment", 4, 10), ("unknown-template", 11, 15)]
    assert not verdict(text).has_errors


def test_times_are_judged() -> None:
    times = 'start: 2020-01-01T10:00\nend: "2027-01-01T25:00"\ntime_zone: Mars/Olympus\n'
    assert found(HEAD + times) == [
        ("past-date", 5, 8),
        ("unquoted-time", 5, 8),
        ("invalid-date", 6, 6),
        ("unknown-time-zone", 7, 12),
    ]
    ends = 'start: "2027-01-02T10:00"\nend: "2027-01-01T10:00"\n'
    assert found(HEAD + ends) == [("end-before-start", 6, 6)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>{{ firstName }}</p>", [("no-fallback", 5, 9)]),
        ("<p>{{ firstName|default('x') }}\n{{ contact.company }}</p>", [("no-fallback", 6, 6)]),
        ("<p>{% if company %}{{ contact.company }}{% endif %}</p>", []),
        ("<p>{{ contact.email }}</p>", []),
        ("<p>{{ frist_name|default('x') }}</p>", [("unknown-variable", 5, 9)]),
        ("<p>{{ frstName|default('x') }}</p>", [("unknown-variable", 5, 9)]),
        ('<a href="{{ unsubscribe_link }}">x</a>', [("unsubscribe-name", 5, 15)]),
        ("<p>x\n{{ x|foo }}</p>", [("no-fallback", 6, 6), ("template-source", 6, 3)]),
        ("<p>{{ x</p>", [("template-source", 5, 3)]),
        ("<p>x {{ company|d('x')|image }}</p>", [("template-source", 5, 3)]),
        (
            "<p>x\n<img src=\"{{ 'https://a.example'|image(n=company) }}\" alt=''></p>",
            [("no-fallback", 6, 44)],
        ),
        (f"<p>{'a ' * 60_000}</p>", [("clipped", 5, 3)]),
        ("<p>a</p><img src='https://a.example/b.png'>", [("template-advice", 5, 3)]),
    ],
)
def test_templates_are_judged_at_their_places(
    html: str, expected: list[tuple[str, int, int]]
) -> None:
    assert sorted(found(template(html))) == expected


def test_a_comment_allows_a_warning_where_it_is_meant() -> None:
    arm = "      - if: steps.hello.opened"
    beside = branch("steps.hello.opened # allow: too-soon, open-based - on purpose")
    above = steps("  - branch:", "      # allow: open-based", arm, "        steps: []")
    assert found(beside) == found(above) == []
    far = steps("  - branch:", "      # allow: open-based", "", arm, "        steps: []")
    assert found(far) == [("open-based", 12, 13)]


def test_a_comment_allows_no_error() -> None:
    assert found(steps("  - exit: done", "  - wait: 1 day # allow: unreachable")) != []


def test_a_file_of_wrong_types_is_judged_without_a_fall() -> None:
    for kind in ("campaign", "template", "sender", "topic", "segment"):
        for wrong in ("5", "[a]", "{a: b}", "", "true", "[[{}]]", "{branch: 1}"):
            keys = ("steps", "from", "html", "variants", "format", "start", "segment", "email")
            text = f"kind: {kind}\nslug: a\n" + "".join(f"{key}: {wrong}\n" for key in keys)
            assert verdict(text).has_errors


def test_each_rule_says_why_and_what_to_write_instead() -> None:
    for rule in RULES.values():
        assert rule.why.endswith("."), rule.id
        assert rule.instead.endswith("."), rule.id
        assert rule.severity in Severity


def test_the_reference_in_the_docs_is_what_the_code_says() -> None:
    again = "is stale: run .venv/bin/python -m penguinmails.resources.publish"
    for path, text in pages():
        assert path.read_text(encoding="utf-8") == text, f"{path} {again}"


def test_there_is_a_rule_for_every_problem_of_a_sequence_and_of_times() -> None:
    names = ("read_outline", "read_actions", "source", "validate", "schedule")
    files = [PRODUCT / "campaigns" / f"{name}.py" for name in names]
    files += (PRODUCT / "resources").glob("*.py")
    codes = {code for file in files for code in _codes(file.read_text(encoding="utf-8"))}
    assert len(codes) > 40
    assert {code.replace("_", "-") for code in codes} <= set(RULES)


def _codes(source: str) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            place = {"refuse": 1, "Problem": 1, "Unreadable": 0, "rule": 0}.get(name)
            argument = node.args[place] if place is not None and len(node.args) > place else None
            if isinstance(argument, ast.Constant):
                found.append(str(argument.value))
    return found
