"""Tests of the audit log: every deed has one entry, whatever happens while it is written (I-30)."""

from dataclasses import replace
from itertools import count

import pytest

from penguinmails.audit.entry import Head, Outcome, Subject, Waiting, sealed, subject_of
from penguinmails.errors import Unavailable
from penguinmails.ids import derived
from tests.simulation.faults import Fault, Faulty
from tests.simulation.taps import Crash, before, flow
from tests.unit.audit.ledger import TENANT, Ledger

OTHER = "01890000-0000-7000-8000-000000000002"


def test_a_deed_has_an_entry_with_who_did_what_to_what() -> None:
    ledger = Ledger()
    entry = ledger.do()
    assert entry is not None
    assert ledger.told() == [entry]
    assert (entry.number, entry.outcome, entry.deed) == (1, Outcome.DONE, ledger.deed())
    assert entry.previous == Head().hash
    assert ledger.verdict().head == entry.head


def test_each_entry_seals_the_one_before() -> None:
    ledger = Ledger()
    for name in "abc":
        ledger.do(name)
    first, second, third = ledger.told()
    assert [second.previous, third.previous] == [first.hash, second.hash]
    assert ledger.verdict().whole


def test_a_deed_may_name_what_it_made_when_it_is_done() -> None:
    ledger = Ledger()
    deed = replace(ledger.deed(), subject=Subject("campaign"))
    ledger.begin(deed)
    made = replace(deed, subject=Subject("campaign", derived("made")))
    entry = ledger.finish(made)
    assert entry is not None
    assert entry.deed == made


def test_a_request_that_comes_again_has_no_second_entry() -> None:
    ledger = Ledger()
    first = ledger.do()
    assert not ledger.begin(ledger.deed()).first
    assert ledger.finish(ledger.deed()) == first
    assert ledger.do() == first
    assert ledger.told() == [first]


def test_what_was_refused_has_no_entry_and_may_be_done_later() -> None:
    ledger = Ledger()
    ledger.refuse()
    ledger.clock.move(minutes=3)
    ledger.do("b")
    assert ledger.times("a") == 0
    ledger.do("a")
    assert ledger.times("a") == 1


def test_a_repetition_that_is_refused_does_not_hide_that_the_first_may_have_been_done() -> None:
    ledger = Ledger()
    ledger.begin(ledger.deed())
    ledger.refuse()
    ledger.clock.move(minutes=2)
    ledger.do("b")
    (unknown,) = [entry for entry in ledger.told() if entry.outcome is Outcome.UNKNOWN]
    assert unknown.deed.id == derived("deed", "a")


def test_a_deed_whose_twin_was_refused_has_its_entry() -> None:
    ledger = Ledger()
    opened = ledger.begin(ledger.deed())
    ledger.refuse()
    ledger.audit.close(opened.deed)
    assert ledger.finish(opened.deed) is not None
    assert ledger.times() == 1


def test_a_deed_is_left_alone_for_two_minutes() -> None:
    ledger = Ledger()
    ledger.begin(ledger.deed("a"))
    ledger.clock.move(seconds=119)
    ledger.do("b")
    assert ledger.times("a") == 0
    ledger.clock.move(seconds=1)
    ledger.do("c")
    assert [entry.outcome for entry in ledger.told()] == ["done", "done", "unknown"]
    assert ledger.verdict().whole


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("repeats", [False, True])
def test_a_deed_has_one_entry_whatever_breaks_while_it_is_written(
    fault: Fault, *, repeats: bool
) -> None:
    """I-30, with a fault at each effect in turn; what was not noted was not done."""
    for number in count(1):
        ledger = Ledger()
        ledger.do("before")
        faulty = Faulty({number: fault})
        ledger.main.tap = faulty.tap
        noted = False
        try:
            noted = ledger.begin(ledger.deed()) is not None
            ledger.finish(ledger.deed())
        except (Crash, Unavailable):
            pass
        ledger.main.tap = flow
        if repeats:
            ledger.do()
        ledger.clock.move(minutes=2)
        ledger.do("after")
        assert ledger.verdict().whole
        assert ledger.times() in ({1} if noted or repeats else {0, 1})
        assert ledger.times("before") == ledger.times("after") == 1
        assert ledger.audit.oldest(TENANT, 10) == []
        if not faulty.hit:
            return


@pytest.mark.parametrize("other", ["a", "b"])
def test_deeds_that_are_written_at_once_have_one_entry_each(other: str) -> None:
    """I-30: another deed, or the same once more, is done right before each effect in turn."""
    for number in count(1):
        ledger, done = Ledger(), []
        ledger.meanwhile(number, lambda: done.append(ledger.do(other)))  # noqa: B023 - used within
        assert ledger.do("a") is not None
        assert ledger.verdict().whole
        assert ledger.times("a") == 1
        if not done:
            return
        assert ledger.times(other) == 1


def test_a_twin_that_has_seen_more_of_the_chain_is_followed() -> None:
    """I-30: it aims at a number that is far along, and writes there at the last moment."""
    ledger = Ledger()
    deed = ledger.deed("a")

    def aims() -> None:
        ledger.do("b")
        ledger.audit.aim(Waiting(deed), 2, Outcome.DONE)
        before(ledger.main, "core.put", writes)

    def writes() -> None:
        entry = sealed(deed, Outcome.DONE, ledger.audit.head(TENANT))
        ledger.audit.append(entry)
        ledger.audit.move(ledger.audit.head(TENANT), entry)

    ledger.begin(deed)
    before(ledger.main, "core.update", aims)
    ledger.finish(deed)
    assert (ledger.times("a"), ledger.times("b")) == (1, 1)
    assert ledger.verdict().whole


def test_a_deed_that_cannot_be_written_now_is_written_by_the_next() -> None:
    ledger = Ledger()
    deed = ledger.deed("a")
    ledger.begin(deed)
    ledger.main.tap = Faulty({2: Fault.FAILS_BEFORE}).tap
    assert ledger.finish(deed) is None
    ledger.main.tap = flow
    ledger.clock.move(minutes=2)
    ledger.do("b")
    assert [entry.outcome for entry in ledger.told()] == ["done", "done"]
    assert ledger.times("a") == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": Subject("contact", "ada@example.com")},
        {"actor": "Ada Lovelace"},
        {"request": "x" * 129},
        {"action": "launch"},
    ],
)
def test_an_entry_holds_ids_alone(changed: dict[str, str]) -> None:
    ledger = Ledger()
    with pytest.raises(ValueError, match="ids alone"):
        ledger.begin(replace(ledger.deed(), **changed))  # type: ignore[arg-type]


def test_a_subject_that_cannot_be_an_id_is_left_out() -> None:
    assert subject_of("contact", "ada@example.com") == Subject("contact")
    assert subject_of("template", "slug:welcome") == Subject("template", "slug:welcome")


def test_chains_of_tenants_have_nothing_to_do_with_one_another() -> None:
    ledger = Ledger()
    deed = replace(ledger.deed(), tenant=OTHER)
    ledger.begin(deed)
    ledger.finish(deed)
    ledger.do()
    assert [entry.number for entry in ledger.told()] == [1]
    assert [entry.deed.tenant for entry in ledger.told(OTHER)] == [OTHER]
