"""The table in DynamoDB, through PynamoDB's connection; every call is metered."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.connection.base import Connection
from pynamodb.exceptions import VerboseClientError

from penguinmails.errors import Unavailable
from penguinmails.meter import Meter
from penguinmails.table.coding import decode_item, encode_item, valid
from penguinmails.table.expressions import Expressions
from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Item,
    Key,
    Page,
    key_of,
)
from penguinmails.table.statements import insertions, left, taken
from penguinmails.table.units import read_units, write_units

_READ_BATCH, _WRITE_BATCH = 100, 25
_WAITS_S = (0, 0.05, 0.1, 0.2, 0.4)
"""Before each try at what the table has left over of a batch."""
_PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
}
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "BatchExecuteStatement"}


class DynamoTable:
    """One DynamoDB table; the tables of a function share a connection."""

    def __init__(self, connection: Connection, name: str, meter: Meter) -> None:
        self._connection = connection
        self._name = name
        self._meter = meter

    def identity(self) -> str:
        try:
            found = self._call("DescribeTable")["Table"]
        except VerboseClientError as error:
            if error.response["Error"].get("Code") == "ResourceNotFoundException":
                return ""
            raise
        made = f"{found['TableArn']} {found['CreationDateTime']}"  # not every emulator gives ids
        return str(found.get("TableId") or made)

    def get(self, key: Key) -> Item | None:
        answer = self._call("GetItem", Key=_coded(key), ConsistentRead=True)
        return decode_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        wanted = [_coded(key) for key in dict.fromkeys(keys)]
        return [item for part in _parts(wanted, _READ_BATCH) for item in self._get_part(part)]

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: Key | None = None,
        limit: int = 1000,
        newest_first: bool = False,
    ) -> Page:
        answer = self._call(
            "Query",
            **Expressions().partition(pk, prefix).filled(),
            **_from(after),
            ConsistentRead=True,
            Limit=limit,
            ScanIndexForward=not newest_first,
        )
        return _page(answer)

    def scan(self, *, segment: int, segments: int, after: Key | None, limit: int) -> Page:
        part = {"Segment": segment, "TotalSegments": segments, "Limit": limit}
        return _page(self._call("Scan", **part, **_from(after)))

    def put(self, item: Item, *expect: Condition) -> None:
        self._call("PutItem", Item=encode_item(item), **Expressions().require(expect).filled())

    def put_many(self, items: Sequence[Item]) -> None:
        distinct = {valid(key_of(item)): encode_item(item) for item in items}.values()
        requests = [{"PutRequest": {"Item": typed}} for typed in distinct]
        for part in _parts(requests, _WRITE_BATCH):
            self._put_part(part)

    def insert_many(self, items: Sequence[Item]) -> list[Key]:
        for item in items:
            valid(key_of(item))  # the emulator takes any key in a statement
        parts = _parts(list(items), _WRITE_BATCH)
        return [key for part in parts for key in self._insert_part(part)]

    def update(self, key: Key, change: Change) -> Item:
        asked = Expressions().require(change.expect).change(change).filled()
        answer = self._call("UpdateItem", Key=_coded(key), ReturnValues="ALL_NEW", **asked)
        return decode_item(answer["Attributes"])

    def delete(self, key: Key) -> None:
        self._call("DeleteItem", Key=_coded(key))

    def _get_part(self, keys: list[Any]) -> Iterator[Item]:
        for wait in _WAITS_S:
            time.sleep(wait)
            answer = self._batch("BatchGetItem", {"Keys": keys, "ConsistentRead": True})
            yield from (decode_item(item) for item in answer["Responses"].get(self._name, []))
            left = answer.get("UnprocessedKeys", {}).get(self._name)
            if not left:
                return
            keys = left["Keys"]
        message = "the table did not return every item"
        raise Unavailable(message)

    def _put_part(self, requests: list[Any]) -> None:
        for wait in _WAITS_S:
            time.sleep(wait)
            answer = self._batch("BatchWriteItem", requests)
            requests = answer.get("UnprocessedItems", {}).get(self._name, [])
            if not requests:
                return
        message = "the table did not take every item"
        raise Unavailable(message)

    def _insert_part(self, items: list[Item]) -> Iterator[Key]:
        for wait in _WAITS_S:
            time.sleep(wait)
            statements = insertions(self._name, items)
            answer = self._dispatch("BatchExecuteStatement", {"Statements": statements})
            yield from taken(items, answer)
            items = left(items, answer)
            if not items:
                return
        message = "the table did not take every item"
        raise Unavailable(message)

    def _batch(self, operation: str, requests: object) -> dict[str, Any]:
        return self._dispatch(operation, {"RequestItems": {self._name: requests}})

    def _call(self, operation: str, **arguments: object) -> dict[str, Any]:
        return self._dispatch(operation, {"TableName": self._name, **arguments})

    def _dispatch(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._connection.dispatch(operation, arguments)
        except VerboseClientError as error:
            meaning = _meaning(error)
            self._meter.count(write_units=_wasted(error, meaning))
            raise meaning from error
        except BotoCoreError as error:
            self._meter.count()
            message = "the table did not answer"
            raise Unavailable(message) from error
        if operation in _WRITES:
            self._meter.count(write_units=_answered(answer))
        else:
            self._meter.count(read_units=read_units(operation, arguments, answer))
        return answer


def _meaning(error: VerboseClientError) -> Exception:
    code = error.response["Error"].get("Code")
    if code == "ConditionalCheckFailedException":
        found = _stands(error)
        return ConditionFailed(decode_item(found) if found else None)
    if code in _PASSING:
        return Unavailable("the table is busy")
    if code == "ValidationException":
        return ValueError(f"the table takes no such call: {error.response['Error'].get('Message')}")
    return error


def _stands(error: VerboseClientError) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = getattr(error.__cause__, "response", {}).get("Item")
    return found


def _wasted(error: VerboseClientError, meaning: Exception) -> float:
    """Units of a refused call: a condition is paid for, though no answer says so."""
    return write_units(_stands(error)) if isinstance(meaning, ConditionFailed) else 0.0


def _answered(answer: Mapping[str, Any]) -> float:
    used = answer.get("ConsumedCapacity") or {}
    parts = used if isinstance(used, list) else [used]
    return float(sum(part.get("CapacityUnits", 0.0) for part in parts))


def _coded(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _from(after: Key | None) -> dict[str, Any]:
    return {"ExclusiveStartKey": _coded(after)} if after else {}


def _page(answer: Mapping[str, Any]) -> Page:
    last = answer.get("LastEvaluatedKey")
    after = Key(last["pk"]["S"], last["sk"]["S"]) if last else None
    return Page([decode_item(item) for item in answer["Items"]], after)


def _parts(things: list[Any], most: int) -> Iterator[list[Any]]:
    return (things[start : start + most] for start in range(0, len(things), most))
