"""A workspace on a local stack to measure: people, a template, and campaigns that send it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from penguinmails import bootstrap
from penguinmails.bootstrap import House
from penguinmails.campaigns.campaign import Campaign, CampaignStatus, CampaignType, Sender
from penguinmails.campaigns.launch import launch
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.store import ContactStore
from penguinmails.local.stack import Stack
from penguinmails.segments.segment import Segment, make_segment
from penguinmails.senders.found import found_workspace
from penguinmails.senders.sender import NewSender
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Table
from penguinmails.templates.save import save_template
from penguinmails.templates.template import Template
from penguinmails.tenants.create import Asked, Workspace

OFFER = """<tr><td style="padding:16px 24px;font-family:Arial,sans-serif;font-size:15px">
<h2>{title}</h2><p>Good news, {{{{ firstName|default("friend") }}}}: what you looked at is back,
in the sizes that you asked for. Delivery takes two to three days.</p>
<p><a href="https://shop.example.com/{title}?c={{{{ company|urlencode }}}}">Have a look</a></p>
</td></tr>"""
ROWS = "".join(OFFER.format(title=title) for title in ("boots", "coats", "gloves", "hats"))
TEMPLATE = Template(
    slug="offers",
    name="Offers",
    subject="{{ firstName|default('Hello') }}, four things for {{ company }}",
    preview_text="Picked for {{ company }}",
    html=f"<html><body><table>{ROWS}</table></body></html>",
    text="",
)
SENDER = Sender("Northlight", "hello@northlight.example")
CITIES = ("Lisboa", "Göteborg", "Leeds", "Kraków", "Nantes")


def mails(count: int, wait: str) -> list[dict[str, Any]]:
    """Give the steps of a series of emails with a wait between each two."""
    emails = [{"email": f"mail_{number}", "template": TEMPLATE.slug} for number in range(count)]
    return [step for email in emails for step in ({"wait": wait}, email)][1:]


def in_few_calls(table: Table, write: Callable[[Table], object]) -> None:
    """Let a store write new rows in memory, and copy them to their table by the batch."""
    gathered = MemoryTable()
    write(gathered)
    table.put_many([item for part in gathered.rows.values() for item in part.values()])


@dataclass(frozen=True, slots=True)
class Workplace:
    """One workspace of a stack, with the house that the stack's functions have."""

    stack: Stack
    house: House
    workspace: Workspace
    segment: Segment

    @property
    def tenant(self) -> str:
        """The workspace's id."""
        return self.workspace.tenant.id

    def people(self, count: int) -> list[Contact]:
        """Bring contacts in, all in the segment."""
        now_at = self.house.adapters.clock.now()
        found = [self._person(number, now_at) for number in range(count)]
        in_few_calls(self.house.adapters.table("contacts"), lambda table: self._add(found, table))
        return found

    def draft(self, steps: Sequence[Mapping[str, Any]]) -> Campaign:
        """Make a campaign that sends these steps to the segment."""
        now_at = self.house.adapters.clock.now()
        campaign = Campaign(
            tenant=self.tenant,
            id=self.house.adapters.ids.new(),
            name="Offers",
            type=CampaignType.DRIP,
            status=CampaignStatus.DRAFT,
            revision=1,
            segment=self.segment.id,
            created_at=now_at,
            updated_at=now_at,
        )
        sequence = compile_sequence(list(steps))
        revision = Revision(campaign.id, 1, sequence, SENDER, tuple(steps))
        self.house.campaigns.add_revision(self.tenant, revision)
        self.house.campaigns.add(campaign)
        return campaign

    def launch(self, campaign: Campaign) -> None:
        """Launch; the deployed functions do the rest."""
        launch(self.tenant, campaign.id, self.house.launching())

    def _person(self, number: int, now_at: datetime) -> Contact:
        email = f"person{number}@example.com"
        attributes = {
            "first_name": f"Zoë {number}",
            "company": f"Lindqvist & Söner {number % 97}",
            "city": CITIES[number % len(CITIES)],
            "plan": "pro" if number % 3 else "free",
        }
        return Contact(
            tenant=self.tenant,
            id=self.house.adapters.keyring().contact_id(self.tenant, email),
            email=email,
            attributes=attributes,
            segments=frozenset({self.segment.id}),
            time_zone="Europe/Berlin",
            created_at=now_at,
            updated_at=now_at,
        )

    def _add(self, people: Sequence[Contact], table: Table) -> None:
        store = ContactStore(table, self.house.contact_shards)
        for person in people:
            store.add(person, "bench")


def move_in(stack: Stack, contacts: int) -> Workplace:
    """Make a workspace for so many contacts, that sends into the stack's mail server."""
    os.environ.update(stack.environment)
    bootstrap.house.cache_clear()
    house = bootstrap.house()
    asked = Asked("Northlight", "Europe/Berlin", expected_contacts=contacts)
    sender = NewSender(SENDER.email, SENDER.name, postal_address="1 Harbour Street\nNorthport")
    workspace = found_workspace(asked, sender, house.tenant_ports(), house.adding_senders())
    now_at = house.adapters.clock.now()
    segment = make_segment(workspace.tenant.id, "everyone", "Everyone", now_at)
    house.segments.add(segment)
    save_template(workspace.tenant.id, TEMPLATE, house.templates, now_at)
    return Workplace(stack, house, workspace, segment)
