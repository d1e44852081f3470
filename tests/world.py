"""A whole small world in memory: every use case over the in-memory adapters, and a clock to move."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from penguinmails.bootstrap import Adapters, House
from penguinmails.campaigns.campaign import Campaign, CampaignStatus, CampaignType, Sender
from penguinmails.campaigns.launch import begin, launch
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.clock import ManualClock
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.advance import advance
from penguinmails.enrollments.close import close
from penguinmails.enrollments.enroll import enroll_lane
from penguinmails.enrollments.enrollment import Enrollment, Mail, Ref
from penguinmails.enrollments.messages import unpack
from penguinmails.enrollments.patrol import patrol
from penguinmails.enrollments.release import release
from penguinmails.enrollments.salvage import salvage
from penguinmails.errors import Unavailable
from penguinmails.ids import CountingIds
from penguinmails.keyring import Keyring, generate
from penguinmails.meter import Meter
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Body, Queue
from penguinmails.sends.key import send_key
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Accepted, Outcome
from penguinmails.table.memory import MemoryTable
from penguinmails.templates.template import Template
from penguinmails.timer.dispatch import dispatch

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"
SEGMENT = "everybody"
MOST_TURNS = 20_000


def plenty() -> float:
    """Say that there is time."""
    return 1000.0


@dataclass(slots=True)
class ScriptedEsp:
    """Accepts everything, unless the script has an answer for a recipient.

    `delivered` is what really left, whatever was answered.
    """

    honours_key: bool = False
    delivered: list[Message] = field(default_factory=list)
    calls: int = 0
    script: Callable[[Message, int], tuple[Outcome, bool] | None] = lambda _m, _n: None

    def send(self, message: Message) -> Outcome:
        self.calls += 1
        scripted = self.script(message, self.calls)
        outcome, leaves = scripted or (Accepted(f"esp-{self.calls}"), True)
        known = self.honours_key and any(m.send_key == message.send_key for m in self.delivered)
        if leaves and not known:
            self.delivered.append(message)
        return outcome


class PlainWriter:
    """Writes the shortest message that names its step."""

    def write(
        self, row: Enrollment, revision: Revision, mail: Mail, contact: Contact, now_at: datetime
    ) -> Message:
        ref = row.ref
        key = send_key(
            ref.tenant, ref.campaign, ref.contact, ref.run, mail.step, mail.visit, mail.attempt
        )
        slug = revision.sequence.steps[mail.step].slug
        return Message(
            send_key=key,
            token=f"{ref.contact}#{ref.run}#{mail.step}.{mail.visit}.{mail.attempt}",
            from_name=revision.sender.name,
            from_email=revision.sender.email,
            reply_to=None,
            to_email=contact.email,
            subject=slug,
            text=slug,
            html=slug,
            message_id=f"<{key}@test>",
            date=now_at,
            unsubscribe_url=None,
        )


class World(House):
    """The house over memory, with one tenant, and the means to make time pass in it."""

    def __init__(self, *, shards: int = 2, esp: ScriptedEsp | None = None) -> None:
        self.clock = ManualClock(START_AT)
        self.queues = MemoryQueues(self.clock)
        self.tables: dict[str, MemoryTable] = {}
        self.esp = esp or ScriptedEsp()
        self.shards = shards
        self.dead: list[tuple[Queue, Body]] = []
        self.owner = 0
        ring = generate(lambda size: b"k" * size)
        super().__init__(
            Adapters(
                table=self._table,
                queues=self.queues,
                clock=self.clock,
                ids=CountingIds(),
                esp=lambda _kind: self.esp,
                keyring=lambda: ring,
                blobs=lambda: None,
                public_url="https://mail.example.com",
                meter=Meter(),
            )
        )

    def _table(self, name: str) -> MemoryTable:
        return self.tables.setdefault(name, MemoryTable())

    def contact_shards(self, tenant: str) -> int:
        """Spread the contacts of every tenant alike."""
        return self.shards

    def esp_of(self, tenant: str) -> ScriptedEsp:
        """Give the one ESP there is."""
        return self.esp

    @cached_property
    def writer(self) -> PlainWriter:
        """Write plainly: what a message says is not what these tests are about."""
        return PlainWriter()

    def contents_of(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        """Launch without templates."""
        return {}

    @property
    def ring(self) -> Keyring:
        """The keys."""
        return self.adapters.keyring()

    def person(self, email: str, **attributes: Any) -> Contact:
        """Make a contact in the audience."""
        contact = Contact(
            tenant=TENANT,
            id=self.ring.contact_id(TENANT, email),
            email=email,
            attributes=attributes,
            segments=frozenset({SEGMENT}),
            created_at=self.clock.now(),
            updated_at=self.clock.now(),
        )
        self.contacts.add(contact, "test")
        return contact

    def people(self, count: int) -> list[Contact]:
        """Make some contacts in the audience."""
        return [self.person(f"person{number}@example.com") for number in range(count)]

    def campaign(self, steps: Sequence[Mapping[str, Any]], **settings: Any) -> Campaign:
        """Make a draft that sends these steps."""
        now_at = self.clock.now()
        campaign = Campaign(
            tenant=TENANT,
            id=self.adapters.ids.new(),
            name="Test",
            type=CampaignType.DRIP,
            status=CampaignStatus.DRAFT,
            revision=1,
            segment=SEGMENT,
            created_at=now_at,
            updated_at=now_at,
            **settings,
        )
        self.campaigns.add(campaign)
        self.campaigns.add_revision(TENANT, self.revision(campaign, 1, steps))
        return campaign

    def revision(
        self, campaign: Campaign, number: int, steps: Sequence[Mapping[str, Any]]
    ) -> Revision:
        """Compile a revision of a campaign."""
        sender = Sender("Northlight", "hello@northlight.example")
        return Revision(
            campaign.id, number, compile_sequence(list(steps)), sender, tuple(steps)
        )

    def launch(self, campaign: Campaign) -> Campaign:
        """Launch a campaign, and let everything happen that is due now."""
        launch(TENANT, campaign.id, self.launching())
        self.settle()
        return self.get(campaign)

    def get(self, campaign: Campaign) -> Campaign:
        """Read a campaign anew."""
        return self.campaigns.get(TENANT, campaign.id)

    def row(self, campaign: Campaign, contact: Contact) -> Enrollment:
        """Read one enrollment."""
        ref = self.ref(campaign, contact)
        return self.enrollments.read([ref])[ref]

    def ref(self, campaign: Campaign, contact: Contact) -> Ref:
        """Name one enrollment."""
        return Ref(TENANT, campaign.id, self.shards, contact.id)

    def rows(self, campaign: Campaign) -> list[Enrollment]:
        """Read all enrollments of a campaign."""
        return [
            row
            for shard in range(self.shards)
            for row in self.enrollments.page(TENANT, campaign.id, shard, None, 10_000).rows
        ]

    def sent(self) -> list[tuple[str, str]]:
        """Tell who really got which step, in order."""
        return [(m.to_email, m.subject) for m in self.esp.delivered]

    def dispatch(self) -> None:
        """Let the dispatcher's schedule tick."""
        dispatch(self.dispatcher())

    def settle(self) -> None:
        """Handle every message that can be received now, and those that they cause."""
        for _ in range(MOST_TURNS):
            message = self.queues.receive()
            if message is None:
                return
            self.handle(message.queue, message.body)
        raise AssertionError(f"still busy after {MOST_TURNS} messages")

    def handle(self, queue: Queue, body: Body) -> None:
        """Handle one message as its function does; one that is unavailable comes again."""
        try:
            self.handlers()[queue](body)
        except Unavailable:
            self.queues.send(queue, [body], delay_s=180)

    def handlers(self) -> dict[Queue, Callable[[Body], object]]:
        """Map each queue to the use case that its function calls."""
        self.owner += 1
        owner = f"invocation-{self.owner}"
        return {
            Queue.ADVANCE: lambda body: advance(unpack(body), owner, plenty, self.advancer()),
            Queue.LAUNCH: self._launch,
            Queue.CLOSE: lambda body: close(body, plenty, self.closer()),
            Queue.RELEASE: lambda body: release(body, plenty, self.releaser()),
        }

    def _launch(self, body: Body) -> None:
        if "lane" in body:
            enroll_lane(
                body["tenant"], body["campaign"], body["lane"], plenty, self.enrolling()
            )
        else:
            begin(body["tenant"], body["campaign"], self.launching())

    def patrol_round(self) -> None:
        """Let the patrol walk over everything, and handle what it finds."""
        patrol(plenty, self.patrol())
        self.settle()

    def salvage(self, queue: Queue, message_id: str, text: str) -> int:
        """Let the salvager take a dead letter."""
        return salvage(queue, message_id, text, self.salvager())

    def pass_time(self, **by: float) -> None:
        """Let time pass, stopping wherever a message or a wake-up becomes due."""
        end_at = replace_clock(self.clock, **by)
        for _ in range(MOST_TURNS):
            next_at = self._next_at(end_at)
            if next_at is None:
                break
            self.clock.move_to(next_at)
            self.dispatch()
            self.settle()
        else:
            raise AssertionError(f"still busy after {MOST_TURNS} stops")
        self.clock.move_to(end_at)

    def _next_at(self, end_at: datetime) -> datetime | None:
        waiting = self.queues.next_at()
        asleep = self._first_wake_up(end_at)
        due = [at for at in (waiting, asleep) if at is not None and at <= end_at]
        return min(due, default=None)

    def _first_wake_up(self, end_at: datetime) -> datetime | None:
        times = [
            wake_up.at
            for minute_at in self.timer.minutes(end_at)
            for shard in range(4)
            for bucket in [self.timer.bucket(minute_at, shard)]
            for wake_up in bucket.wake_ups
            if wake_up.id not in bucket.sent
        ]
        return min(times, default=None)


def replace_clock(clock: ManualClock, **by: float) -> datetime:
    """Give the instant that is so much later."""
    ahead = ManualClock(clock.now())
    ahead.move(**by)
    return ahead.now()


