"""The API over in-memory adapters: two workspaces, requests as the gateway sends them."""

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from random import Random
from typing import Any
from urllib.parse import urlencode

from penguinmails.api.answer import answer
from penguinmails.api.ports import ApiPorts, Attempt
from penguinmails.api.store import AttemptStore
from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.bootstrap import Adapters, House
from penguinmails.campaigns.campaign import Campaign
from penguinmails.clock import ManualClock
from penguinmails.clock_hand import MemoryHand
from penguinmails.contacts.audience import Membership
from penguinmails.contacts.contact import Contact
from penguinmails.dns.memory import MemoryDns
from penguinmails.enrollments.enrollment import Ref
from penguinmails.esp.memory import MemoryEsp
from penguinmails.ids import Ids, TimeOrderedIds
from penguinmails.imports.page import read_page
from penguinmails.keyring import generate
from penguinmails.meter import Meter
from penguinmails.privacy.run import run
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Queue
from penguinmails.senders.add import add_sender
from penguinmails.senders.sender import NewSender
from penguinmails.table.memory import MemoryTable
from penguinmails.tenants.create import Asked, Workspace, create_workspace
from tests.functions.running import Context

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SENDER = "hello@northlight.example"
WELCOME = {"subject": "Hello", "html": "<p>Hi {{ contact.first_name or 'you' }}</p>"}
STEPS: list[dict[str, Any]] = [
    {"email": "hello", "template": "welcome"},
    {"wait": "2 days"},
    {"email": "again", "template": "welcome"},
]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the API; what is left of the key's allowance is not part of its likeness."""

    status: int
    headers: Mapping[str, str]
    text: str
    allowance: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def json(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.text)
        return data


class LossyAttempts(AttemptStore):
    """Keeps no answer while it is told so, as when an invocation dies before it can."""

    losing = False

    def answer(self, attempt: Attempt) -> None:
        if not self.losing:
            super().answer(attempt)


