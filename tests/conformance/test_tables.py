"""What we rely on of tables: conditions, sums, sets, pages, batches, statements, limits, expiry."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.ground import LASTING, Ground, refused

pytestmark = pytest.mark.emulator

AT_ONCE = 10
LARGEST_ITEM = 400 * 1024


def typed(pk: str, sk: str, **attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **attributes}


def put(ground: Ground, pk: str, sk: str, **attributes: Mapping[str, Any]) -> None:
    item = typed(pk, sk, **attributes)
    ground.tables.put_item(TableName=ground.parts["Plain"], Item=item)


def got(ground: Ground, pk: str, sk: str) -> dict[str, Any] | None:
    found = ground.tables.get_item(
        TableName=ground.parts["Plain"], Key=typed(pk, sk), ConsistentRead=True
    )
    item: dict[str, Any] | None = found.get("Item")
    return item


def update(ground: Ground, pk: str, text: str, **more: object) -> dict[str, Any]:
    changed = ground.tables.update_item(
        TableName=ground.parts["Plain"],
        Key=typed(pk, "1"),
        UpdateExpression=text,
        ReturnValues="ALL_NEW",
        **more,
    )
    item: dict[str, Any] = changed["Attributes"]
    return item


def query(ground: Ground, pk: str, **more: object) -> dict[str, Any]:
    found: dict[str, Any] = ground.tables.query(
        TableName=ground.parts["Plain"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
        **more,
    )
    return found


def places(page: Mapping[str, Any]) -> list[str]:
    return [item["sk"]["S"] for item in page["Items"]]


# ---- conditions


def test_a_put_that_expects_nothing_is_refused_and_told_what_stands(
    ground: Ground, pk: str
) -> None:
    put(ground, pk, "1", by={"S": "first"})
    with pytest.raises(ClientError) as refusal:
        ground.tables.put_item(
            TableName=ground.parts["Plain"],
            Item=typed(pk, "1", by={"S": "second"}),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refused(refusal) == "ConditionalCheckFailedException"
    assert refusal.value.response["Item"] == typed(pk, "1", by={"S": "first"})  # type: ignore[typeddict-item]


def test_an_update_whose_condition_fails_changes_nothing_and_is_told_what_stands(
    ground: Ground, pk: str
) -> None:
    put(ground, pk, "1", n={"N": "1"})
    with pytest.raises(ClientError) as refusal:
        update(
            ground,
            pk,
            "SET n = :new",
            ConditionExpression="n = :expected",
            ExpressionAttributeValues={":new": {"N": "3"}, ":expected": {"N": "2"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refusal.value.response["Item"] == typed(pk, "1", n={"N": "1"})  # type: ignore[typeddict-item]
    assert got(ground, pk, "1") == typed(pk, "1", n={"N": "1"})


def test_a_refusal_of_an_item_that_is_not_there_tells_of_none(ground: Ground, pk: str) -> None:
    with pytest.raises(ClientError) as refusal:
        update(
            ground,
            pk,
            "REMOVE n",
            ConditionExpression="attribute_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert not refusal.value.response.get("Item")
    assert got(ground, pk, "1") is None


def test_of_many_who_claim_at_once_exactly_one_succeeds(ground: Ground, pk: str) -> None:
    put(ground, pk, "1")

    def claim(number: int) -> bool:
        try:
            update(
                ground,
                pk,
                "SET claim = :me",
                ConditionExpression="attribute_not_exists(claim)",
                ExpressionAttributeValues={":me": {"N": f"{number}"}},
            )
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as workers:
        assert Counter(workers.map(claim, range(AT_ONCE)))[True] == 1


def test_a_condition_reaches_into_a_map(ground: Ground, pk: str) -> None:
    put(ground, pk, "1", claim={"M": {"key": {"S": "mine"}}})
    more = {
        "ExpressionAttributeValues": {":key": {"S": "mine"}},
        "ConditionExpression": "claim.#k = :key",
    }
    item = update(ground, pk, "REMOVE claim", ExpressionAttributeNames={"#k": "key"}, **more)
    assert item == typed(pk, "1")


# ---- changes


def test_adding_starts_from_nothing_and_sums_at_once_lose_nothing(ground: Ground, pk: str) -> None:
    one = {":one": {"N": "1"}}
    with ThreadPoolExecutor(AT_ONCE) as workers:
        list(
            workers.map(
                lambda _: update(ground, pk, "ADD n :one", ExpressionAttributeValues=one),
                range(AT_ONCE),
            )
        )
    assert got(ground, pk, "1") == typed(pk, "1", n={"N": f"{AT_ONCE}"})


def test_adding_to_a_set_twice_is_adding_once(ground: Ground, pk: str) -> None:
    put(ground, pk, "1", journal={"SS": ["a"]})
    values = {":more": {"SS": ["b", "c"]}}
    first, second = (
        update(ground, pk, "ADD journal :more", ExpressionAttributeValues=values) for _ in range(2)
    )
    assert sorted(first["journal"]["SS"]) == sorted(second["journal"]["SS"]) == ["a", "b", "c"]


def test_a_removal_inside_of_a_map_leaves_the_rest(ground: Ground, pk: str) -> None:
    put(ground, pk, "1", map={"M": {"a": {"N": "1"}, "b": {"N": "2"}}})
    item = update(ground, pk, "REMOVE #m.a", ExpressionAttributeNames={"#m": "map"})
    assert item["map"] == {"M": {"b": {"N": "2"}}}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"N": "9" * 38}, {"N": "9" * 38}),
        ({"N": "1.50"}, {"N": "1.5"}),
        ({"S": ""}, {"S": ""}),
        ({"B": b"\x00\xff"}, {"B": b"\x00\xff"}),
        ({"M": {"": {"L": [{"NULL": True}]}}}, {"M": {"": {"L": [{"NULL": True}]}}}),
    ],
)
def test_values_come_back_as_they_are_kept(
    ground: Ground, pk: str, value: dict[str, Any], kept: dict[str, Any]
) -> None:
    put(ground, pk, "1", value=value)
    assert got(ground, pk, "1") == typed(pk, "1", value=kept)


# ---- limits


@pytest.mark.parametrize(
    "attributes",
    [
        {"value": {"N": "9" * 39}},
        {"value": {"SS": []}},
        {"value": {"S": "x" * LARGEST_ITEM}},
        {"sk": {"S": ""}},
        {"sk": {"S": "x" * 1025}},
    ],
)
def test_what_no_table_keeps_is_a_wrong_call(
    ground: Ground, pk: str, attributes: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as refusal:
        ground.tables.put_item(TableName=ground.parts["Plain"], Item=typed(pk, "1") | attributes)
    assert refused(refusal) == "ValidationException"


def test_a_batch_takes_25_writes_or_100_reads_and_no_more(ground: Ground, pk: str) -> None:
    table = ground.parts["Plain"]
    writes = [{"PutRequest": {"Item": typed(pk, f"{n:02}")}} for n in range(26)]
    reads = [typed(pk, f"{n:02}") for n in range(101)]
    calls: list[Callable[[], Any]] = [
        lambda: ground.tables.batch_write_item(RequestItems={table: writes}),
        lambda: ground.tables.batch_get_item(RequestItems={table: {"Keys": reads}}),
    ]
    for call in calls:
        with pytest.raises(ClientError) as refusal:
            call()
        assert refused(refusal) == "ValidationException"
    ground.tables.batch_write_item(RequestItems={table: writes[:25]})
    asked = {"Keys": reads[:100], "ConsistentRead": True}
    found = ground.tables.batch_get_item(RequestItems={table: asked})
    assert len(found["Responses"][table]) == 25


# ---- queries and scans


def test_a_partition_is_in_the_order_of_utf_8_bytes(ground: Ground, pk: str) -> None:
    names = ["Z", "a", "é", "中", "\ufffd", "\U0001f427"]
    for name in reversed(names):
        put(ground, pk, name)
    assert places(query(ground, pk)) == names
    assert places(query(ground, pk, ScanIndexForward=False)) == names[::-1]


def test_a_full_page_names_its_last_item_even_if_nothing_follows(ground: Ground, pk: str) -> None:
    for name in ("a", "b"):
        put(ground, pk, name)
    page = query(ground, pk, Limit=2)
    assert page["LastEvaluatedKey"] == typed(pk, "b")
    following = query(ground, pk, Limit=2, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert following["Items"] == []
    assert "LastEvaluatedKey" not in following


def test_a_page_starts_after_an_item_that_is_gone_and_in_its_own_partition(
    ground: Ground, pk: str
) -> None:
    for name in ("a", "c"):
        put(ground, pk, name)
    assert places(query(ground, pk, ExclusiveStartKey=typed(pk, "b"))) == ["c"]
    with pytest.raises(ClientError) as refusal:
        query(ground, pk, ExclusiveStartKey=typed("elsewhere", "a"))
    assert refused(refusal) == "ValidationException"


def test_a_page_ends_after_a_megabyte(ground: Ground, pk: str) -> None:
    for name in "abcde":
        put(ground, pk, name, text={"S": "x" * 300_000})
    page = query(ground, pk)
    assert 3 <= len(page["Items"]) < 5
    following = query(ground, pk, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert places(page) + places(following) == [*"abcde"]


def test_segments_of_a_scan_are_disjoint_and_together_everything(ground: Ground, pk: str) -> None:
    for number in range(20):
        put(ground, f"{pk} {number}", "scanned")
    found = [
        item["pk"]["S"]
        for segment in range(4)
        for page in ground.tables.get_paginator("scan").paginate(
            TableName=ground.parts["Plain"], Segment=segment, TotalSegments=4
        )
        for item in page["Items"]
        if item["pk"]["S"].startswith(f"{pk} ")
    ]
    assert sorted(found) == sorted(f"{pk} {number}" for number in range(20))


# ---- statements


def test_a_batch_of_insertions_tells_of_each_whether_its_key_was_taken(
    ground: Ground, pk: str
) -> None:
    put(ground, pk, "07", old={"BOOL": True})
    insert = f"""INSERT INTO "{ground.parts["Plain"]}" VALUE {{'pk': ?, 'sk': ?, 'it''s': ?}}"""
    statements = [
        {"Statement": insert, "Parameters": [{"S": pk}, {"S": f"{n:02}"}, {"N": f"{n}"}]}
        for n in range(25)
    ]
    answers = ground.tables.batch_execute_statement(Statements=statements)["Responses"]
    codes = [answer.get("Error", {}).get("Code", "") for answer in answers]
    assert codes == ["DuplicateItem" if n == 7 else "" for n in range(25)]
    items = query(ground, pk)["Items"]
    assert [item.get("it's", item.get("old")) for item in items] == [
        {"BOOL": True} if n == 7 else {"N": f"{n}"} for n in range(25)
    ]


# ---- what it says of itself


def test_a_write_tells_its_units(ground: Ground, pk: str) -> None:
    written = ground.tables.put_item(
        TableName=ground.parts["Plain"],
        Item=typed(pk, "1", text={"S": "x" * 1500}),
        ReturnConsumedCapacity="TOTAL",
    )
    assert written["ConsumedCapacity"]["CapacityUnits"] == 2


def test_a_row_whose_time_has_come_goes_and_others_stay(ground: Ground) -> None:
    """On AWS that may take days, so that there only the setting is looked at."""
    found = ground.tables.describe_time_to_live(TableName=ground.parts["Expiring"])
    assert found["TimeToLiveDescription"]["AttributeName"] == "ttl"
    if not ground.is_aws:
        assert ground.until(lambda: remaining(ground) == {LASTING})


def remaining(ground: Ground) -> set[str]:
    found = ground.tables.scan(TableName=ground.parts["Expiring"], ConsistentRead=True)
    return {item["sk"]["S"] for item in found["Items"]}
