"""Conditions: what they say, what they read, and how they refuse what they cannot read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.campaigns.conditions import ConditionError, can_be_true, parse


@dataclass(frozen=True)
class KnownFacts:
    """Facts written down in the test; `attributes` by their dotted path."""

    attributes: Mapping[str, object] = field(default_factory=dict)
    happenings: frozenset[tuple[str, str]] = frozenset()

    def attribute(self, path: tuple[str, ...]) -> object | None:
        return self.attributes.get(".".join(path))

    def happened(self, step_slug: str, what: str) -> bool:
        return (step_slug, what) in self.happenings


def holds(text: str, **attributes: object) -> bool:
    return parse(text).evaluate(KnownFacts(attributes))


def after(text: str, *happenings: tuple[str, str]) -> bool:
    return parse(text).evaluate(KnownFacts(happenings=frozenset(happenings)))


@pytest.mark.parametrize(
    "text",
    [
        'contact.industry == "SaaS"',
        "contact.industry == 'SaaS'",
        'contact.industry != "Legal"',
        "contact.lead_score > 50",
        "50 < contact.lead_score",
        "contact.lead_score >= 51 && contact.lead_score <= 51",
        "contact.lead_score == 51.0",
        'contact.industry in ["Legal", "SaaS"]',
        "contact.lead_score in [1, 51]",
        '"vip" in contact.tags',
        '!("partner" in contact.tags)',
        'contact.email.endsWith(".org")',
        'contact.email.startsWith("ada@") && contact.email.contains("@example")',
        "contact.customer",
        "contact.customer == true",
        "!contact.customer || true",
        "contact.phone == null",
        "contact.industry != null",
        "false || (true && !false)",
        'contact.name == "O\\"Neill \\u00e9"',
        "contact.balance < -1.5",
        "(contact.lead_score) > 50",
        "steps.intro.opened == false",
    ],
)
def test_a_condition_that_holds(text: str) -> None:
    facts = KnownFacts(
        {
            "industry": "SaaS",
            "lead_score": 51,
            "tags": frozenset({"vip", "beta"}),
            "email": "ada@example.org",
            "customer": True,
            "name": 'O"Neill é',
            "balance": Decimal("-2.5"),
        }
    )
    assert parse(text).evaluate(facts)


@pytest.mark.parametrize(
    "relation", ["==", "!=", "<", "<=", ">", ">="], ids=["eq", "ne", "lt", "le", "gt", "ge"]
)
@pytest.mark.parametrize(
    "value",
    [None, "80", True, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), [80], {}, b"8"],
    ids=repr,
)
def test_a_comparison_with_a_missing_or_differently_typed_value_is_false(
    value: object, relation: str
) -> None:
    assert not holds(f"contact.lead_score {relation} 80", lead_score=value)


def test_true_is_no_number() -> None:
    assert not holds("contact.vip == 1", vip=True)
    assert not holds("contact.vip in [1]", vip=True)
    assert not holds("contact.vip", vip=1)
    assert not holds("1 in contact.tags", tags=[True])


def test_membership_in_what_is_no_list_is_false() -> None:
    assert not holds('"a" in contact.tags', tags="abc")
    assert not holds('"a" in contact.tags')
    assert not holds("contact.a in [1, 2]", a=[1])


def test_a_text_test_of_what_is_no_text_is_false() -> None:
    assert not holds('contact.size.startsWith("1")', size=100)


def test_and_binds_stronger_than_or() -> None:
    assert holds("true || false && false")
    assert not holds("(true || false) && false")


def test_a_click_implies_an_open_a_delivery_and_a_send() -> None:
    clicked = ("intro", "clicked")
    assert after("steps.intro.opened && steps.intro.delivered && steps.intro.sent", clicked)
    assert not after("steps.intro.replied || steps.intro.bounced", clicked)


def test_engagement_is_asked_of_the_step_that_is_named() -> None:
    """Trap 6: an open of any other email of the campaign is not meant."""
    assert not after("steps.intro.opened", ("value", "opened"))


def test_a_condition_tells_what_it_reads() -> None:
    condition = parse('contact.address.city == "Bergen" && (steps.intro.opened || contact.vip)')
    assert condition.attributes == {("address", "city"), ("vip",)}
    assert condition.engagements == {("intro", "opened")}


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("", 1, "empty"),
        ("  ", 1, "empty"),
        ("contact", 1, "contact.industry"),
        ("contact.a = 1", 11, "=="),
        ("contact.a == 1 and true", 16, "&&"),
        ("contact.a == 1 or true", 16, "||"),
        ("contact.a & true", 11, "&&"),
        ("!contact.a == 1", 1, "parentheses"),
        ("contact.a == !true", 14, "parentheses"),
        ("steps.intro", 1, "steps.intro.opened"),
        ("steps.intro.open", 13, "did you mean `opened`"),
        ("opened", 1, "steps.<step>.opened"),
        ("contract.a", 1, "did you mean `contact`"),
        ('contact.a.startswith("x")', 11, "did you mean `startsWith`"),
        ("contact.a.startsWith(1)", 22, "text in quotes"),
        ('contact.tags.contains("x")', 1, "in contact.tags"),
        ('steps.intro.opened.contains("x")', 20, "text of the contact"),
        ('size("x")', 1, "startsWith"),
        ("(contact.a", 11, "expected `)`"),
        ("contact.a)", 10, "did not expect"),
        ('contact.a == "x', 14, "closing quote"),
        ("contact.a == \u201cx\u201d", 14, "straight quotes"),
        ('contact.a == "\\q"', 15, "escape"),
        ('contact.a == "\\ud800"', 15, "escape"),
        ('contact.a == "\ud800"', 15, "half a character"),
        ("1", 1, "neither true nor false"),
        ('contact.a && "x"', 14, "neither true nor false"),
        ("contact.a > null", 11, "no order"),
        ("contact.a < true", 11, "no order"),
        ("contact.a in 5", 14, "list"),
        ("contact.a in [null]", 15, "null"),
        ("contact.a in [1 2]", 17, "expected `,`"),
        ("contact.a in [1", 16, "expected `,`"),
        ("1 < contact.a < 3", 15, "chain"),
        ("contact.in == 1", 9, "expected a name"),
        ("contact. == 1", 10, "expected a name"),
        ("contact.a == 1234567890123456", 14, "digits"),
        ("contact.a ==", 13, "the end"),
        ("contact.a @ 1", 11, "remove it"),
        ("(" * 40 + "true" + ")" * 40, 33, "nest"),
        ("true" + " " * 2_000, 2_001, "2,000"),
    ],
)
def test_a_condition_that_cannot_be_read_says_where_and_what_to_write(
    text: str, column: int, word: str
) -> None:
    with pytest.raises(ConditionError) as refused:
        parse(text)
    assert refused.value.column == column
    assert word in refused.value.detail


WRITTEN = """contact steps . intro opened clicked a tags == != < <= > >= && || ! ( ) [ ] , in true
    false null 1 -2.5 "x" 'y' startsWith endsWith contains ("x") contact.a steps.intro.opened
    contact.a.contains( [1,2] " ' \\ = & \u201c"""
PIECES = st.sampled_from(WRITTEN.split())
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.decimals(),
    st.lists(st.text() | st.integers()),
    st.dictionaries(st.text(), st.integers()),
)