class ApiHouse(House):
    """The house over memory, with two workspaces."""

    def __init__(
        self, ids: Ids | None = None, mail_from: str = "no-reply@penguinmails.test"
    ) -> None:
        self.clock = ManualClock(START_AT)
        self.hand = MemoryHand()
        self.queues = MemoryQueues(self.clock)
        self.blobs = MemoryBlobs()
        self.dns = MemoryDns()
        self.esp = MemoryEsp(Meter())
        self.ring = generate(lambda size: b"k" * size)
        self.tables: dict[str, MemoryTable] = defaultdict(self.new_table)
        self.core = self.tables["core"]
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.breaks = False
        super().__init__(
            Adapters(
                table=self.tables.__getitem__,
                queues=self.queues,
                clock=self.clock,
                hand=self.hand,
                ids=ids or TimeOrderedIds(self.clock),
                esp=lambda _name: self.esp,
                keyring=lambda: self.ring,
                blobs=lambda: self.blobs,
                resolver=lambda: self.dns,
                public_url="https://mail.test",
                meter=Meter(),
                mail_from=mail_from,
                randomness=lambda size: Random(self.adapters.ids.new()).randbytes(size),
            )
        )
        self.mine = self._workspace_of("Northlight")
        self.theirs = self._workspace_of("Other")

    def new_table(self) -> MemoryTable:
        """Give an empty table; another house may have tables of another kind."""
        return MemoryTable()

    def _workspace_of(self, name: str) -> Workspace:
        return create_workspace(Asked(name, "Europe/Berlin", 500), self.tenant_ports())

    @cached_property
    def attempts(self) -> LossyAttempts:
        """Requests that may come twice, and their answers, unless they are lost."""
        return LossyAttempts(self.core, self.clock)

    def api(self) -> ApiPorts:
        """Fill the ports of the HTTP API; it sleeps without waiting, and its launch may break."""
        given = super().api()
        launch = _break if self.breaks else given.launch
        return replace(given, sleep=self._sleep, launch=launch)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.meanwhile()

    def person(self, email: str = "ada@mail.test") -> str:
        """Add a contact called Ada, and give her id."""
        tenant = self.mine.tenant.id
        made = self.ring.contact_id(tenant, email)
        known = {"first_name": "Ada"}
        contact = Contact(tenant, made, email, known, created_at=START_AT, updated_at=START_AT)
        self.contacts.add(contact, "test")
        return made

    def enroll(self, ref: Ref) -> None:
        """Note beside a contact that it is enrolled."""
        members = [Membership(ref.contact, ref.campaign, ref.run, ref.shards)]
        self.contacts.enroll(ref.tenant, members)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = "mine",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request; `key` is mine, theirs, one of the test keys, another text, or None."""
        keys = {
            "mine": self.mine.key.text,
            "theirs": self.theirs.key.text,
            "my test": self.mine.test_key.text,
            "their test": self.theirs.test_key.text,
        }
        sent = {"content-type": "application/json", **(headers or {})}
        if key is not None:
            sent["authorization"] = f"Bearer {keys.get(key, key)}"
        event = http_event(method, path, body, sent, query or {})
        answered = answer(event, Context(), self.api())
        headers = answered["headers"]
        allowance = {name: headers[name] for name in headers if name.startswith("RateLimit")}
        others = {name: headers[name] for name in headers if name not in allowance}
        return Reply(answered["statusCode"], others, answered["body"], allowance)

    def run_imports(self) -> None:
        """Handle all messages of the import queue, and of the advance queue those of tests."""
        while (message := self.queues.receive()) is not None:
            body = message.body
            if message.queue is Queue.IMPORT and "job" in body:
                run(body["tenant"], body["job"], self.privacy())
            elif message.queue is Queue.IMPORT:
                read_page(body["tenant"], body["import"], self.importer())
            elif "testSend" in body:
                self.run_test_send(body, "test", lambda: 30.0)

    def import_csv(
        self, data: str | bytes, segment: str = "everybody", more: Mapping[str, str] | None = None
    ) -> Reply:
        """Upload a file; `more` are headers."""
        headers = {"content-type": "text/csv", **(more or {})}
        query = {"segment": segment}
        return self.ask("POST", "/api/imports", data, headers=headers, query=query)

    def vouch(self, email: str = SENDER) -> None:
        """Let mail be from an address."""
        sender = NewSender(email, "Northlight", postal_address="Polar Way 1\nTromsø")
        add_sender(self.mine.tenant.id, sender, self.adding_senders(), operator=True)

    def campaign(self, **fields: object) -> dict[str, Any]:
        """Create a campaign that could be launched."""
        self.vouch()
        self.ask("PUT", "/api/templates/welcome", WELCOME)
        self.ask("PUT", "/api/segments/everybody", {"name": "Everybody"})
        body = {
            "name": "Welcome",
            "campaignType": "drip",
            "segmentId": "everybody",
            "fromEmail": SENDER,
            "fromName": "Northlight",
            "steps": STEPS,
            **fields,
        }
        made = self.ask("POST", "/api/campaigns", body)
        assert made.status == 201, made.text
        return made.json


def _break(*_: object) -> Campaign:
    raise RuntimeError("secret detail")


def http_event(
    method: str, path: str, body: object, headers: Mapping[str, str], query: Mapping[str, str]
) -> dict[str, Any]:
    """Give the event of a request, as the HTTP API writes it (payload format 2.0)."""
    raw = body if isinstance(body, bytes) else None
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "ANY /api/{proxy+}",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "headers": {"host": "abc.execute-api.eu-central-1.amazonaws.com", **headers},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc",
            "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "abc",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "request-1",
            "routeKey": "ANY /api/{proxy+}",
            "stage": "$default",
            "time": "02/Mar/2026:09:00:00 +0000",
            "timeEpoch": 1772442000000,
        },
        "pathParameters": {"proxy": path.removeprefix("/api/")},
        "isBase64Encoded": raw is not None,
    }
    if query:
        event["queryStringParameters"] = dict(query)
    if raw is not None:
        event["body"] = base64.b64encode(raw).decode()
    elif body is not None:
        event["body"] = text
    return event
