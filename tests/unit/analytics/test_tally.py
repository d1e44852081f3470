"""What facts amount to: I-10 (nothing unique exceeds sent) and I-12 (order means nothing)."""

from collections import Counter
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from penguinmails.analytics.fold import Image, change, fold
from penguinmails.deliveries.fact import HEARD, Fact, FactType
from penguinmails.enrollments.enrollment import codes
from tests.unit.analytics.streams import START_AT, fact, facts

DAY = START_AT.date()
UNIQUE = ("delivered", "bounced", "unique_opens", "unique_clicks", "complained", "replied")


def image(*journal: Fact) -> Image:
    return Image(DAY, codes(journal))


def totals(*journal: Fact) -> Counter[str]:
    """Counts over all days, without the enrollment itself."""
    total: Counter[str] = Counter()
    for (_, name), number in fold(image(*journal)).items():
        total[name] += number
    del total["enrolled"]
    return total


@given(st.lists(facts(), max_size=6))
def test_all_permutations_of_up_to_six_facts_fold_alike_i12(heard: list[Fact]) -> None:
    folds = set()
    for order in permutations(heard):
        journal: frozenset[str] = frozenset()
        for each in order:
            journal |= codes([each]) | codes([each])
        folds.add(frozenset(fold(Image(DAY, journal)).items()))
    assert len(folds) == 1


@given(st.lists(facts(), max_size=6))
def test_changes_add_up_to_the_fold_in_whatever_order_facts_come_i12(heard: list[Fact]) -> None:
    wanted = {cell: number for cell, number in fold(image(*heard)).items() if number}
    for order in permutations(heard[:4]):
        total: Counter[tuple[object, str]] = Counter()
        old: Image | None = None
        come: list[Fact] = []
        for each in (None, *order, *heard[4:]):
            come += [each] if each else []
            new = image(*come)
            total.update(change(old, new))
            old = new
        assert {cell: number for cell, number in total.items() if number} == wanted


@given(st.lists(facts(), max_size=40))
def test_nothing_unique_exceeds_what_was_sent_i10(journal: list[Fact]) -> None:
    total = totals(*journal)
    for step in ("s1.", "s2."):
        for name in UNIQUE:
            assert total[step + name] <= total[step + "sent"]
        assert total[step + "unique_opens"] <= total[step + "delivered"]
        assert total[step + "unique_clicks"] <= total[step + "unique_opens"]
        assert total[step + "unique_opens"] <= total[step + "opens"]


@given(st.lists(facts(), max_size=20))
def test_bounce_classes_never_add_up_to_more_than_the_bounces(journal: list[Fact]) -> None:
    total = totals(*journal)
    classes = sum(total[f"s1.bounced_{name}"] for name in ("hard", "soft", "block"))
    assert classes <= total["s1.bounced"]


def test_whatever_is_heard_of_a_message_says_once_that_it_was_sent() -> None:
    for kind in HEARD:
        assert totals(fact(kind))["s1.sent"] == 1
    assert totals(*(fact(kind) for kind in HEARD), fact(FactType.ACCEPTED))["s1.sent"] == 1


def test_each_attempt_is_a_message_of_its_own() -> None:
    total = totals(
        fact(FactType.ACCEPTED, detail="0"),
        fact(FactType.BOUNCED, 1, detail="soft"),
        fact(FactType.ACCEPTED, 60, attempt=2, detail="0"),
        fact(FactType.DELIVERED, 61, attempt=2),
        fact(FactType.OPENED, 62, attempt=2),
    )
    assert total["s1.sent"] == 2
    assert total["s1.bounced"] == total["s1.bounced_soft"] == 1
    assert total["s1.delivered"] == total["s1.unique_opens"] == 1


def test_a_message_that_bounced_twice_counts_in_the_gravest_class() -> None:
    total = totals(fact(FactType.BOUNCED, detail="soft"), fact(FactType.BOUNCED, 5, detail="hard"))
    assert total["s1.bounced"] == total["s1.bounced_hard"] == 1
    assert total["s1.bounced_soft"] == 0


def test_repeats_count_each_time_and_people_once() -> None:
    total = totals(*(fact(FactType.OPENED, minute) for minute in (1, 2, 3)))
    assert total["s1.opens"] == 3
    assert total["s1.unique_opens"] == 1


