"""A desk: one workspace in a workshop, and what its people, its readers and its ESP do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.enrollment import Ref
from penguinmails.esp.sandbox import DOMAIN
from penguinmails.esp.standard_webhooks import sign
from penguinmails.senders.add import add_sender
from penguinmails.senders.sender import NewSender
from penguinmails.tenants.create import Asked, Workspace, create_workspace
from penguinmails.tenants.tenant import EspName
from penguinmails.tracking.tokens import Purpose, Token, encode
from tests.infra.rights.workshop import Workshop

Steps = Sequence[Mapping[str, Any]]

HELLO = {"email": "hello", "template": "letter"}
LETTER = {"subject": "Hello", "html": '<p><a href="https://shop.example/new">Look</a></p>'}
ACCEPTABLE = {200, 201, 202, 409}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Desk:
    """One workspace; its people go by what stands before the @ of their addresses."""

    workshop: Workshop
    workspace: Workspace

    @property
    def tenant(self) -> str:
        """The workspace's id."""
        return self.workspace.tenant.id

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Ask the API; what it sets off waits in the queues."""
        content: dict[str, Any] = json.loads(self.text(method, path, body, headers, query))
        return content

    def text(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> str:
        """Ask the API, and give its answer as it is."""
        key = {"authorization": f"Bearer {self.workspace.key.text}"}
        sent = {"content-type": "application/json", **key, **(headers or {})}
        answer = self.workshop.request(
            "api", method, f"/api/{path}", body, headers=sent, query=query
        )
        assert answer["statusCode"] in ACCEPTABLE, answer
        return str(answer["body"])

    def tell(
        self, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Post to the API, and let everything happen that is due now."""
        self.ask("POST", path, body, headers)
        self.workshop.settle()

    def mail_verification(self) -> None:
        """Have a link mailed to a sender, of whatever becomes of it: no mail server listens."""
        body = {"email": "hello@northlight.example", "name": "Northlight"}
        path = f"/api/senders/{self.ask('POST', 'senders', body)['id']}/verification"
        key = {"authorization": f"Bearer {self.workspace.key.text}"}
        self.workshop.request("api", "POST", path, headers=key)

    def upload(self, segment: str, *names: str) -> str:
        """Upload people, each time with another first name; give the import's id."""
        rows = "".join(f"{address(name)},{next(_numbers)}\n" for name in names)
        content, kind = f"email,first_name\n{rows}", {"content-type": "text/csv"}
        return str(self.ask("POST", "imports", content, kind, {"segment": segment})["id"])

    def draft(self, segment: str, steps: Steps = (HELLO,), **more: object) -> str:
        """Create a campaign, each with a sender of its own, who may send; give its id."""
        house, email = self.workshop.house, f"hello{next(_numbers)}@northlight.example"
        sender = NewSender(email, "Northlight", postal_address="1 Pier")
        add_sender(self.tenant, sender, house.adding_senders(), operator=True)
        body = {
            "name": "Hello",
            "campaignType": "drip",
            "segmentId": segment,
            "fromEmail": email,
            "fromName": "Northlight",
            "steps": list(steps),
            **more,
        }
        return str(self.ask("POST", "campaigns", body)["id"])

    def draft_for(self, name: str, steps: Steps = (HELLO,)) -> str:
        """Create a campaign for one person alone."""
        segment = name.partition("+")[0]
        self.upload(segment, name)
        self.workshop.settle()
        return self.draft(segment, steps)

    def launched(self, name: str, steps: Steps = (HELLO,)) -> str:
        """Create a campaign for one person, and launch it."""
        campaign = self.draft_for(name, steps)
        self.tell(f"campaigns/{campaign}/launch")
        return campaign

    def campaign(self, campaign: str) -> Campaign:
        """Read a campaign as it stands."""
        return self.workshop.house.campaigns.get(self.tenant, campaign)

    def contact(self, name: str) -> str:
        """Give a person's id."""
        ring = self.workshop.house.adapters.keyring()
        return ring.contact_id(self.tenant, address(name))

    def ref(self, campaign: str, name: str) -> Ref:
        """Name one person's enrollment."""
        shards = self.campaign(campaign).shards
        return Ref(self.tenant, campaign, shards, self.contact(name))

    def visit(self, method: str, ref: Ref, purpose: Purpose) -> int:
        """Follow a link of the first mail; give the answer's status."""
        kinds = {Purpose.OPEN: "o", Purpose.CLICK: "c", Purpose.UNSUBSCRIBE: "u"}
        path = f"/{kinds[purpose]}/{self._signed(ref, purpose)}"
        return int(self.workshop.request("public", method, path)["statusCode"])

    def report(self, ref: Ref, kind: str, more: Mapping[str, str]) -> None:
        """Have the ESP report what became of the first mail."""
        now_at = self.workshop.clock.now()
        event = {"id": kind, "type": kind, "at": now_at.isoformat(), **more}
        body = json.dumps({**event, "token": self._signed(ref, Purpose.MESSAGE)}).encode()
        hook = self.workspace.hook
        headers = sign(hook.secrets[0], "msg_1", now_at, body)
        path = f"/webhooks/sandbox/{hook.id}"
        answer = self.workshop.request("webhook", "POST", path, body, headers=headers)
        assert answer["statusCode"] == 200, answer
        self.workshop.settle()

    def _signed(self, ref: Ref, purpose: Purpose) -> str:
        ids = (ref.tenant, ref.campaign, ref.contact, ref.run)
        token = Token(purpose, *ids, 1, ref.shards, 1, 1, 1, 0)
        return encode(token, self.workshop.house.adapters.keyring())


def address(name: str) -> str:
    """Give somebody's address, where the sandbox does what its tags say."""
    return f"{name}@{DOMAIN}"


def take_desk(workshop: Workshop, esp: EspName) -> Desk:
    """Make a workspace that sends through an ESP, with a template to send."""
    asked = Asked("Northlight", "Europe/Berlin", expected_contacts=10, esp=esp)
    desk = Desk(workshop, create_workspace(asked, workshop.house.tenant_ports()))
    desk.ask("PUT", "templates/letter", LETTER)
    return desk
