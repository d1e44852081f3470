"""The ground of the conformance tests: a small stack, in our emulator, at an endpoint, or on AWS.

CONFORMANCE_ENDPOINT says where: unset, an emulator of our own; a URL, whatever serves there;
empty, AWS itself, with the usual credentials and region. There it costs a few cents, and takes
what it made away again.
"""

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from penguinmails.local.emulator import API_PATH
from penguinmails.local.package import REGION

VARIABLE = "CONFORMANCE_ENDPOINT"
HERE = Path(__file__).parent
ACCOUNT, SECRET = "000000000031", "test"
"""The emulator checks the signatures of links, and this is the secret of all its accounts."""
POLL_S = 0.1
PATIENCE_S, PATIENCE_ON_AWS_S = 90.0, 300.0
"""The emulator looks for rows that have expired once a minute, AWS for schedules."""
PASSED, LASTING = "passed", "lasting"
DAY_S = 24 * 3600

Found = TypeVar("Found")


@dataclass(frozen=True)
class Ground:
    """A deployed ground: its parts by their names in ground.yaml, and clients to reach them."""

    endpoint: str
    session: boto3.Session
    parts: Mapping[str, str]

    @cached_property
    def tables(self) -> Any:
        return self.client("dynamodb")

    @cached_property
    def queues(self) -> Any:
        return self.client("sqs")

    @property
    def is_aws(self) -> bool:
        return not self.endpoint

    @property
    def url(self) -> str:
        """Where the HTTP API answers."""
        if self.is_aws:
            return (
                f"https://{self.parts['Http']}.execute-api.{self.session.region_name}.amazonaws.com"
            )
        return f"{self.endpoint}{API_PATH}{self.parts['Http']}"

    def client(self, service: str) -> Any:
        """Give a client that tries once, so that a test sees what the service said."""
        return client(self.session, self.endpoint, service)

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> urllib3.BaseHTTPResponse:
        """Ask the HTTP API; on AWS it may take a moment until it may call its function."""

        def asked() -> urllib3.BaseHTTPResponse | None:
            url = f"{self.url}{path}"
            answer = urllib3.request(method, url, headers=headers, body=body, retries=False)
            return None if self.is_aws and answer.status in {403, 500} else answer

        return self.until(asked)

    def send(self, queue: str, **told: Any) -> str:
        """Send a message that tells its reader what to do; give its id."""
        sent = self.queues.send_message(QueueUrl=self.parts[queue], MessageBody=json.dumps(told))
        return str(sent["MessageId"])

    def received(self, url: str, seconds: float) -> list[dict[str, Any]]:
        """Take what can be received of a queue now, or else what comes first within some seconds."""
        deadline = time.monotonic() + seconds
        while True:
            found: list[dict[str, Any]] = self.queues.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=1 if self.is_aws else 0,
                MessageSystemAttributeNames=["All"],
            ).get("Messages", [])
            if found or time.monotonic() > deadline:
                return found
            time.sleep(POLL_S)

    def heard(self, by: str) -> list[dict[str, Any]]:
        """Give the events that a function was called with, in order, as its log has them."""
        pages = self.client("logs").get_paginator("filter_log_events")
        lines = (
            json.loads(line)
            for page in pages.paginate(logGroupName=self.parts["Logs"])
            for event in page["events"]
            for line in event["message"].splitlines()
            if line.startswith('{"by"')
        )
        return [line["heard"] for line in lines if line["by"] == by]

    def records(self, by: str, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """Give the records of those events that are wanted."""
        events = self.heard(by)
        return [r for event in events for r in event.get("Records", []) if wanted(r)]

    def until(self, look: Callable[[], Found | None]) -> Found:
        """Look until there is something."""
        deadline = time.monotonic() + (PATIENCE_ON_AWS_S if self.is_aws else PATIENCE_S)
        while not (found := look()):
            if time.monotonic() > deadline:
                message = "it did not come"
                raise TimeoutError(message)
            time.sleep(POLL_S)
        return found


def client(session: boto3.Session, endpoint: str, service: str) -> Any:
    config = Config(
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "virtual" if not endpoint else "path"},
        signature_version="s3v4" if service == "s3" else None,
    )
    return session.client(service, endpoint_url=endpoint or None, config=config)  # type: ignore[call-overload]


@contextmanager
def laid(endpoint: str) -> Iterator[Ground]:
    """Lay the ground for as long as the block lasts."""
    session = boto3.Session(ACCOUNT, SECRET, region_name=REGION) if endpoint else boto3.Session()
    name = f"conformance-{uuid.uuid4().hex[:8]}"
    stacks = client(session, endpoint, "cloudformation")
    stacks.create_stack(
        StackName=name,
        TemplateBody=(HERE / "ground.yaml").read_text(),
        Parameters=[{"ParameterKey": "Listener", "ParameterValue": _listener()}],
        Capabilities=["CAPABILITY_IAM"],
    )
    try:
        waiter = stacks.get_waiter("stack_create_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 5 if not endpoint else 1})
        made = stacks.describe_stacks(StackName=name)["Stacks"][0]
        ground = Ground(
            endpoint, session, {o["OutputKey"]: o["OutputValue"] for o in made["Outputs"]}
        )
        _let_rows_expire(ground)
        yield ground
        _empty(ground)
    finally:
        stacks.delete_stack(StackName=name)


def _listener() -> str:
    """Give the code of the functions, which is passed to them inline: at most 4 kB of it."""
    return (HERE / "listener.py").read_text()


def _let_rows_expire(ground: Ground) -> None:
    """Put a row whose time has passed, and one whose time has not; it takes a while to see it."""
    table, now = ground.parts["Expiring"], int(time.time())
    setting = {"Enabled": True, "AttributeName": "ttl"}
    ground.tables.update_time_to_live(TableName=table, TimeToLiveSpecification=setting)
    for sk, at in ((PASSED, now - DAY_S), (LASTING, now + DAY_S)):
        item = {"pk": {"S": "row"}, "sk": {"S": sk}, "ttl": {"N": str(at)}}
        ground.tables.put_item(TableName=table, Item=item)


def _empty(ground: Ground) -> None:
    """Delete the bucket's objects, with which it could not go."""
    objects, bucket = ground.client("s3"), ground.parts["Bucket"]
    for found in objects.list_objects_v2(Bucket=bucket).get("Contents", []):
        objects.delete_object(Bucket=bucket, Key=found["Key"])


def endpoint_asked_for() -> str | None:
    """Give the endpoint that the environment names; None, if it names none."""
    return os.environ.get(VARIABLE)


def refused(refusal: pytest.ExceptionInfo[ClientError]) -> str:
    """Give the code of a refusal."""
    return str(refusal.value.response["Error"]["Code"])
