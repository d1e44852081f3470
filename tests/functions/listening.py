"""A small house whose webhook, recorder and public functions run for real, over memory."""

import base64
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.bootstrap import Adapters, House
from penguinmails.campaigns.campaign import Sender
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.clock import ManualClock
from penguinmails.contacts.audience import Membership
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.dns.memory import MemoryDns
from penguinmails.enrollments.enrollment import Claim, Enrollment, Mail, Place, Ref, Status, codes
from penguinmails.enrollments.settlement import Settlement
from penguinmails.esp.memory import MemoryEsp
from penguinmails.esp.standard_webhooks import sign
from penguinmails.ids import CountingIds
from penguinmails.keyring import generate
from penguinmails.meter import Meter
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Body, Queue
from penguinmails.table.memory import MemoryTable
from penguinmails.templates.template import Template
from penguinmails.tenants.hook import Hook, make_hook
from penguinmails.tenants.tenant import EspName, Tenant
from penguinmails.tracking.tokens import Purpose, Token, encode
from tests.functions.running import Context, loaded, messages, settle_in

Response = dict[str, Any]
TENANT = "01890000-0000-7000-8000-000000000001"
START_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHARDS = 2
STEPS = [
    {"email": "intro", "template": "intro"},
    {"wait": "2 days"},
    {"email": "more", "template": "intro"},
]