def test_machines_are_counted_apart_and_deliver_nothing() -> None:
    total = totals(
        fact(FactType.OPENED, machine=True), fact(FactType.CLICKED, 1, machine=True, link=2)
    )
    assert total == Counter({"s1.sent": 1, "s1.machine_opens": 1, "s1.machine_clicks": 1})


def test_an_automatic_reply_is_not_counted_as_a_reply() -> None:
    automatic, own = fact(FactType.REPLIED, machine=True), fact(FactType.REPLIED, 1)
    assert totals(automatic) == Counter({"s1.sent": 1})
    assert totals(automatic, own) == totals(own)
    assert totals(own)["s1.replied"] == 1


def test_clicks_are_counted_by_link_too() -> None:
    clicked = [fact(FactType.CLICKED, minute, link=minute % 2) for minute in (1, 2, 3)]
    total = totals(*clicked)
    assert total["s1.clicks"] == 3
    assert total["s1.link1"] == 2
    assert total["s1.link0"] == 1


def test_a_click_implies_an_open_that_nobody_told_of() -> None:
    clicked = [fact(FactType.CLICKED, minute) for minute in (2, 3)]
    alone = totals(*clicked)
    assert (alone["s1.opens"], alone["s1.unique_opens"], alone["s1.unique_clicks"]) == (1, 1, 1)
    assert totals(*clicked, fact(FactType.OPENED, 1))["s1.opens"] == 1
    machine = fact(FactType.OPENED, 1, machine=True)
    assert totals(*clicked, machine)["s1.unique_opens"] == 1
    assert totals(fact(FactType.CLICKED, machine=True))["s1.unique_opens"] == 0


def test_an_open_that_is_told_after_the_click_takes_the_place_of_the_implied_one() -> None:
    clicked, opened = fact(FactType.CLICKED), fact(FactType.OPENED, 60 * 24)
    moved = change(image(clicked), image(clicked, opened))
    next_day = opened.at.date()
    for name in ("s1.opens", "s1.unique_opens"):
        assert (moved[DAY, name], moved[next_day, name]) == (-1, 1)


def test_an_earlier_open_that_comes_late_moves_the_unique_one_to_its_day() -> None:
    later = fact(FactType.OPENED, 60 * 24)
    earlier = fact(FactType.OPENED, 30)
    moved = change(image(later), image(later, earlier))
    next_day = later.at.date()
    assert moved[DAY, "s1.unique_opens"] == 1
    assert moved[next_day, "s1.unique_opens"] == -1
    assert (next_day, "s1.opens") not in moved


def test_a_send_that_was_given_up_as_uncertain_is_skipped_and_shown() -> None:
    total = totals(fact(FactType.SKIPPED, detail="uncertain"))
    assert total == Counter({"s1.skipped": 1, "s1.uncertain": 1})
    resent = totals(fact(FactType.UNCERTAIN, detail="resent"), fact(FactType.ACCEPTED, attempt=2))
    assert resent["s1.uncertain"] == resent["s1.sent"] == 1


def test_lateness_falls_into_its_bucket_once_a_message() -> None:
    late = [
        fact(FactType.ACCEPTED, step=step, detail=str(late_s))
        for step, late_s in enumerate((0, 1, 4, 60, 301), start=1)
    ]
    total = totals(*late, fact(FactType.ACCEPTED, 1, source="esp"))
    buckets = {name: number for name, number in total.items() if name.startswith("late.")}
    assert buckets == {"late.0": 1, "late.1": 1, "late.5": 1, "late.60": 1, "late.more": 1}


def test_a_walk_counts_on_the_days_on_which_it_began_and_ended() -> None:
    ended_on = DAY.replace(day=9)
    counts = fold(Image(DAY, frozenset(), ended_on, "exited.unsubscribed"))
    assert counts == {(DAY, "enrolled"): 1, (ended_on, "exited.unsubscribed"): 1}


def test_facts_of_no_email_step_are_not_counted() -> None:
    assert totals(fact(FactType.UNSUBSCRIBED, step=0), fact(FactType.BRANCHED, detail="1")) == {}
