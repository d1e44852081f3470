"""The API over in-memory adapters: two workspaces, requests as the gateway sends them."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

from penguinmails.api.answer import answer
from penguinmails.api.ports import ApiPorts, Attempt
from penguinmails.api.store import AttemptStore
from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.checklist import ChecklistPorts, contents_of
from penguinmails.campaigns.draft_ports import EditPorts
from penguinmails.campaigns.launch import LaunchPorts, launch
from penguinmails.campaigns.launch_store import LaunchStore
from penguinmails.campaigns.lifecycle import Lifecycle
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.store import CampaignStore
from penguinmails.clock import ManualClock
from penguinmails.contacts.store import ContactStore
from penguinmails.enrollments.enrollment import Ref
from penguinmails.enrollments.store import EnrollmentStore
from penguinmails.ids import TimeOrderedIds
from penguinmails.imports.page import read_page
from penguinmails.imports.ports import ImportPorts, UploadPorts
from penguinmails.imports.store import ImportStore
from penguinmails.keyring import generate
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Queue
from penguinmails.segments.store import SegmentStore
from penguinmails.suppressions.store import SuppressionStore
from penguinmails.table.memory import MemoryTable
from penguinmails.templates.store import TemplateStore
from penguinmails.templates.template import Template
from penguinmails.tenants.create import Asked, TenantPorts, Workspace, create_workspace
from penguinmails.tenants.store import TenantStore
from penguinmails.timer.store import TimerStore
from tests.functions.running import Context

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WELCOME = {"subject": "Hello", "html": "<p>Hi {{ contact.first_name or 'you' }}</p>"}
STEPS: list[dict[str, Any]] = [
    {"email": "hello", "template": "welcome"},
    {"wait": "2 days"},
    {"email": "again", "template": "welcome"},
]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the API."""

    status: int
    headers: Mapping[str, str]
    text: str

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


class ApiHouse:
    """Everything behind the API, in memory."""

    def __init__(self) -> None:
        self.clock = ManualClock(START_AT)
        self.core = MemoryTable()
        self.queues = MemoryQueues(self.clock)
        self.blobs = MemoryBlobs()
        self.ids = TimeOrderedIds(self.clock)
        self.ring = generate(lambda size: b"k" * size)
        self.tenants = TenantStore(self.core, self.clock)
        self.mine = self.workspace("Northlight")
        self.theirs = self.workspace("Other")
        self.contacts = ContactStore(MemoryTable(), lambda t: self.tenants.get(t).contact_shards)
        self.enrollments = EnrollmentStore(MemoryTable())
        self.suppressions = SuppressionStore(MemoryTable())
        self.campaigns = CampaignStore(self.core)
        self.segments = SegmentStore(self.core)
        self.templates = TemplateStore(self.core)
        self.imports = ImportStore(self.core)
        self.attempts = LossyAttempts(self.core, self.clock)
        self.timer = TimerStore(MemoryTable(), self.ids)
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.breaks = False

    def workspace(self, name: str) -> Workspace:
        seeded = Random(name)
        ports = TenantPorts(self.tenants, self.ids, self.clock, seeded.randbytes)
        return create_workspace(Asked(name, "Europe/Berlin", 500), ports)

    def ports(self) -> ApiPorts:
        return ApiPorts(
            tenants=self.tenants,
            campaigns=self.campaigns,
            lanes=LaunchStore(self.core),
            edit=self.edit_ports(),
            launch=self.launch,
            lifecycle=Lifecycle(self.campaigns, self.timer, self.queues, self.clock),
            analytics=self.analytics,
            segments=self.segments,
            templates=self.templates,
            upload=self.upload_ports(),
            contacts=self.contacts,
            contact_id=self.ring.contact_id,
            enrollments=self.enrollments,
            suppressions=self.suppressions,
            depart=self.depart,
            attempts=self.attempts,
            queues=self.queues,
            clock=self.clock,
            ids=self.ids,
            sleep=self.sleep,
        )

    def edit_ports(self) -> EditPorts:
        return EditPorts(
            self.campaigns,
            self.segments,
            self.templates,
            self.timer,
            self.clock,
            self.contents_of,
        )

    def upload_ports(self) -> UploadPorts:
        return UploadPorts(
            self.imports, self.segments, self.blobs, self.timer, self.queues, self.clock
        )

    def import_ports(self) -> ImportPorts:
        return ImportPorts(
            self.imports,
            self.contacts,
            self.blobs,
            self.queues,
            self.clock,
            self.ring.contact_id,
        )

    def contents_of(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        ports = ChecklistPorts(self.segments, self.templates, self.clock)
        return contents_of(campaign, revision, ports)

    def launch(self, tenant: str, campaign: str) -> Campaign:
        if self.breaks:
            raise RuntimeError("secret detail")
        ports = LaunchPorts(
            self.campaigns,
            self.timer,
            self.queues,
            self.clock,
            lambda t: self.tenants.get(t).contact_shards,
            self.contents_of,
        )
        return launch(tenant, campaign, ports)

    def analytics(
        self, tenant: str, campaign: str, first: date | None, last: date | None
    ) -> dict[str, Any]:
        return {"overall": {"sent": 0}, "byStep": [], "days": [str(first), str(last)]}

    def depart(self, tenant: str, contact: str, reason: str, now_at: datetime) -> int:
        walks = self.contacts.memberships(tenant, contact)
        refs = [Ref(tenant, one.campaign, one.shards, contact, one.run) for one in walks]
        return sum(self.enrollments.exit(ref, reason, now_at) for ref in refs)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.meanwhile()

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
        """Send a request; `key` is mine, theirs, another text, or None."""
        keys = {"mine": self.mine.key.text, "theirs": self.theirs.key.text}
        sent = {"content-type": "application/json", **(headers or {})}
        if key is not None:
            sent["authorization"] = f"Bearer {keys.get(key, key)}"
        event = http_event(method, path, body, sent, query or {})
        answered = answer(event, Context(), self.ports())
        return Reply(answered["statusCode"], answered["headers"], answered["body"])

    def run_imports(self) -> None:
        """Handle all messages of the import queue."""
        while (message := self.queues.receive()) is not None:
            if message.queue is Queue.IMPORT:
                read_page(message.body["tenant"], message.body["import"], self.import_ports())

    def import_csv(
        self, data: str | bytes, segment: str = "everybody", more: Mapping[str, str] | None = None
    ) -> Reply:
        """Upload a file; `more` are headers."""
        headers = {"content-type": "text/csv", **(more or {})}
        query = {"segment": segment}
        return self.ask("POST", "/api/imports", data, headers=headers, query=query)

    def campaign(self, **fields: object) -> dict[str, Any]:
        """Create a campaign that could be launched."""
        self.ask("PUT", "/api/templates/welcome", WELCOME)
        self.ask("PUT", "/api/segments/everybody", {"name": "Everybody"})
        body = {
            "name": "Welcome",
            "campaignType": "drip",
            "segmentId": "everybody",
            "fromEmail": "hello@northlight.example",
            "fromName": "Northlight",
            "steps": STEPS,
            **fields,
        }
        made = self.ask("POST", "/api/campaigns", body)
        assert made.status == 201, made.text
        return made.json


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
