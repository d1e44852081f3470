"""What we rely on of functions: calls, queues that call them message by message, and schedules."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conformance.ground import Ground

pytestmark = pytest.mark.emulator

RECEIVES = 5


def times_read(ground: Ground, message_id: str) -> int:
    return len(ground.records("reader", lambda r: r.get("messageId") == message_id))


def dead(ground: Ground, message_id: str) -> dict[str, Any] | None:
    found = ground.received(ground.parts["ReadDead"], 0)
    return next((m for m in found if m["MessageId"] == message_id), None)


# ---- calls


def invoke(ground: Ground, event: dict[str, Any]) -> tuple[Any, str]:
    answer = ground.client("lambda").invoke(
        FunctionName=ground.parts["Echo"], Payload=json.dumps(event)
    )
    return json.loads(answer["Payload"].read()), answer.get("FunctionError", "")


def test_a_call_gives_the_functions_answer_and_it_has_its_environment(ground: Ground) -> None:
    assert invoke(ground, {}) == ({"batchItemFailures": [], "role": "echo"}, "")


def test_a_call_of_a_function_that_raises_says_what_it_raised(ground: Ground) -> None:
    answer, error = invoke(ground, {"say": "raise"})
    assert error
    assert answer["errorMessage"] == "as told"


def test_what_a_function_prints_is_in_its_log_group(ground: Ground) -> None:
    invoke(ground, {"canary": "Zoë 🐧"})
    assert ground.until(lambda: {"canary": "Zoë 🐧"} in ground.heard("echo"))


# ---- queues


def test_a_message_reaches_its_reader_as_it_was_sent(ground: Ground) -> None:
    sent = ground.send("Read", text="Zoë 🐧")
    (record,) = ground.until(lambda: ground.records("reader", lambda r: r["messageId"] == sent))
    assert json.loads(record["body"]) == {"text": "Zoë 🐧"}
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].split(":")[-1] in ground.parts["Read"]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_message_that_fails_comes_again_and_the_others_do_not(ground: Ground) -> None:
    well = [ground.send("Read", n=n) for n in range(3)]
    failing = ground.send("Read", fails=2)
    assert ground.until(lambda: times_read(ground, failing) == 3)
    assert [times_read(ground, one) for one in well] == [1, 1, 1]


def test_a_reader_that_raises_gets_its_messages_again(ground: Ground) -> None:
    sent = ground.send("Read", raises=1)
    assert ground.until(lambda: times_read(ground, sent) == 2)


def test_a_message_that_always_fails_is_read_five_times_and_then_a_dead_letter(
    ground: Ground,
) -> None:
    sent = ground.send("Read", fails=99, text="poison")
    letter = ground.until(lambda: dead(ground, sent))
    assert json.loads(letter["Body"])["text"] == "poison"
    assert times_read(ground, sent) == RECEIVES


def test_a_poisoned_message_blocks_nobody(ground: Ground) -> None:
    ground.send("Read", fails=99)
    well = ground.send("Read")
    assert ground.until(lambda: times_read(ground, well) == 1)


def test_a_reader_gets_at_most_ten_messages_at_once(ground: Ground) -> None:
    sent = {ground.send("Read", n=n) for n in range(25)}
    assert ground.until(lambda: sent <= {r["messageId"] for r in ground.records("reader", bool)})
    assert max(len(event["Records"]) for event in ground.heard("reader")) <= 10


# ---- schedules


def schedule(ground: Ground, at: datetime, told: str, state: str) -> str:
    name = f"conformance-{time.time_ns()}"
    ground.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        State=state,
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": ground.parts["Echo"],
            "RoleArn": ground.parts["Role"],
            "Input": json.dumps({"told": told}),
        },
    )
    return name


def test_a_schedule_calls_its_function_at_its_time_and_one_that_is_off_does_not(
    ground: Ground,
) -> None:
    at = datetime.now(UTC) + timedelta(seconds=2)  # noqa: TID251 - the cloud's clock
    on, off = f"on {at}", f"off {at}"
    left = schedule(ground, at, off, "DISABLED")
    schedule(ground, at, on, "ENABLED")
    assert {"told": on} not in ground.heard("echo")
    assert ground.until(lambda: {"told": on} in ground.heard("echo"))
    assert {"told": off} not in ground.heard("echo")
    ground.client("scheduler").delete_schedule(Name=left)
