"""Whatever is done to them, the table in memory and those in engines answer alike."""

import pytest

from penguinmails.table.port import Key
from tests.contract.places import Place
from tests.engines.alike import compare
from tests.engines.deeds import CALLS, Deed

SEED, DEEDS = 1, 600


def test_the_same_deeds_have_the_same_answers(table_place: Place, engine: str) -> None:
    found = compare({engine: lambda: table_place.new_table("alike")}, SEED, DEEDS)
    assert found.surprise is None, str(found.surprise)
    assert found.deeds >= DEEDS
    assert len(found.methods) == len({*CALLS}) - 2  # three of the calls are updates


@pytest.mark.emulator
def test_an_engine_that_differs_is_told_by_the_shortest_story(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penguinmails.table.memory.MemoryTable.delete", lambda *_: None)
    found = compare({"emulator": lambda: place.new_table("alike")}, SEED, DEEDS)
    assert found.surprise is not None
    methods = [deed.method for deed in found.surprise.story]
    assert methods[-2:][0] == "delete"
    assert len(methods) == 3


def test_a_deed_is_shown_as_it_would_be_written() -> None:
    deed = Deed("query", ("p",), {"after": Key("p", "a")})
    assert str(deed) == "query('p', after=Key(pk='p', sk='a'))"