class Listening(House):
    """A house over memory that can be told things: by its webhook, and by readers."""

    def __init__(self) -> None:
        self.clock = ManualClock(START_AT)
        self.queues = MemoryQueues(self.clock)
        self.tables: dict[str, MemoryTable] = defaultdict(MemoryTable)
        self.ring = generate(lambda size: b"k" * size)
        super().__init__(
            Adapters(
                table=lambda name: self.tables[name],
                queues=self.queues,
                clock=self.clock,
                ids=CountingIds(),
                esp=lambda _name: MemoryEsp(Meter()),
                keyring=lambda: self.ring,
                blobs=MemoryBlobs,
                resolver=MemoryDns,
                public_url="https://mail.example.com",
                meter=Meter(),
            )
        )
        self.hook: Hook = make_hook(TENANT, EspName.SANDBOX, lambda size: b"s" * size)
        self.tenants.add_hook(self.hook)
        self.tenants.add(Tenant(TENANT, "Northlight", "UTC", 2, EspName.SANDBOX, START_AT))
        self.visits = 0

    def person(self, email: str = "ada@example.com", **attributes: Any) -> Contact:  # noqa: ANN401
        """Make a contact; its attributes are its own."""
        made = Contact(
            TENANT,
            self.ring.contact_id(TENANT, email),
            email,
            attributes,
            created_at=START_AT,
            updated_at=START_AT,
        )
        self.contacts.add(made, "test")
        return made

    def campaign(self, html: str = "<p>Hello</p>") -> Revision:
        """Make a campaign with two emails and a wait between them; its revision has its id."""
        number = self.adapters.ids.new()
        sender = Sender("Northlight", "hello@northlight.example")
        revision = Revision(number, 1, compile_sequence(STEPS), sender, ())
        template = Template("intro", "Intro", "Hello", "", html, "")
        self.campaigns.add_revision(TENANT, revision)
        self.campaigns.pin(TENANT, revision, {1: template, 3: template})
        return revision

    def enroll(self, revision: Revision, person: Contact, **standing: Any) -> Ref:  # noqa: ANN401
        """Enroll a person, standing at the first email unless told otherwise."""
        ref = Ref(TENANT, revision.campaign, SHARDS, person.id)
        row = Enrollment(
            ref, Status.ACTIVE, 1, 1, START_AT, START_AT, 1, START_AT, frozenset({"e"})
        )
        enrolled = Fact(FactType.ENROLLED, START_AT)
        row = replace(row, journal=codes([enrolled]), **standing)
        self.contacts.enroll(TENANT, [Membership(person.id, ref.campaign, ref.run, SHARDS)])
        self.enrollments.enroll([row])
        return ref

    def claim(self, ref: Ref, *, uncertain: bool = False) -> Claim:
        """Have the first email claimed, as by a worker that is at it or was lost."""
        claim = Claim("key", "owner", self.clock.now(), Mail(1))
        claimed = self.enrollments.claim(self.row(ref), claim, ())
        if uncertain:
            self.enrollments.doubt(claimed, claim, self.clock.now())
        return claim

    def sent(self, ref: Ref) -> None:
        """Have the first email sent, so that the wait after it began."""
        claim, now_at = self.claim(ref), self.clock.now()
        done = Settlement(place=Place(2, 1, now_at + timedelta(days=2)))
        self.enrollments.settle(self.row(ref), claim, done, now_at)

    def row(self, ref: Ref) -> Enrollment:
        """Read an enrollment."""
        return self.enrollments.read([ref])[ref]

    def heard(self, ref: Ref) -> list[Fact]:
        """Give what an enrollment's journal heard, besides that it began."""
        return [fact for fact in self.row(ref).facts() if fact.type is not FactType.ENROLLED]

    def settle(self) -> None:
        """Record everything that waits to be recorded."""
        while waiting := self.queued(Queue.RECORD):
            self.take(Queue.RECORD)
            self.record(*waiting)

    def record(self, *bodies: Body) -> list[dict[str, str]]:
        """Give messages to the recorder, and tell which of them it failed."""
        answer = loaded("recorder")(messages(Queue.RECORD, *bodies), Context())
        failed: list[dict[str, str]] = answer["batchItemFailures"]
        return failed

    def token(self, ref: Ref, step: int = 1) -> Token:
        """Name a message as its writer does."""
        ids = (ref.tenant, ref.campaign, ref.contact, ref.run)
        return Token(Purpose.MESSAGE, *ids, 1, ref.shards, step, 1, 1, 0)

    def text(self, ref: Ref, purpose: Purpose = Purpose.MESSAGE, link: int = 0) -> str:
        """Sign the token of an enrollment's first email."""
        return encode(self.token(ref).to(purpose, link), self.ring)

    def report(
        self,
        events: object,
        *,
        hook: Hook | None = None,
        changed: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        """Report as the sandbox does, signed; `changed` replaces headers."""
        hook = hook or self.hook
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        headers = sign(hook.secrets[0], "msg_1", self.clock.now(), body)
        return self.post(f"sandbox/{hook.id}", body, {**headers, **changed})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Post to the webhook as the HTTP API passes it on."""
        event = {
            "version": "2.0",
            "rawPath": f"/webhooks/{path}",
            "headers": dict(headers),
            "pathParameters": {"proxy": path},
            "requestContext": {"http": {"method": "POST"}, "requestId": "r"},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        return self._answer("webhook", event)

    def visit(self, path: str, method: str = "GET", **headers: str) -> Response:
        """Ask for a public page as a reader's client does."""
        self.visits += 1
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        event = {
            "version": "2.0",
            "rawPath": path,
            "headers": {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", **named},
            "pathParameters": {"proxy": path.rpartition("/")[2]},
            "requestContext": {
                "http": {"method": method},
                "requestId": f"visit-{self.visits}",
            },
            "isBase64Encoded": False,
        }
        return self._answer("public", event)

    @staticmethod
    def _answer(name: str, event: dict[str, Any]) -> Response:
        answer: Response = loaded(name)(event, Context())
        return answer

    def queued(self, queue: Queue) -> list[Body]:
        """Give what waits in a queue."""
        return [message.body for message in self.queues.waiting if message.queue is queue]

    def take(self, queue: Queue) -> list[Body]:
        """Empty a queue and give what was in it."""
        taken = self.queued(queue)
        left = [message for message in self.queues.waiting if message.queue is not queue]
        self.queues.waiting = deque(left)
        return taken


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Listening:
    """Give a world, whose house is the functions' house."""
    made = Listening()
    settle_in(made, monkeypatch)
    return made
