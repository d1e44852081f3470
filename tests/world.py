"""A whole small world in memory: every use case over the in-memory adapters, and a clock to move."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any, cast

from penguinmails.analytics.project import project
from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.bootstrap import Adapters, House
from penguinmails.bootstrap.engine import SETTLE_S
from penguinmails.campaigns.campaign import (
    Campaign,
    CampaignStatus,
    CampaignType,
    OnUncertain,
    Sender,
)
from penguinmails.campaigns.launch import begin, launch
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.clock import ManualClock, from_millis
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.messages import heard
from penguinmails.dns.memory import MemoryDns
from penguinmails.enrollments.advance import Advanced, advance
from penguinmails.enrollments.close import close
from penguinmails.enrollments.enroll import enroll_lane
from penguinmails.enrollments.enrollment import Enrollment, Ref
from penguinmails.enrollments.messages import unpack
from penguinmails.enrollments.migrate import go_on, migrate
from penguinmails.enrollments.patrol import patrol
from penguinmails.enrollments.record import record
from penguinmails.enrollments.release import release
from penguinmails.enrollments.salvage import salvage
from penguinmails.errors import Conflict, Unavailable
from penguinmails.esp.memory import MemoryEsp
from penguinmails.fence.watch import watch
from penguinmails.ids import CountingIds
from penguinmails.imports.page import read_page
from penguinmails.keyring import Keyring, generate
from penguinmails.meter import Meter
from penguinmails.privacy.run import run
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Body, Queue
from penguinmails.sends.message import Message
from penguinmails.settings import TABLES
from penguinmails.suppressions.suppression import WORKSPACE, Suppression, SuppressionReason
from penguinmails.table.coding import encode_item
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Item, Key
from penguinmails.templates.template import Template
from penguinmails.tenants.tenant import EspName, Tenant
from penguinmails.timer.bucket import SHARDS
from penguinmails.timer.dispatch import LOOK_AHEAD_S, dispatch
from penguinmails.timer.wakeup import WakeUp
from tests.simulation.plain import PlainWriter
from tests.simulation.taps import Crash, Main, TappedEsp, TappedQueues, TappedTable

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"
SEGMENT = "everybody"
MOST_TURNS = 20_000
VISIBILITY_S = 180
STREAM_BATCH = 100
MINUTE = timedelta(minutes=1)
Backup = Mapping[str, dict[str, dict[str, Item]]]
FAR_AT = datetime(2100, 1, 1, tzinfo=UTC)


def plenty() -> float:
    """Say that there is time."""
    return 1000.0


class World(House):
    """The house over memory, with one tenant, and the means to make time pass in it."""

    def __init__(self, *, shards: int = 2, honours_key: bool = False) -> None:
        self.clock = ManualClock(START_AT)
        self.lines = MemoryQueues(self.clock)
        self.files = MemoryBlobs()
        self.esp = MemoryEsp(Meter(), honours_key=honours_key)
        self.main = Main()
        self.shards = shards
        self.tables: dict[str, MemoryTable] = {}
        self.stream: deque[dict[str, Any]] = deque()
        self.invocations = 0
        self.restored = 1
        self._written = 0
        ring = generate(lambda size: b"k" * size)
        super().__init__(
            Adapters(
                table=self._table,
                queues=TappedQueues(self.lines, self.main),
                clock=self.clock,
                ids=CountingIds(),
                esp=lambda _kind: self.esp,
                keyring=lambda: ring,
                blobs=lambda: self.files,
                resolver=MemoryDns,
                public_url="https://mail.example.com",
                meter=Meter(),
                identities=lambda names: {name: self._memory(name).identity() for name in names},
            )
        )
        self._stake()
        self.tenants.add(
            Tenant(TENANT, "Northlight", "Europe/Berlin", shards, EspName.SMTP, START_AT)
        )

    def _table(self, name: str) -> TappedTable:
        return TappedTable(name, self._memory(name), self.main)

    def _memory(self, name: str) -> MemoryTable:
        watch = self._stream_out if name == "enrollments" else None
        return self.tables.setdefault(name, MemoryTable(watch, f"{name} 1"))

    def _stream_out(self, old: Item | None, new: Item | None) -> None:
        item = new or old or {}
        key = Key(str(item["pk"]), str(item["sk"]))
        self._written += 1
        written: dict[str, Any] = {
            "Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            "SequenceNumber": str(self._written),
        }
        images = {"OldImage": old, "NewImage": new}
        written |= {name: encode_item(image) for name, image in images.items() if image}
        self.stream.append({"eventSource": "aws:dynamodb", "dynamodb": written})

    def contact_shards(self, tenant: str) -> int:
        """Spread the contacts of every tenant alike."""
        return self.shards

    def esp_of(self, tenant: str) -> TappedEsp:
        """Give the one ESP there is."""
        return TappedEsp(self.esp, self.main)

    @cached_property
    def writer(self) -> PlainWriter:
        """Write plainly: what a message says is not what these tests are about."""
        return PlainWriter(self.ring)

    def contents_of(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        """Launch without templates."""
        return {}

    @property
    def ring(self) -> Keyring:
        """The keys."""
        return self.adapters.keyring()

    # What people do

    def person(self, email: str, **attributes: Any) -> Contact:  # noqa: ANN401 - a contact's own
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

    def campaign(
        self,
        steps: Sequence[Mapping[str, Any]],
        *,
        on_uncertain: OnUncertain = OnUncertain.SKIP,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
    ) -> Campaign:
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
            start_at=start_at,
            end_at=end_at,
        )
        self.campaigns.add(campaign)
        sender = Sender("Northlight", "hello@northlight.example")
        sequence = compile_sequence(list(steps))
        revision = Revision(
            campaign.id, 1, sequence, sender, tuple(steps), on_uncertain=on_uncertain
        )
        self.campaigns.add_revision(TENANT, revision)
        return campaign

    def launch(self, campaign: Campaign) -> Campaign:
        """Launch a campaign, and let everything happen that is due now."""
        launch(TENANT, campaign.id, self.launching())
        self.settle()
        return self.get(campaign)

    def launched(self, steps: Sequence[Mapping[str, Any]], **settings: Any) -> Campaign:  # noqa: ANN401
        """Make a campaign and launch it."""
        return self.launch(self.campaign(steps, **settings))

    def pause(self, campaign: Campaign) -> None:
        """Pause a campaign, as a person does."""
        self.lifecycle.pause(campaign)

    def resume(self, campaign: Campaign) -> None:
        """Resume a campaign, and let everything happen that is due now."""
        self.lifecycle.resume(campaign)
        self.settle()

    def unsubscribe(self, contact: Contact) -> None:
        """Suppress a person and end their enrollments; once it returns they get no more mail."""
        now_at = self.clock.now()
        reason = SuppressionReason.UNSUBSCRIBED
        entry = Suppression(TENANT, contact.id, WORKSPACE, reason, "test", now_at)
        self.suppressions.add(entry)
        self.departures.depart(TENANT, contact.id, reason.value, now_at)

    def report(self, message: Message, kind: str, **more: object) -> None:
        """Let the ESP tell something about a message that it has; its recorder hears of it next."""
        event = {
            "id": f"{message.send_key}-{kind}",
            "type": kind,
            "at": self.clock.now().isoformat(),
            "token": message.token,
            **more,
        }
        for body in heard(TENANT, "sandbox", [event], self.clock.now()):
            self.adapters.queues.send(Queue.RECORD, [body])

    def pause_one(self, campaign: Campaign, contact: Contact) -> Enrollment:
        """Pause one person's enrollment."""
        return self.interventions.pause(TENANT, campaign.id, contact.id)

    def resume_one(self, campaign: Campaign, contact: Contact) -> Enrollment:
        """Let one person's enrollment go on."""
        return self.interventions.resume(TENANT, campaign.id, contact.id)

    def exit_one(self, campaign: Campaign, contact: Contact, reason: str = "won") -> Enrollment:
        """End one person's enrollment."""
        return self.interventions.exit(TENANT, campaign.id, contact.id, reason)

    def revise(self, campaign: Campaign, steps: Sequence[Mapping[str, Any]]) -> Campaign:
        """Give a campaign a new revision with these steps, which only new people get."""
        stands = self.get(campaign)
        old = self.campaigns.revision(TENANT, campaign.id, stands.revision)
        sequence = compile_sequence(list(steps), numbers=old.sequence.numbers)
        new = replace(old, number=old.number + 1, sequence=sequence, source=tuple(steps))
        self.campaigns.add_revision(TENANT, new)
        now_at = self.clock.now()
        return self.campaigns.save(stands, replace(stands, revision=new.number, updated_at=now_at))

    def migrate(self, campaign: Campaign) -> None:
        """Move everybody to the newest revision, once nobody works on the older any more."""
        migrate(TENANT, campaign.id, self.get(campaign).revision, self.migrating())
        self.pass_time(seconds=SETTLE_S)

    def backup(self) -> Backup:
        """Copy all tables."""
        return {name: deepcopy(table.rows) for name, table in self.tables.items()}

    def restore(self, backup: Backup, *names: str) -> None:
        """Put tables with what they held at the backup in the place of some, or of all."""
        self.restored += 1
        for name in names or TABLES:
            table = self._memory(name)
            table.rows = deepcopy(backup.get(name, {}))
            table.table_id = f"{name} {self.restored}"

    def start_anew(self) -> None:
        """Have the functions run in new containers, which know nothing of the tables."""
        self.__dict__.pop("guard", None)

    # What can be seen

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
        return [(m.to_email.partition("@")[0], m.subject) for m in self.esp.accepted]

    # What the platform does

    def dispatch(self) -> bool:
        """Let the dispatcher's schedule tick; tell whether it survived."""
        self._survive(lambda: watch(self.watching()))
        return self._survive(lambda: dispatch(self.dispatcher()))

    def patrol_round(self) -> None:
        """Let the patrol walk over everything, and handle what it finds."""
        self._survive(lambda: patrol(plenty, self.patrol()))
        self.settle()

    def settle(self) -> None:
        """Handle every message that can be received now, and those that they cause."""
        for _ in range(MOST_TURNS):
            self._project()
            message = self.lines.receive()
            if message is None:
                return
            self.handle(message.queue, message.body)
        problem = f"still busy after {MOST_TURNS} messages"
        raise AssertionError(problem)

    def handle(self, queue: Queue, body: Body) -> object:
        """Handle one message as its function does; one that failed is received again later."""
        try:
            return self._handlers()[queue](body)
        except (Unavailable, Conflict, Crash):
            self.lines.send(queue, [body], delay_s=VISIBILITY_S)
            return None

    def advance(self, *refs: Ref, time_left_s: Callable[[], float] = plenty) -> Advanced:
        """Advance enrollments, as an invocation of its own."""
        self.invocations += 1
        return advance(refs, f"invocation-{self.invocations}", time_left_s, self.advancer())

    def _handlers(self) -> dict[Queue, Callable[[Body], object]]:
        return {
            Queue.ADVANCE: self._go_on,
            Queue.LAUNCH: self._start,
            Queue.CLOSE: lambda body: close(body, plenty, self.closer()),
            Queue.RELEASE: lambda body: release(body, plenty, self.releaser()),
            Queue.RECORD: lambda body: record(body, self.recorder()),
            Queue.IMPORT: self._import,
        }

    def _go_on(self, body: Body) -> object:
        if "testSend" in body:
            self.invocations += 1
            return self.run_test_send(body, f"invocation-{self.invocations}", plenty)
        return self.advance(*unpack(body))

    def _import(self, body: Body) -> object:
        if "job" in body:
            return run(body["tenant"], body["job"], self.privacy())
        return read_page(body["tenant"], body["import"], self.importer())

    def _start(self, body: Body) -> object:
        tenant, campaign = body["tenant"], body["campaign"]
        if "revision" in body:
            return go_on(body, plenty, self.migrating())
        if "lane" in body:
            return enroll_lane(tenant, campaign, body["lane"], plenty, self.enrolling())
        return begin(tenant, campaign, self.launching())

    def _project(self) -> None:
        """Let the projector read the stream; a batch that fails comes again at once."""
        while self.stream:
            batch = [self.stream[n] for n in range(min(STREAM_BATCH, len(self.stream)))]
            if self._survive(partial(project, batch, "0", self.projector())):
                for _ in batch:
                    self.stream.popleft()

    @staticmethod
    def _survive(deed: Callable[[], object]) -> bool:
        try:
            deed()
        except (Unavailable, Conflict, Crash):
            return False
        return True

    def salvage(self, queue: Queue, message_id: str, text: str) -> int:
        """Let the salvager take a dead letter."""
        return salvage(queue, message_id, text, self.salvager())

    # Time

    def pass_time(self, **by: float) -> None:
        """Let time pass, stopping wherever a message or a wake-up becomes due."""
        end_at = self.clock.now() + timedelta(**by)
        for _ in range(MOST_TURNS):
            ticked = not self._any_due() or self.dispatch()
            self.settle()
            next_at = self._next_at() if ticked else self.clock.now() + MINUTE
            if next_at is None or next_at > end_at:
                break
            self.clock.move_to(next_at)
        else:
            problem = f"still busy after {MOST_TURNS} stops"
            raise AssertionError(problem)
        self.clock.move_to(end_at)

    def _any_due(self) -> bool:
        """Tell whether a tick would find anything; one that would not may as well be lost."""
        until_at = self.clock.now() + timedelta(seconds=LOOK_AHEAD_S)
        return any(at <= until_at for at in self._asleep())

    def _next_at(self) -> datetime | None:
        times = [at for at in self._asleep() if at > self.clock.now()]
        waiting = self.lines.next_at()
        return min([*times, waiting] if waiting else times, default=None)

    def wake_ups(self) -> list[WakeUp]:
        """Give the wake-ups that the dispatcher has not sent."""
        minutes = self.timer.minutes(FAR_AT)
        buckets = [self.timer.bucket(at, shard) for at in minutes for shard in range(SHARDS)]
        return [w for bucket in buckets for w in bucket.wake_ups if w.id not in bucket.sent]

    def _asleep(self) -> list[datetime]:
        """Tell when they are due, in a hurry."""
        if "wakeups" not in self.tables:
            return []
        times = []
        for rows in self.tables["wakeups"].rows.values():
            sent = cast("frozenset[str]", rows.get("!sent", {}).get("ids", frozenset()))
            asleep = (row for sk, row in rows.items() if sk != "!sent" and sk not in sent)
            times += [from_millis(cast("int", row["at"])) for row in asleep]
        return times
