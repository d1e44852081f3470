"""The API's house with time passing in it: its campaigns really mail people."""

from datetime import timedelta
from typing import Any

from penguinmails.analytics.project import project
from penguinmails.campaigns.launch import begin
from penguinmails.enrollments.advance import advance
from penguinmails.enrollments.close import close
from penguinmails.enrollments.enroll import enroll_lane
from penguinmails.enrollments.messages import unpack
from penguinmails.enrollments.migrate import go_on
from penguinmails.enrollments.release import release
from penguinmails.errors import Conflict, Unavailable
from penguinmails.ids import CountingIds
from penguinmails.queues.port import Body, Queue
from penguinmails.table.coding import encode_item
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Item
from penguinmails.timer.dispatch import dispatch
from tests.functions.api_house import ApiHouse
from tests.world import VISIBILITY_S, plenty

HOP = timedelta(hours=2)
"""Shorter than what makes a campaign late."""
MOST_MESSAGES = 5_000


class LivingHouse(ApiHouse):
    """The house over memory, with the messages, ticks and streams of the platform."""

    def __init__(self) -> None:
        self.stream: list[dict[str, Any]] = []
        self.invocations = 0
        self._written = 0
        super().__init__(CountingIds())
        self.tables["enrollments"] = MemoryTable(self._stream_out)

    def pass_time(self, **by: float) -> None:
        """Let time pass; the dispatcher ticks every other hour, as if its other ticks were lost."""
        end_at = self.clock.now() + timedelta(**by)
        while self.clock.now() < end_at:
            self.clock.move_to(min(self.clock.now() + HOP, end_at))
            dispatch(self.dispatcher())
            self.settle()

    def settle(self) -> None:
        """Handle every message that can be received, and those that they cause."""
        for _ in range(MOST_MESSAGES):
            message = self.queues.receive()
            if message is None:
                break
            try:
                self._handle(message.queue, message.body)
            except (Conflict, Unavailable):
                self.queues.send(message.queue, [message.body], delay_s=VISIBILITY_S)
        else:
            raise AssertionError(f"still busy after {MOST_MESSAGES} messages")
        project(self.stream, "0", self.projector())
        self.stream.clear()

    def _handle(self, queue: Queue, body: Body) -> object:
        self.invocations += 1
        match queue:
            case Queue.ADVANCE:
                owner = f"invocation-{self.invocations}"
                return advance(unpack(body), owner, plenty, self.advancer())
            case Queue.LAUNCH:
                return self._onto(body)
            case Queue.CLOSE:
                return close(body, plenty, self.closer())
            case Queue.RELEASE:
                return release(body, plenty, self.releaser())
            case _:
                raise AssertionError(f"nobody reads {queue} here")

    def _onto(self, body: Body) -> object:
        tenant, campaign = body["tenant"], body["campaign"]
        if "revision" in body:
            return go_on(body, plenty, self.migrating())
        if "lane" in body:
            return enroll_lane(tenant, campaign, body["lane"], plenty, self.enrolling())
        return begin(tenant, campaign, self.launching())

    def _stream_out(self, old: Item | None, new: Item | None) -> None:
        item = new or old or {}
        self._written += 1
        images = {"OldImage": old, "NewImage": new}
        written: dict[str, Any] = {
            "Keys": encode_item({name: item[name] for name in ("pk", "sk")}),
            "SequenceNumber": str(self._written),
            **{name: encode_item(image) for name, image in images.items() if image},
        }
        self.stream.append({"eventSource": "aws:dynamodb", "dynamodb": written})
