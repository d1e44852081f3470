"""What we rely on of a table's stream: order, both images, silence, and batches tried again."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.ground import Ground

pytestmark = pytest.mark.emulator

RAISING_S = 3


def put(ground: Ground, pk: str, sk: str, **attributes: Mapping[str, Any]) -> None:
    item = {"pk": {"S": pk}, "sk": {"S": sk}, **attributes}
    ground.tables.put_item(TableName=ground.parts["Streamed"], Item=item)


def update(ground: Ground, pk: str, sk: str, text: str, **values: Mapping[str, Any]) -> None:
    ground.tables.update_item(
        TableName=ground.parts["Streamed"],
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression=text,
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
    )


def delete(ground: Ground, pk: str, sk: str) -> None:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    ground.tables.delete_item(TableName=ground.parts["Streamed"], Key=key)


def followed(ground: Ground, pk: str, last: str) -> list[dict[str, Any]]:
    """Give the records of a partition once that of its last deed has come, a deletion of `last`."""
    put(ground, pk, last)
    delete(ground, pk, last)

    def records() -> list[dict[str, Any]] | None:
        found = ground.records("follower", lambda r: keys(r)[0] == pk)
        over = any((r["eventName"], keys(r)[1]) == ("REMOVE", last) for r in found)
        return [r for r in found if keys(r)[1] != last] if over else None

    return ground.until(records)


def keys(record: dict[str, Any]) -> tuple[str, str]:
    found = record["dynamodb"]["Keys"]
    return found["pk"]["S"], found["sk"]["S"]


def n_of(image: dict[str, Any] | None) -> str | None:
    return image["n"]["N"] if image else None


def test_each_change_comes_in_order_with_both_images(ground: Ground, pk: str) -> None:
    put(ground, pk, "1", n={"N": "1"})
    update(ground, pk, "1", "SET n = :n", n={"N": "2"})
    delete(ground, pk, "1")
    found = followed(ground, pk, "last")
    assert [
        (r["eventName"], n_of(r["dynamodb"].get("OldImage")), n_of(r["dynamodb"].get("NewImage")))
        for r in found
    ] == [("INSERT", None, "1"), ("MODIFY", "1", "2"), ("REMOVE", "2", None)]


def test_sequence_numbers_of_a_key_rise_as_whole_numbers(ground: Ground, pk: str) -> None:
    for number in range(12):
        put(ground, pk, "1", n={"N": f"{number}"})
    numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in followed(ground, pk, "last")]
    assert len(numbers) == 12
    assert numbers == sorted({*numbers})


def test_a_change_that_changes_nothing_has_no_record(ground: Ground, pk: str) -> None:
    put(ground, pk, "1", n={"N": "1"}, journal={"SS": ["a"]})
    put(ground, pk, "1", n={"N": "1"}, journal={"SS": ["a"]})
    update(ground, pk, "1", "ADD journal :more", more={"SS": ["a"]})
    update(ground, pk, "1", "SET n = :n", n={"N": "1"})
    assert [r["eventName"] for r in followed(ground, pk, "last")] == ["INSERT"]


def test_an_insertion_by_a_statement_has_a_record(ground: Ground, pk: str) -> None:
    statement = f"""INSERT INTO "{ground.parts["Streamed"]}" VALUE {{'pk': ?, 'sk': ?}}"""
    inserting = {"Statement": statement, "Parameters": [{"S": pk}, {"S": "1"}]}
    for _ in range(2):
        ground.tables.batch_execute_statement(Statements=[inserting])
    (record,) = followed(ground, pk, "last")
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["NewImage"] == {"pk": {"S": pk}, "sk": {"S": "1"}}


def test_a_record_says_where_it_comes_from(ground: Ground, pk: str) -> None:
    put(ground, pk, "1")
    (record,) = followed(ground, pk, "last")
    assert record["eventSource"] == "aws:dynamodb"
    assert ground.parts["Streamed"] in record["eventSourceARN"]
    assert record["dynamodb"]["ApproximateCreationDateTime"] > 0


def test_a_batch_that_raises_comes_again_before_anything_later(ground: Ground, pk: str) -> None:
    put(ground, pk, "1", raise_until={"N": f"{time.time() + RAISING_S}"})
    ground.until(lambda: ground.records("follower", lambda r: keys(r) == (pk, "1")))
    put(ground, pk, "2")
    order = [keys(r)[1] for r in followed(ground, pk, "last")]
    assert order.count("1") >= 2
    assert order[-1] == "2"
    assert "1" not in order[order.index("2") + 1 :] or order.count("2") >= 2
