"""Where people land in another revision: the worked examples of docs/migrating.md, and more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.steps import Sequence as Steps
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Enrollment, Mail, Place, Ref, Retry, Status
from penguinmails.enrollments.land import land, stays
from penguinmails.enrollments.landing import MIGRATED_AWAY, Landing
from tests.simulation.steps import branch, email

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Written = Sequence[Mapping[str, Any]]


def pause(slug: str, span: str) -> dict[str, Any]:
    """Write a wait of a name of its own."""
    return {"wait": span, "id": slug}


OLD = compile_sequence(
    [email("a"), pause("rest", "3 days"), email("b"), pause("more", "5 days"), email("c")]
)


def row_at(slug: str | None, step_due_at: datetime, **changes: Any) -> Enrollment:  # noqa: ANN401
    step = 0 if slug is None else OLD.numbers[slug]
    row = Enrollment(
        ref=Ref("t", "c", 1, "01890000-0000-7000-8000-000000000001"),
        status=Status.ACTIVE,
        step=step,
        visit=1,
        due_at=step_due_at,
        step_due_at=step_due_at,
        revision=1,
        enrolled_at=NOW_AT,
        journal=frozenset(),
    )
    return replace(row, **changes)


def landed(row: Enrollment, *steps: Mapping[str, Any]) -> tuple[Landing, Steps]:
    new = compile_sequence(list(steps), numbers=OLD.numbers)
    return land(row, OLD, new, NOW_AT), new


def place_of(row: Enrollment, *steps: Mapping[str, Any]) -> tuple[str, datetime]:
    """Tell at which step somebody lands, and when it is due."""
    landing, new = landed(row, *steps)
    number = landing.place.step
    slugs = {each: slug for slug, each in new.numbers.items()}
    return slugs[number] if number else "", landing.place.due_at


@pytest.mark.parametrize(
    ("span", "due_at"),
    [("3 days", NOW_AT + DAY), ("7 days", NOW_AT + 5 * DAY), ("1 day", NOW_AT - DAY)],
)
def test_a_wait_counts_from_its_start(span: str, due_at: datetime) -> None:
    """On the second of three days; a time that is past is kept, and due at once."""
    row = row_at("rest", NOW_AT + DAY)
    steps = [email("a"), pause("rest", span), email("b")]
    assert place_of(row, *steps) == ("rest", due_at)


def test_who_has_not_begun_begins_in_the_new_revision() -> None:
    row = row_at(None, NOW_AT)
    landing, _ = landed(row, email("x"))
    assert landing == Landing(row.place)


def test_a_wait_that_is_gone_is_waited_out_and_then_the_next_step_comes() -> None:
    """I-7: nobody is mailed sooner for a step that was taken out or named anew."""
    row = row_at("rest", NOW_AT + DAY)
    assert place_of(row, email("a"), email("b")) == ("b", NOW_AT + DAY)
    assert place_of(row, email("a"), pause("other", "9 days"), email("b")) == ("b", NOW_AT + DAY)


def test_a_wait_that_takes_the_place_of_one_that_is_gone_counts_from_its_start() -> None:
    row = row_at("rest", NOW_AT + DAY)
    assert place_of(row, email("a"), pause("more", "5 days"), email("c")) == (
        "more",
        NOW_AT + 3 * DAY,
    )


def test_an_email_that_is_gone_is_left_out() -> None:
    """It was about to be sent, or postponed by the ESP."""
    row = row_at("b", NOW_AT)
    steps = [email("a"), pause("more", "5 days"), email("c")]
    assert place_of(row, *steps) == ("more", NOW_AT + 5 * DAY)
    assert place_of(row, email("a"), email("c")) == ("c", NOW_AT)


def test_a_step_of_another_kind_is_another_step() -> None:
    row = row_at("rest", NOW_AT + DAY)
    assert place_of(row, email("a"), email("rest"), email("b")) == ("b", NOW_AT + DAY)


def test_steps_that_are_put_in_another_order_are_still_themselves() -> None:
    row = row_at("more", NOW_AT + DAY)
    steps = [email("c"), pause("more", "5 days"), email("a"), email("b")]
    assert place_of(row, *steps) == ("more", NOW_AT + DAY)


def test_who_has_no_step_left_completes() -> None:
    landing, _ = landed(
        row_at("more", NOW_AT + DAY), email("a"), pause("rest", "3 days"), email("b")
    )
    assert (landing.place.step, landing.completes) == (None, True)


def test_a_branch_that_is_gone_is_left_by_its_last_way() -> None:
    old = compile_sequence(
        [email("a"), branch(("steps.a.opened", [email("b")]), ("", [email("c")]))]
    )
    new = compile_sequence([email("a"), email("b"), email("c")], numbers=old.numbers)
    row = row_at(None, NOW_AT, step=old.numbers["a_branch"])
    assert land(row, old, new, NOW_AT).place == Place(old.numbers["c"], 1, NOW_AT)


def test_a_retry_stays_while_its_email_does() -> None:
    retry = Retry(Mail(OLD.numbers["a"], attempt=2), NOW_AT + HOUR)
    row = row_at("rest", NOW_AT + DAY, retry=retry, due_at=NOW_AT + HOUR)
    landing, _ = landed(row, email("a"), pause("rest", "9 days"), email("b"))
    assert (landing.retry, landing.due_at, landing.facts) == (retry, NOW_AT + HOUR, ())


def test_a_retry_of_an_email_that_is_gone_is_given_up_with_a_reason() -> None:
    """I-4."""
    retry = Retry(Mail(OLD.numbers["a"], attempt=2), NOW_AT + HOUR)
    row = row_at("rest", NOW_AT + DAY, retry=retry, due_at=NOW_AT + HOUR)
    landing, _ = landed(row, pause("rest", "3 days"), email("b"))
    assert (landing.retry, landing.due_at) == (None, NOW_AT + DAY)
    (fact,) = landing.facts
    assert (fact.type, fact.message, fact.detail) == (FactType.SKIPPED, (1, 1, 2), MIGRATED_AWAY)


def test_a_retry_goes_on_when_no_step_is_left() -> None:
    retry = Retry(Mail(OLD.numbers["a"], attempt=2), NOW_AT + HOUR)
    row = row_at("rest", NOW_AT + DAY, retry=retry, due_at=NOW_AT + HOUR)
    landing, _ = landed(row, email("a"))
    assert (landing.place.step, landing.due_at, landing.completes) == (None, NOW_AT + HOUR, False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"status": Status.PAUSED}, False),
        ({"status": Status.EXITED}, True),
        ({"status": Status.COMPLETED, "step": None}, True),
        ({"step": None}, True),
        ({"revision": 2}, True),
        ({"revision": 3}, True),
    ],
)
def test_who_is_through_or_there_already_stays(changes: dict[str, Any], *, expected: bool) -> None:
    """I-25: nobody is moved back."""
    assert stays(row_at("rest", NOW_AT, **changes), 2) is expected
