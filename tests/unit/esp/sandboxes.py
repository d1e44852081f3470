"""A sandbox over memory, for tests of what becomes of its mails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from penguinmails.clock import ManualClock
from penguinmails.esp.sandbox import SandboxEsp, SandboxPorts
from penguinmails.ids import CountingIds, derived
from penguinmails.inbox.mail import KeptMail
from penguinmails.inbox.store import InboxStore
from penguinmails.keyring import generate
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Queue
from penguinmails.sends.message import Message
from penguinmails.table.memory import MemoryTable
from penguinmails.tracking.tokens import Purpose, Token, encode
from tests.simulation.taps import Main, TappedQueues, TappedTable
from tests.unit.esp.messages import MESSAGE

START_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TENANT = derived("tenant", 1)
RING = generate(lambda size: b"k" * size)
TOKEN = Token(
    purpose=Purpose.MESSAGE,
    tenant=TENANT,
    campaign=derived("campaign", 1),
    contact=derived("contact", 1),
    run="1",
    revision=2,
    shards=2,
    step=3,
    visit=1,
    attempt=1,
    variant=0,
)
LETTER = replace(
    MESSAGE,
    token=encode(TOKEN, RING),
    html='<p><a href="https://mail.example.com/c/x">Look</a></p>',
)


class Sandbox:
    """A sandbox, its table and its queue, either of which can be struck."""

    def __init__(self) -> None:
        self.main = Main()
        self.clock = ManualClock(START_AT)
        self.lines = MemoryQueues(self.clock)
        self.inbox = InboxStore(TappedTable("core", MemoryTable(), self.main))
        queues = TappedQueues(self.lines, self.main)
        ports = SandboxPorts(self.inbox, queues, RING, self.clock, CountingIds())
        self.esp = SandboxEsp(TENANT, ports)

    def mails(self) -> list[KeptMail]:
        """Give all that the inbox holds, newest first."""
        return list(self.inbox.page(TENANT, "", 100).mails)

    def events(self) -> list[dict[str, Any]]:
        """Give all that the recorder is told."""
        bodies = [message.body for message in self.lines.waiting]
        assert {message.queue for message in self.lines.waiting} <= {Queue.RECORD}
        assert {(body["tenant"], body["source"]) for body in bodies} <= {(TENANT, "sandbox")}
        return [event for body in bodies for event in body["events"]]

    def pass_time(self, **by: float) -> None:
        """Let time pass."""
        self.clock.move_to(self.clock.now() + timedelta(**by))


def letter(address: str) -> Message:
    """Write a campaign's message to somebody."""
    return replace(LETTER, to_email=address)
