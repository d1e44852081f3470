"""A town: one workspace on the stage, its people and their post; they act over HTTP."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.enrollment import Enrollment, Ref
from penguinmails.local.demo.client import Api
from penguinmails.local.demo.post import Delivered
from penguinmails.senders.found import found_workspace
from penguinmails.senders.sender import NewSender
from penguinmails.tenants.create import Asked
from tests.journeys.stage import PATIENCE_S, Stage

if TYPE_CHECKING:
    from penguinmails.table.port import Key

SEGMENT = "everybody"
PAGE = 500
SENDER = NewSender("hello@northlight.example", "Northlight", postal_address="1 Pier\nOslo")
LETTER = {
    "subject": "Hello {{ first_name|default('you') }}",
    "html": '<p>Hi {{ first_name|default("you") }}, <a href="https://shop.example/new">look</a></p>',
}


@dataclass(frozen=True, slots=True)
class Town:
    """One workspace and all that a journey does in it."""

    stage: Stage
    api: Api
    tenant: str

    def settle_people(self, count: int) -> None:
        """Import people into the segment."""
        rows = [f"person{number}@example.com,Zoë {number}" for number in range(count)]
        content = "\n".join(["email,first_name", *rows, ""]).encode()
        made = self.api.post_csv(f"/api/imports?segment={SEGMENT}", content)
        self.stage.until(lambda: self.api.get(f"/api/imports/{made['id']}")["status"] == "done")

    def launched(self, steps: Sequence[Mapping[str, Any]], **fields: object) -> str:
        """Create a campaign of one template and launch it; give its id."""
        self.api.put("/api/templates/letter", LETTER)
        body = {
            "name": "Journey",
            "campaignType": "drip",
            "segmentId": SEGMENT,
            "fromEmail": SENDER.email,
            "fromName": SENDER.name,
            "steps": list(steps),
            **fields,
        }
        made = str(self.api.post("/api/campaigns", body)["id"])
        self.api.post(f"/api/campaigns/{made}/launch")
        return made

    def mails(self) -> list[Delivered]:
        """Give all mails that have come, in order."""
        post = self.stage.post
        post.read_new()
        return [mail for mail in post.mails if mail.token.tenant == self.tenant]

    def wait_for(self, mails: int, patience_s: float = PATIENCE_S) -> None:
        """Wait until so many mails have come."""
        self.stage.until(lambda: len(self.mails()) >= mails, patience_s)

    def rows(self, campaign: str) -> list[Enrollment]:
        """Read all enrollments of a campaign."""
        stands = self.campaign(campaign)
        return [row for shard in range(stands.shards) for row in self._shard(campaign, shard)]

    def campaign(self, campaign: str) -> Campaign:
        """Read a campaign as it stands."""
        return self.stage.house.campaigns.get(self.tenant, campaign)

    def ref(self, campaign: str, number: int) -> Ref:
        """Name the enrollment of one of the people."""
        contact = self.stage.house.adapters.keyring().contact_id(
            self.tenant, f"person{number}@example.com"
        )
        return Ref(self.tenant, campaign, self.campaign(campaign).shards, contact)

    def _shard(self, campaign: str, shard: int) -> Iterator[Enrollment]:
        after: Key | None = None
        while True:
            page = self.stage.house.enrollments.page(self.tenant, campaign, shard, after, PAGE)
            yield from page.rows
            after = page.after
            if after is None:
                return


def move_in(stage: Stage) -> Town:
    """Make a workspace that sends to the stage's mail server."""
    asked = Asked("Northlight", "Europe/Berlin", expected_contacts=500)
    house = stage.house
    workspace = found_workspace(asked, SENDER, house.tenant_ports(), house.adding_senders())
    api = Api(stage.stack.api_url, workspace.key.text)
    api.put(f"/api/segments/{SEGMENT}", {"name": "Everybody"})
    return Town(stage, api, workspace.tenant.id)
