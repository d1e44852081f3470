"""The API over in-memory adapters: two workspaces, requests as the gateway sends them."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

from penguinmails.api.answer import answer
from penguinmails.api.people_ports import PeoplePorts
from penguinmails.api.ports import ApiPorts, Attempt
from penguinmails.api.rate_store import RateStore
from penguinmails.api.store import AttemptStore
from penguinmails.api.workspace_ports import WorkspacePorts
from penguinmails.audit.ports import AuditPorts
from penguinmails.audit.store import AuditStore
from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.campaign_templates.store import CampaignTemplateStore
from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.checklist import ChecklistPorts, contents_of
from penguinmails.campaigns.draft_ports import EditPorts
from penguinmails.campaigns.launch import LaunchPorts, launch
from penguinmails.campaigns.launch_store import LaunchStore
from penguinmails.campaigns.lifecycle import Lifecycle
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.store import CampaignStore
from penguinmails.clock import ManualClock
from penguinmails.contacts.audience import Membership
from penguinmails.contacts.ports import ContactPorts, DeletePorts
from penguinmails.contacts.store import ContactStore
from penguinmails.enrollments.enrollment import Ref
from penguinmails.enrollments.store import EnrollmentStore
from penguinmails.enrollments.timeline import TimelinePorts, entries_of
from penguinmails.esp.memory import MemoryEsp
from penguinmails.ids import Ids, TimeOrderedIds
from penguinmails.imports.errors import ErrorPorts
from penguinmails.imports.page import read_page
from penguinmails.imports.ports import ImportPorts, UploadPorts
from penguinmails.imports.store import ImportStore
from penguinmails.jobs.store import JobStore
from penguinmails.keyring import generate
from penguinmails.meter import Meter
from penguinmails.privacy.ports import PrivacyPorts, RequestPorts
from penguinmails.privacy.run import run
from penguinmails.properties.declare import PropertyPorts
from penguinmails.properties.store import PropertyStore
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Queue
from penguinmails.segments.store import SegmentStore
from penguinmails.senders.add import AddPorts
from penguinmails.senders.ask import AskPorts
from penguinmails.senders.store import SenderStore
from penguinmails.sends.mail_verification import MailPorts
from penguinmails.suppressions.store import SuppressionStore
from penguinmails.table.memory import MemoryTable
from penguinmails.templates.preview import PreviewPorts
from penguinmails.templates.store import TemplateStore
from penguinmails.templates.template import Template
from penguinmails.tenants.create import Asked, TenantPorts, Workspace, create_workspace
from penguinmails.tenants.create_key import KeyPorts
from penguinmails.tenants.store import TenantStore
from penguinmails.timer.store import TimerStore
from penguinmails.topics.store import TopicStore
from tests.functions.memory_desk import MemoryDesk
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


class ApiHouse:
    """Everything behind the API, in memory."""

    mail_from = "no-reply@penguinmails.test"

    def __init__(self, ids: Ids | None = None) -> None:
        self.clock = ManualClock(START_AT)
        self.core = MemoryTable()
        self.queues = MemoryQueues(self.clock)
        self.blobs = MemoryBlobs()
        self.ids = ids or TimeOrderedIds(self.clock)
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
        self.jobs = JobStore(self.core)
        self.properties = PropertyStore(self.core, self.clock)
        self.esp = MemoryEsp(Meter())
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
            desk=self.desk(),
            lifecycle=Lifecycle(self.campaigns, self.timer, self.queues, self.clock),
            analytics=self.analytics,
            segments=self.segments,
            templates=self.templates,
            previewing=self.previewing,
            upload=self.upload_ports(),
            audit=lambda: AuditPorts(AuditStore(self.core), self.clock),
            workspace=self.workspace_ports,
            contacts=self.contacts,
            people=self.people,
            contact_id=self.ring.contact_id,
            enrollments=self.enrollments,
            suppressions=self.suppressions,
            depart=self.depart,
            attempts=self.attempts,
            rates=RateStore(self.core),
            queues=self.queues,
            clock=self.clock,
            ids=self.ids,
            sleep=self.sleep,
            cursor_seal=self.ring.cursor_seal,
        )

    def previewing(self) -> PreviewPorts:
        return PreviewPorts(self.templates, self.contacts)

    def workspace_ports(self) -> WorkspacePorts:
        senders, randomness = SenderStore(self.core), Random(self.ids.new()).randbytes
        asking = AskPorts(senders, self.clock, randomness, "https://mail.test")
        return WorkspacePorts(
            audit_log=AuditStore(self.core),
            keys=self.tenants,
            new_keys=KeyPorts(self.tenants, self.clock, randomness),
            topics=TopicStore(self.core),
            senders=senders,
            new_senders=AddPorts(senders, self.clock),
            mailing=MailPorts(asking, lambda _tenant: self.esp, self.mail_from),
        )

    def desk(self) -> MemoryDesk:
        return MemoryDesk(
            campaigns=self.campaigns,
            enrollments=self.enrollments,
            contacts=self.contacts,
            templates=self.templates,
            campaign_templates=CampaignTemplateStore(self.core),
            imports=self.imports,
            migrations=LaunchStore(self.core, "migration"),
            edit=self.edit_ports(),
            launch=self.launch,
            timer=self.timer,
            queues=self.queues,
            clock=self.clock,
        )

    def edit_ports(self) -> EditPorts:
        return EditPorts(
            self.campaigns,
            self.segments,
            self.templates,
            self.timer,
            self.clock,
            self.contents_of,
            self.queues,
        )

    def upload_ports(self) -> UploadPorts:
        return UploadPorts(
            self.imports, self.segments, self.blobs, self.timer, self.queues, self.clock
        )

    def people(self) -> PeoplePorts:
        contact_id = self.ring.contact_id
        return PeoplePorts(
            change=ContactPorts(
                self.contacts, self.properties, self.segments, self.clock, contact_id
            ),
            delete=DeletePorts(self.contacts, self.depart, self.clock),
            directory=self.contacts,
            telling=self.telling(),
            properties=PropertyPorts(self.properties, self.clock),
            asking=RequestPorts(
                self.jobs, self.contacts, self.blobs, self.timer, self.queues, self.clock
            ),
            errors=ErrorPorts(self.imports, self.blobs),
        )

    def telling(self) -> TimelinePorts:
        return TimelinePorts(self.contacts, self.enrollments, self.campaigns)

    def privacy(self) -> PrivacyPorts:
        return PrivacyPorts(
            jobs=self.jobs,
            contacts=self.contacts,
            suppressions=self.suppressions,
            blobs=self.blobs,
            depart=self.depart,
            entries_of=lambda tenant, members: entries_of(tenant, members, self.telling()),
            clock=self.clock,
        )

    def import_ports(self) -> ImportPorts:
        return ImportPorts(
            self.imports,
            self.contacts,
            self.properties,
            self.blobs,
            self.queues,
            self.clock,
            self.ring.contact_id,
        )

    def contents_of(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        ports = ChecklistPorts(self.segments, self.templates, self.clock)
        return contents_of(campaign, revision, ports)

    def launch(
        self,
        tenant: str,
        campaign: str,
        even_if_importing: bool = False,  # noqa: FBT001, FBT002 - it fills two ports
    ) -> Campaign:
        if self.breaks:
            raise RuntimeError("secret detail")
        ports = LaunchPorts(
            self.campaigns,
            self.timer,
            self.queues,
            self.clock,
            lambda t: self.tenants.get(t).contact_shards,
            self.contents_of,
            importing=self.imports.importing,
        )
        return launch(tenant, campaign, ports, even_if_importing=even_if_importing)

    def analytics(
        self, tenant: str, campaign: str, first: date | None, last: date | None
    ) -> dict[str, Any]:
        days = [str(first), str(last)]
        return {"overall": {"sent": 0, "active": 0}, "byStep": [], "exits": [], "days": days}

    def depart(self, tenant: str, contact: str, reason: str, now_at: datetime) -> int:
        walks = self.contacts.memberships(tenant, contact)
        refs = [Ref(tenant, one.campaign, one.shards, contact, one.run) for one in walks]
        return sum(self.enrollments.exit(ref, reason, now_at) for ref in refs)

    def enroll(self, ref: Ref) -> None:
        """Note beside a contact that it is enrolled."""
        members = [Membership(ref.contact, ref.campaign, ref.run, ref.shards)]
        self.contacts.enroll(ref.tenant, members)

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
        headers = answered["headers"]
        allowance = {name: headers[name] for name in headers if name.startswith("RateLimit")}
        others = {name: headers[name] for name in headers if name not in allowance}
        return Reply(answered["statusCode"], others, answered["body"], allowance)

    def run_imports(self) -> None:
        """Handle all messages of the import queue."""
        while (message := self.queues.receive()) is not None:
            if message.queue is Queue.IMPORT and "job" in message.body:
                run(message.body["tenant"], message.body["job"], self.privacy())
            elif message.queue is Queue.IMPORT:
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
