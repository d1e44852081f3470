"""What a table in DynamoDB does when it is busy or away, and what it counts."""

from typing import Any

import pytest
from pynamodb.connection.base import Connection
from pynamodb.exceptions import VerboseClientError

from penguinmails.errors import Unavailable
from penguinmails.local.package import REGION
from penguinmails.meter import Meter
from penguinmails.table.dynamodb import DynamoTable
from penguinmails.table.port import Change, ConditionFailed, Item, Key, absent, present
from tests.contract.places import Place

NAME = "contract"
KEY = Key("p", "1")
FIRST, SECOND = ({"pk": {"S": "p"}, "sk": {"S": number}} for number in "12")
NOBODY = "http://127.0.0.1:9"


class Answers(Connection):
    """A connection whose answers are written beforehand; the last one is given for ever."""

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        super().__init__(REGION, NOBODY)
        self.asked: list[object] = []
        self._answers = list(answers)

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        named = operation_kwargs.get("RequestItems", {})
        self.asked.append(named.get(NAME) or operation_kwargs["Statements"])
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def refusal(code: str) -> VerboseClientError:
    return VerboseClientError({"Error": {"Code": code, "Message": "no"}}, "BatchWriteItem", {})


def table_of(connection: Connection) -> DynamoTable:
    return DynamoTable(connection, NAME, Meter())


def test_keys_that_a_read_leaves_over_are_asked_for_again() -> None:
    connection = Answers(
        {"Responses": {NAME: [FIRST]}, "UnprocessedKeys": {NAME: {"Keys": [SECOND]}}},
        {"Responses": {}, "UnprocessedKeys": {NAME: {"Keys": [SECOND]}}},
        {"Responses": {NAME: [SECOND]}},
    )
    found = table_of(connection).get_many([KEY, Key("p", "2")])
    assert found == [{"pk": "p", "sk": "1"}, {"pk": "p", "sk": "2"}]
    again = {"Keys": [SECOND], "ConsistentRead": True}
    assert connection.asked == [{"Keys": [FIRST, SECOND], "ConsistentRead": True}, again, again]


def test_items_that_a_write_leaves_over_are_written_again() -> None:
    first, second = ({"PutRequest": {"Item": item}} for item in (FIRST, SECOND))
    connection = Answers({"UnprocessedItems": {NAME: [second]}}, {"UnprocessedItems": {}})
    table_of(connection).put_many([{"pk": "p", "sk": "1"}, {"pk": "p", "sk": "2"}])
    assert connection.asked == [[first, second], [second]]


def test_items_that_an_insertion_leaves_over_are_inserted_again() -> None:
    busy, taken = ({"Error": {"Code": code}} for code in ("ThrottlingError", "DuplicateItem"))
    connection = Answers({"Responses": [{}, busy, taken]}, {"Responses": [{}]})
    items: list[Item] = [{"pk": "p", "sk": number} for number in "123"]
    assert table_of(connection).insert_many(items) == [Key("p", "3")]
    text = f"""INSERT INTO "{NAME}" VALUE {{'pk': ?, 'sk': ?}}"""
    first, second, third = (
        {"Statement": text, "Parameters": [{"S": "p"}, {"S": number}]} for number in "123"
    )
    assert connection.asked == [[first, second, third], [second]]


def test_an_insertion_that_is_refused_for_good_is_a_wrong_call() -> None:
    answer = {"Responses": [{"Error": {"Code": "ValidationError", "Message": "no"}}]}
    with pytest.raises(ValueError, match="ValidationError"):
        table_of(Answers(answer)).insert_many([{"pk": "p", "sk": "1"}])


def test_a_table_that_always_leaves_something_over_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="take every item"):
        table_of(Answers({"UnprocessedItems": {NAME: [{}]}})).put_many([{"pk": "p", "sk": "1"}])
    busy = {"Responses": [{"Error": {"Code": "RequestLimitExceeded"}}]}
    with pytest.raises(Unavailable, match="take every item"):
        table_of(Answers(busy)).insert_many([{"pk": "p", "sk": "1"}])
    left = {"Responses": {}, "UnprocessedKeys": {NAME: {"Keys": [FIRST]}}}
    with pytest.raises(Unavailable, match="return every item"):
        table_of(Answers(left)).get_many([KEY])


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("ThrottlingException", Unavailable),
        ("ProvisionedThroughputExceededException", Unavailable),
        ("InternalServerError", Unavailable),
        ("TransactionConflictException", Unavailable),
        ("ValidationException", ValueError),
        ("ResourceNotFoundException", VerboseClientError),
    ],
)
def test_a_refusal_means_what_the_caller_does_next(code: str, meaning: type[Exception]) -> None:
    with pytest.raises(meaning):
        table_of(Answers(refusal(code))).put_many([{"pk": "p", "sk": "1"}])


def test_a_table_that_does_not_answer_is_unavailable() -> None:
    connection = Connection(
        REGION,
        NOBODY,
        max_retry_attempts=0,
        aws_access_key_id="000000000000",
        aws_secret_access_key="local",
    )
    with pytest.raises(Unavailable, match="did not answer"):
        table_of(connection).get(KEY)


def test_every_call_is_counted_with_its_units(table_place: Place) -> None:
    meter = Meter()
    table = table_place.new_table(NAME, meter)
    table.put({"pk": "p", "sk": "1", "text": "x" * 1500})
    assert meter.take() == Meter(write_units=2, round_trips=1)
    table.get(KEY)
    table.query("p")
    assert meter.take() == Meter(read_units=2, round_trips=2)
    table.put_many([{"pk": "q", "sk": f"{n}"} for n in range(60)])
    assert meter.take() == Meter(write_units=60, round_trips=3)
    table.insert_many([{"pk": "q", "sk": f"{n}"} for n in range(50, 70)])
    assert meter.take() == Meter(write_units=20, round_trips=1)
    assert len(table.get_many([Key("q", f"{n}") for n in range(101)])) == 70
    assert meter.take().round_trips == 2
    table.delete(KEY)
    assert meter.take() == Meter(write_units=2, round_trips=1)


def test_a_failed_condition_is_counted_as_a_round_trip(table_place: Place) -> None:
    meter = Meter()
    table = table_place.new_table(NAME, meter)
    with pytest.raises(ConditionFailed):
        table.update(KEY, Change({"a": 1}, expect=[present("pk")]))
    table.put({"pk": "p", "sk": "1"}, absent("pk"))
    assert meter.take().round_trips == 2
