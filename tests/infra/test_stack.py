"""The template in the emulator: every route, queue, stream and tick reaches its function."""

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from penguinmails.local.stack import FunctionFailed, Stack

if TYPE_CHECKING:
    from mypy_boto3_scheduler.type_defs import UpdateScheduleInputTypeDef

pytestmark = pytest.mark.emulator

READERS = {
    "AdvanceQueue": "advancer",
    "CloseQueue": "closer",
    "ImportQueue": "importer",
    "LaunchQueue": "launcher",
    "RecordQueue": "recorder",
    "ReleaseQueue": "releaser",
}


def heard(stack: Stack, function: str) -> list[dict[str, Any]]:
    name = stack.function(function)
    return [line["event"] for line in stack.logs() if line.get("function") == name]


def send(stack: Stack, queue: str, body: str) -> None:
    sqs = stack.account.client("sqs")
    sqs.send_message(QueueUrl=stack.queue_urls[queue], MessageBody=body)


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [
        ("GET", "/api/campaigns/1", "api"),
        ("DELETE", "/api/campaigns/1", "api"),
        ("GET", "/o/token", "public"),
        ("HEAD", "/o/token", "public"),
        ("GET", "/c/token", "public"),
        ("POST", "/u/token", "public"),
        ("POST", "/webhooks/sandbox/hook", "webhook"),
    ],
)
def test_a_route_reaches_its_function(stack: Stack, method: str, path: str, function: str) -> None:
    answer = urllib3.request(method, stack.api_url + path)
    assert answer.status == 200
    if method != "HEAD":
        content = json.loads(answer.data)
        assert content == {"path": path, "function": stack.function(function)}


def test_a_path_without_a_route_is_not_found(stack: Stack) -> None:
    assert urllib3.request("GET", f"{stack.api_url}/elsewhere").status == 404


def test_messages_of_every_queue_reach_the_functions_that_read_them(stack: Stack) -> None:
    for queue in READERS:
        send(stack, queue, f"for {queue}")
    stack.wait_until_quiet()
    for queue, function in READERS.items():
        bodies = [record["body"] for event in heard(stack, function) for record in event["Records"]]
        assert f"for {queue}" in bodies


def test_dead_letters_of_every_queue_reach_the_salvager(stack: Stack) -> None:
    for queue in READERS:
        send(stack, queue.replace("Queue", "DeadLetters"), f"given up by {queue}")
    stack.wait_until_quiet()
    events = heard(stack, "salvager")
    bodies = {record["body"] for event in events for record in event["Records"]}
    assert {f"given up by {queue}" for queue in READERS} <= bodies


def test_a_message_that_fails_again_and_again_becomes_a_dead_letter(stack: Stack) -> None:
    sqs, url = stack.account.client("sqs"), stack.queue_urls["CloseQueue"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    send(stack, "CloseQueue", "fail")
    stack.wait_until_quiet()
    failed = [
        record["body"]
        for event in heard(stack, "closer")
        for record in event["Records"]
        if record["body"] == "fail"
    ]
    assert len(failed) == 5


def test_a_change_of_an_enrollment_reaches_the_projector_with_both_images(stack: Stack) -> None:
    table = stack.environment["ENROLLMENTS_TABLE"]
    for version in ("1", "2"):
        item = {"pk": {"S": "here"}, "sk": {"S": "x"}, "version": {"N": version}}
        stack.account.client("dynamodb").put_item(TableName=table, Item=item)
    stack.wait_until_quiet()
    records = [
        record
        for event in heard(stack, "projector")
        for record in event["Records"]
        if record["dynamodb"]["Keys"]["pk"] == {"S": "here"}
    ]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY"]
    assert records[1]["dynamodb"]["OldImage"]["version"] == {"N": "1"}
    assert records[1]["dynamodb"]["NewImage"]["version"] == {"N": "2"}


def test_the_ticks_are_there_and_off_under_a_virtual_clock(stack: Stack) -> None:
    scheduler = stack.account.client("scheduler")
    schedules = scheduler.list_schedules()["Schedules"]
    assert {schedule["State"] for schedule in schedules} == {"DISABLED"}
    targets = {schedule["Target"]["Arn"].rsplit(":")[-1] for schedule in schedules}
    assert targets == {stack.function("dispatcher"), stack.function("patrol")}


def test_ticks_reach_the_dispatcher_and_the_patrol(stack: Stack) -> None:
    scheduler = stack.account.client("scheduler")
    names = [found["Name"] for found in scheduler.list_schedules()["Schedules"]]
    ticks: list[UpdateScheduleInputTypeDef] = [
        {
            "Name": name,
            "Target": scheduler.get_schedule(Name=name)["Target"],
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ScheduleExpression": "at(2020-01-01T00:00:00)",
            "State": "ENABLED",
        }
        for name in names
    ]
    for tick in ticks:
        scheduler.update_schedule(**tick)
    deadline = time.monotonic() + 30
    while not (heard(stack, "dispatcher") and heard(stack, "patrol")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for tick in ticks:
        tick["State"] = "DISABLED"
        scheduler.update_schedule(**tick)


def test_a_function_can_be_called_directly(stack: Stack) -> None:
    assert stack.invoke("dispatcher", {"tick": 1}) == {"batchItemFailures": []}
    assert {"tick": 1} in heard(stack, "dispatcher")
    with pytest.raises(FunctionFailed, match="patrol"):
        stack.invoke("patrol", ["not an event"])


def test_rows_that_expire_do(stack: Stack) -> None:
    tables = stack.account.client("dynamodb")
    for name in ("CORE_TABLE", "WAKEUPS_TABLE"):
        expiry = tables.describe_time_to_live(TableName=stack.environment[name])
        assert expiry["TimeToLiveDescription"] == {
            "TimeToLiveStatus": "ENABLED",
            "AttributeName": "ttl",
        }


def test_delayed_messages_are_not_quiet(stack: Stack) -> None:
    sqs, url = stack.account.client("sqs"), stack.queue_urls["ImportQueue"]
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
    assert stack.backlog().later["ImportQueue"] == 1
    assert str(stack.backlog()) == "ImportQueue 1 later"
    assert not stack.backlog().is_quiet
    stack.wait_until_quiet()


def test_the_clock_file_moves_all_at_once(stack: Stack) -> None:
    stack.set_clock(3600)
    assert stack.clock_file is not None
    assert stack.clock_file.read_text() == "3600"
