"""A town to try the product in: a workspace on a deployed stack, its people, and their post."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from penguinmails.bootstrap import House
from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.enrollment import Enrollment, Ref
from penguinmails.local.demo.client import Api
from penguinmails.local.demo.post import Delivered, Post
from penguinmails.local.demo.virtual import VirtualTime
from penguinmails.local.stack import Stack
from penguinmails.table.port import Key
from penguinmails.tenants.create import Asked, create_workspace
from tests.journeys.mail_server import MailServer

PATIENCE_S = 60.0
SEGMENT = "everybody"
LETTER = {
    "subject": "Hello {{ first_name|default('you') }}",
    "html": '<p>Hi {{ first_name|default("you") }}, <a href="https://shop.example/new">look</a></p>',
}


@dataclass(slots=True)
class Town:
    """One workspace and all that a journey does in it; people act through the HTTP API."""

    stack: Stack
    house: House
    api: Api
    tenant: str
    post: Post
    server: MailServer
    time: VirtualTime

    def settle_people(self, count: int) -> None:
        """Import people into the segment."""
        rows = [f"person{number}@example.com,Zoë {number}" for number in range(count)]
        content = "\n".join(["email,first_name", *rows, ""]).encode()
        made = self.api.post_csv(f"/api/imports?segment={SEGMENT}", content)
        self.until(lambda: self.api.get(f"/api/imports/{made['id']}")["status"] == "done")

    def launched(self, steps: Sequence[Mapping[str, Any]], **fields: object) -> str:
        """Create a campaign of one template and launch it; give its id."""
        self.api.put("/api/templates/letter", LETTER)
        body = {
            "name": "Journey",
            "campaignType": "drip",
            "segmentId": SEGMENT,
            "fromEmail": "hello@northlight.example",
            "fromName": "Northlight",
            "steps": list(steps),
            **fields,
        }
        made = str(self.api.post("/api/campaigns", body)["id"])
        self.api.post(f"/api/campaigns/{made}/launch")
        return made

    def mails(self) -> list[Delivered]:
        """Give all mails that have come, in order."""
        self.post.read_new()
        return self.post.mails

    def rows(self, campaign: str) -> list[Enrollment]:
        """Read all enrollments of a campaign."""
        stands = self.campaign(campaign)
        return [row for shard in range(stands.shards) for row in self._shard(campaign, shard)]

    def campaign(self, campaign: str) -> Campaign:
        """Read a campaign as it stands."""
        return self.house.campaigns.get(self.tenant, campaign)

    def ref(self, campaign: str, number: int) -> Ref:
        """Name the enrollment of one of the people."""
        contact = self.house.adapters.keyring().contact_id(
            self.tenant, f"person{number}@example.com"
        )
        return Ref(self.tenant, campaign, self.campaign(campaign).shards, contact)

    def pass_time(self, **by: float) -> None:
        """Let virtual time pass once all is quiet, and the clock tick when it has."""
        self.rest()
        self.time.move_to(self.time.now() + timedelta(**by))
        self.stack.invoke("dispatcher")
        self.rest()

    def rest(self) -> None:
        """Wait until nothing can be received or read; what a queue delays goes on waiting."""
        self.until(lambda: self.stack.backlog().rests)

    def until(self, done: Callable[[], bool]) -> None:
        """Wait for something to come true."""
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(str(self.stack.backlog()))
            time.sleep(0.01)

    def _shard(self, campaign: str, shard: int) -> list[Enrollment]:
        found: list[Enrollment] = []
        after: Key | None = None
        while True:
            page = self.house.enrollments.page(self.tenant, campaign, shard, after, 500)
            found += page.rows
            after = page.after
            if after is None:
                return found


def move_in(stack: Stack, house: House, server: MailServer) -> Town:
    """Make a workspace that sends to the mail server."""
    workspace = create_workspace(Asked("Northlight", "Europe/Berlin", 500), house.tenant_ports())
    api = Api(stack.api_url, workspace.key.text)
    api.put(f"/api/segments/{SEGMENT}", {"name": "Everybody"})
    post = Post(stack.mail, house.adapters.keyring())
    return Town(stack, house, api, workspace.tenant.id, post, server, VirtualTime(stack))
