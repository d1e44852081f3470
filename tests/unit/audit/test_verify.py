"""Tests of the audit log's check: it names the first entry that does not hold (I-30)."""

from dataclasses import replace

import pytest

from penguinmails.audit.entry import Outcome, sealed
from penguinmails.table.port import Change, Key, Value
from tests.unit.audit.ledger import TENANT, Ledger

ENTRIES = 4
PLACE = f"{TENANT}#audit"


def place(number: int) -> Key:
    return Key(PLACE, f"entry#{number:012d}")


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    for number in range(ENTRIES):
        ledger.do(f"{number}")
    assert ledger.verdict().whole
    return ledger


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actor", "fedcba9876543210"),
        ("action", "campaigns.pause"),
        ("at", 0),
        ("at", "yesterday"),
        ("kind", "template"),
        ("subject", "another"),
        ("request", ""),
        ("deed", "another"),
        ("outcome", "unknown"),
        ("outcome", "denied"),
        ("previous", "0" * 63 + "1"),
        ("hash", "0" * 64),
    ],
)
def test_an_entry_that_was_altered_is_named(
    ledger: Ledger, number: int, name: str, value: Value
) -> None:
    ledger.table.update(place(number), Change({name: value}))
    assert ledger.verdict().broken_at == number


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_an_entry_that_was_deleted_is_named(ledger: Ledger, number: int) -> None:
    """Also the last one: the head remembers it."""
    ledger.table.delete(place(number))
    assert ledger.verdict().broken_at == number
    ledger.do("later")
    assert ledger.verdict().broken_at == number


def test_an_attribute_that_was_taken_out_is_seen(ledger: Ledger) -> None:
    ledger.table.update(place(2), Change(remove=["actor"]))
    assert ledger.verdict().broken_at == 2
    assert len(ledger.told()) == ENTRIES


def test_a_last_entry_that_was_replaced_by_one_that_fits_is_named(ledger: Ledger) -> None:
    third, fourth = ledger.told()[2:]
    ledger.table.delete(place(4))
    ledger.audit.append(sealed(replace(fourth.deed, actor="forged"), Outcome.DONE, third.head))
    assert ledger.verdict().broken_at == 4


def test_a_chain_that_was_written_anew_from_an_entry_on_ends_otherwise(ledger: Ledger) -> None:
    """Whoever wrote all of it anew would have to change what was kept elsewhere, too."""
    before = ledger.verdict().head
    rows = ledger.table.rows[PLACE]
    for sk in [sk for sk in rows if sk > place(2).sk or sk == "head"]:
        del rows[sk]
    ledger.do("forged")
    assert ledger.verdict().head != before


def test_an_entry_that_is_being_written_breaks_nothing(ledger: Ledger) -> None:
    """Its writer died before the head moved on to it."""
    rows = ledger.table.rows[PLACE]
    head = dict(rows["head"])
    ledger.do("later")
    rows["head"] = head
    assert ledger.verdict().whole
    ledger.do("latest")
    assert (ledger.verdict().head.number, ledger.verdict().whole) == (ENTRIES + 2, True)


def test_an_empty_chain_is_whole() -> None:
    assert Ledger().verdict().whole


def test_a_chain_of_more_than_one_page_is_walked_whole() -> None:
    ledger = Ledger()
    for number in range(1100):
        ledger.do(f"{number}")
    assert (ledger.verdict().head.number, ledger.verdict().whole) == (1100, True)
    ledger.table.delete(place(1050))
    assert ledger.verdict().broken_at == 1050


def test_entries_are_listed_in_pages_newest_first(ledger: Ledger) -> None:
    first = ledger.audit.page(TENANT, None, 3)
    assert [entry.number for entry in first.entries] == [4, 3, 2]
    last = ledger.audit.page(TENANT, first.after, 3)
    assert ([entry.number for entry in last.entries], last.after) == ([1], None)
