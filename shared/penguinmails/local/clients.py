"""Clients of one account of an emulator; every stack has an account of its own."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from penguinmails.local.package import REGION

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

READ_SECONDS = 120
ANYTHING = "local"
"""The emulator asks for a secret key, and looks at none."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of an emulator: twelve digits, which serve as the access key."""

    endpoint: str
    number: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point an AWS client at this account."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.number,
            "AWS_SECRET_ACCESS_KEY": ANYTHING,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }

    @overload
    def client(self, service: Literal["cloudformation"]) -> "CloudFormationClient": ...
    @overload
    def client(self, service: Literal["dynamodb"]) -> "DynamoDBClient": ...
    @overload
    def client(self, service: Literal["lambda"]) -> "LambdaClient": ...
    @overload
    def client(self, service: Literal["logs"]) -> "CloudWatchLogsClient": ...
    @overload
    def client(self, service: Literal["s3"]) -> "S3Client": ...
    @overload
    def client(self, service: Literal["scheduler"]) -> "EventBridgeSchedulerClient": ...
    @overload
    def client(self, service: Literal["sqs"]) -> "SQSClient": ...
    @overload
    def client(self, service: Literal["ssm"]) -> "SSMClient": ...
    def client(self, service: str) -> Any:
        """Give a client of a service; it is made once, and safe to share among threads."""
        return _client(self.endpoint, self.number, service)


@cache
def _client(endpoint: str, account: str, service: str) -> object:
    import boto3  # noqa: PLC0415 - half a second, better spent while the emulator starts
    from botocore.config import Config  # noqa: PLC0415

    session = boto3.Session(account, ANYTHING, region_name=REGION)
    config = Config(
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
    )
    return session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]
