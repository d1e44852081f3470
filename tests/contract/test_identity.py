"""A table can be told from those that had its name before: the fence stands on it (I-28)."""

from typing import Any

import pytest
from pynamodb.connection.base import Connection

from penguinmails.errors import Unavailable
from penguinmails.local.package import REGION
from penguinmails.meter import Meter
from penguinmails.table.dynamodb import DynamoTable
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Identified
from tests.contract.places import Place

DESCRIBED = {"TableArn": "arn:aws:dynamodb:eu-central-1:1:table/core", "CreationDateTime": 12.5}


class Describes(Connection):
    """A connection that describes its table in words written beforehand."""

    def __init__(self, table: dict[str, Any]) -> None:
        super().__init__(REGION, "http://127.0.0.1:9")
        self._table = table

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        return {"Table": self._table}


def keeps_its_id(table: Identified, other: Identified) -> str:
    """Check that an id stays, and is nobody else's."""
    found = table.identity()
    assert found
    assert table.identity() == found
    assert other.identity() != found
    return found


def test_a_table_in_memory_has_the_id_that_it_was_made_with() -> None:
    table = MemoryTable(table_id="core 1")
    table.put({"pk": "p", "sk": "1"})
    assert keeps_its_id(table, MemoryTable(table_id="core 2")) == "core 1"


def test_a_table_that_is_made_anew_under_its_name_has_another_id(table_place: Place) -> None:
    table, other = table_place.new_table("restored"), table_place.new_table("restored")
    before = keeps_its_id(table, other)
    table_place.connection.delete_table(table._name)
    assert table.identity() == ""
    table_place.create(table._name)
    assert keeps_its_id(table, other) != before


def test_an_engine_that_gives_no_id_is_asked_when_it_made_the_table() -> None:
    table = DynamoTable(Describes(DESCRIBED), "core", Meter())
    later = DynamoTable(Describes({**DESCRIBED, "CreationDateTime": 13.5}), "core", Meter())
    assert keeps_its_id(table, later)
    known = DynamoTable(Describes({**DESCRIBED, "TableId": "id"}), "core", Meter())
    assert known.identity() == "id"


def test_asking_for_an_id_is_a_round_trip_that_costs_nothing(table_place: Place) -> None:
    meter = Meter()
    table_place.new_table("asked", meter).identity()
    assert meter.take() == Meter(round_trips=1)


def test_a_table_that_does_not_answer_is_not_taken_for_one_that_is_gone() -> None:
    nobody = Connection(
        REGION,
        "http://127.0.0.1:9",
        max_retry_attempts=0,
        aws_access_key_id="000000000000",
        aws_secret_access_key="local",
    )
    with pytest.raises(Unavailable, match="did not answer"):
        DynamoTable(nobody, "core", Meter()).identity()