@given(st.text() | st.lists(PIECES, max_size=40).map(" ".join), VALUES)
def test_any_text_is_a_condition_or_a_condition_error(text: str, value: object) -> None:
    try:
        condition = parse(text)
    except ConditionError as refused:
        assert 1 <= refused.column <= len(text) + 1  # noqa: PT017 - most texts are refused
        return
    facts = KnownFacts({"a": value, "tags": value}, frozenset({("intro", "opened")}))
    assert condition.evaluate(facts) in {True, False}


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "contact.a == 1",
            "contact.a == 2",
            "contact.a != 1",
            "contact.a > 1",
            "contact.a >= 2",
            "contact.a < 3",
            "contact.a in [1, 3]",
            "contact.a == null",
            "contact.a != null",
            'contact.b.startsWith("x")',
            'contact.b == "xy"',
            "contact.c",
            "steps.s.opened",
            "steps.s.clicked",
            "steps.s.bounced",
        ]
    ),
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
    ),
    max_leaves=5,
)
WORLDS = st.builds(
    KnownFacts,
    st.fixed_dictionaries(
        {
            "a": st.sampled_from([None, 0, 1, 2, 3, 4, "1", True]),
            "b": st.sampled_from([None, "x", "xy", "y", 1]),
            "c": st.sampled_from([None, True, False]),
        }
    ),
    st.frozensets(st.sampled_from([("s", "opened"), ("s", "clicked"), ("s", "bounced")])),
)


@given(st.lists(CONDITIONS, min_size=1, max_size=4), WORLDS)
def test_what_is_said_never_to_win_never_wins(texts: list[str], world: KnownFacts) -> None:
    *earlier, last = [parse(text) for text in texts]
    wins = last.evaluate(world) and not any(each.evaluate(world) for each in earlier)
    if wins:
        assert can_be_true(last.expression, after=[each.expression for each in earlier])


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("steps.a.opened", "steps.a.clicked"),
        ("steps.a.opened && contact.x > 50", "contact.x > 60 && steps.a.clicked"),
        ("contact.x >= 50", "contact.x > 50"),
        ("50 <= contact.x", "contact.x == 50"),
        ("contact.i != null", 'contact.i == "SaaS"'),
        ("contact.vip", "contact.vip == true"),
        ("contact.a || !contact.a", "contact.b"),
        ('contact.i in ["a", "b"]', 'contact.i == "b"'),
    ],
)
def test_an_arm_behind_a_weaker_one_is_found(earlier: str, later: str) -> None:
    assert not can_be_true(parse(later).expression, after=[parse(earlier).expression])
    assert can_be_true(parse(later).expression)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("steps.a.clicked", "steps.a.opened"),
        ("contact.x > 80", "contact.x > 50"),
        ("contact.x == 1", "contact.x == true"),
        ("steps.a.opened", "steps.b.clicked"),
    ],
)
def test_an_arm_behind_a_stronger_one_may_win(earlier: str, later: str) -> None:
    assert can_be_true(parse(later).expression, after=[parse(earlier).expression])


def test_a_hopeless_search_ends_early() -> None:
    tangled = " && ".join(f"(contact.a{i} || contact.b{i})" for i in range(60))
    none = "!(" + " || ".join(f"contact.a{i} && contact.b{i}" for i in range(60)) + ")"
    assert can_be_true(parse(tangled).expression, after=[parse(f"!({none})").expression])
