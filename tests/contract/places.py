"""Makes the tables and queues of one account of the emulator, as the functions reach them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from pynamodb.connection.base import Connection

from penguinmails.local.clients import Account
from penguinmails.local.package import REGION
from penguinmails.meter import Meter
from penguinmails.queues.port import Queue
from penguinmails.queues.sqs import SqsQueues
from penguinmails.table.dynamodb import DynamoTable
from penguinmails.table.port import Table

Tables = Callable[[str], Table]
LARGEST_MESSAGE = 1_048_576


@dataclass(frozen=True)
class Place:
    """One account. Whatever is made in it is new and empty, also under a name that is taken."""

    account: Account
    serial: Iterator[int] = field(default_factory=count)

    @cached_property
    def connection(self) -> Connection:
        """The connection that all tables of the account share."""
        number, endpoint = self.account.number, self.account.endpoint
        return Connection(REGION, endpoint, aws_access_key_id=number, aws_secret_access_key="local")

    def new_table(self, name: str, meter: Meter | None = None) -> DynamoTable:
        """Create a table with the keys that every table has."""
        full_name = self._unused(name)
        self.create(full_name)
        return DynamoTable(self.connection, full_name, meter or Meter())

    def create(self, full_name: str) -> None:
        """Create a table of just this name."""
        self.connection.create_table(
            full_name,
            [{"attribute_name": key, "attribute_type": "S"} for key in ("pk", "sk")],
            [
                {"attribute_name": "pk", "key_type": "HASH"},
                {"attribute_name": "sk", "key_type": "RANGE"},
            ],
            billing_mode="PAY_PER_REQUEST",
        )

    def new_queue(self, queue: Queue, *, longest: int = LARGEST_MESSAGE) -> str:
        """Create a queue that takes messages of so many bytes, and give its URL."""
        answer = self.account.client("sqs").create_queue(
            QueueName=self._unused(queue.value), Attributes={"MaximumMessageSize": str(longest)}
        )
        return answer["QueueUrl"]

    def queues(self, urls: Mapping[Queue, str], meter: Meter | None = None) -> SqsQueues:
        """Give the queues that have these URLs."""
        return SqsQueues(self.account.client("sqs"), urls, meter or Meter())

    def _unused(self, name: str) -> str:
        return f"{name}-{next(self.serial)}"
