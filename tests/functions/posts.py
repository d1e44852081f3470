"""Every POST of the API, each in a house where it succeeds; its requests are the description's."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from penguinmails.api.openapi import document, operations
from penguinmails.api.operation import Operation
from penguinmails.ids import CountingIds
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Change, Condition, Item, Key, Page
from tests.functions.api_house import ApiHouse, Reply
from tests.functions.everything import FOR_TESTS, everything

EXAMPLES = {
    operation["operationId"].lower(): operation.get("requestBody", {}).get("content", {})
    for methods in document()["paths"].values()
    for operation in methods.values()
}
KEY = "order-7"
BESIDE = ("idempotency#", "rate#")
"""What rows begin with that count requests and remember answers: no effect of a request."""

_PLACE = re.compile("<([a-z_]+)>")
Deed = tuple[str, str, object]
_SCHEDULED = "2026-06-01T09:00"
_CAMPAIGN = "/api/campaigns/slug:welcome"
_LAUNCH: Deed = ("POST", f"{_CAMPAIGN}/launch", None)
BEFORE: Mapping[str, Sequence[Deed]] = {
    "migrate_campaign": [_LAUNCH],
    "pause_campaign": [_LAUNCH],
    "resume_campaign": [_LAUNCH, ("POST", f"{_CAMPAIGN}/pause", None)],
    "resume_enrollment": [("POST", f"{_CAMPAIGN}/enrollments/<contact>/pause", None)],
    "restore_campaign_version": [
        ("POST", f"{_CAMPAIGN}/schedule", {"startDate": _SCHEDULED}),
        ("PATCH", _CAMPAIGN, {"fromName": "Lights"}),
    ],
    "unschedule_campaign": [("POST", f"{_CAMPAIGN}/schedule", {"startDate": _SCHEDULED})],
}
"""What has to be done before some of them can be."""


class BusyTable(MemoryTable):
    """A table before each call of which something else may happen."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def get(self, key: Key) -> Item | None:
        self._meanwhile()
        return super().get(key)

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: Key | None = None,
        limit: int = 1000,
        newest_first: bool = False,
    ) -> Page:
        self._meanwhile()
        return super().query(pk, prefix=prefix, after=after, limit=limit, newest_first=newest_first)

    def put(self, item: Item, *expect: Condition) -> None:
        self._meanwhile()
        super().put(item, *expect)

    def insert_many(self, items: Sequence[Item]) -> list[Key]:
        self._meanwhile()
        return super().insert_many(items)

    def update(self, key: Key, change: Change) -> Item:
        self._meanwhile()
        return super().update(key, change)

    def delete(self, key: Key) -> None:
        self._meanwhile()
        super().delete(key)


class BusyHouse(ApiHouse):
    """A house where something may happen before each call of a table."""

    def __init__(self) -> None:
        self.between: Callable[[], None] = lambda: None
        super().__init__(CountingIds())

    def new_table(self) -> MemoryTable:
        return BusyTable(self._interrupt)

    def _interrupt(self) -> None:
        self.between()

    def has_begun(self) -> bool:
        """Tell whether there is an attempt that may be repeated."""
        return any(sk.startswith(BESIDE[0]) for rows in self.core.rows.values() for sk in rows)

    def state(self) -> dict[object, object]:
        """Give all that a request may have an effect on."""
        rows: dict[object, object] = {
            (name, pk, sk): item
            for name, table in self.tables.items()
            for pk, items in table.rows.items()
            for sk, item in items.items()
            if not sk.startswith(BESIDE)
        }
        waiting = [(each.queue, each.body) for each in self.queues.waiting]
        return deepcopy(
            {
                **rows,
                "queues": waiting,
                "files": self.blobs.files,
                "clock": self.hand._kept,
                "mails": self.esp.accepted,
            }
        )


@dataclass(frozen=True, slots=True)
class Post:
    """A POST that can be sent."""

    operation: Operation

    def __str__(self) -> str:
        return self.operation.name

    def house(self) -> BusyHouse:
        """Give a house where it succeeds."""
        house = BusyHouse()
        everything(house, "mine", "welcome")
        house.vouch()
        if self.operation.name != "put_sender":
            house.vouch("hello@example.com")
        house.ask("PUT", "/api/segments/newsletter-readers", {"name": "Readers"})
        record = house.ask("GET", "/api/senders/hello@welcome.test").json["domainRecord"]
        house.dns.records[record["name"]] = [record["value"]]
        for method, path, body in BEFORE.get(self.operation.name, ()):
            done = house.ask(method, self._led(path, house), body)
            assert done.status < 300, done.text
        return house

    def send(self, house: BusyHouse, body: object = None) -> Reply:
        """Send it with the one key; `body` stands in for the description's example."""
        content: dict[str, Any] = EXAMPLES[self.operation.name.replace("_", "")]
        kind = next(iter(content), "application/json")
        example = content[kind]["example"] if content else None
        path = self._led(self.operation.path, house)
        return house.ask(
            "POST",
            path,
            example if body is None else body,
            key="my test" if path.startswith(FOR_TESTS) else "mine",
            headers={"content-type": kind, "idempotency-key": KEY},
        )

    @staticmethod
    def _led(path: str, house: BusyHouse) -> str:
        """Fill in a path's places."""
        places = {
            "campaign": "slug:welcome",
            "contact": house.ring.contact_id(house.mine.tenant.id, "welcome@mail.test"),
            "number": "1",
            "sender": "slug:hello-welcome-test",
        }
        return _PLACE.sub(lambda place: places.get(place[1], "welcome"), path)


POSTS = [Post(operation) for operation in operations() if operation.method == "POST"]
