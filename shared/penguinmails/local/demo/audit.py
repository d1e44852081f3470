"""Gathers what a run left behind: rows, counters, dead letters, and the API's own report."""

from typing import TYPE_CHECKING, Any

from penguinmails.bootstrap import House
from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.enrollment import Enrollment
from penguinmails.local.demo.checks import Audited, Run
from penguinmails.local.demo.client import Api
from penguinmails.local.demo.mailbox import Mailbox
from penguinmails.local.demo.post import Post
from penguinmails.local.demo.prepare import Prepared
from penguinmails.local.stack import Stack

if TYPE_CHECKING:
    from penguinmails.table.port import Key


def audit(
    house: House, api: Api, tenant: str, prepared: list[Prepared]
) -> tuple[list[Audited], dict[str, Any]]:
    """Read every campaign at rest, and what the API says about it."""
    audited, analytics = [], {}
    for one in prepared:
        analytics[one.id] = api.get(f"/api/campaigns/{one.id}/analytics")
        audited.append(_audited(house, tenant, one, analytics[one.id]["overall"]["sent"]))
    return audited, analytics


def run_of(stack: Stack, house: House, post: Post, mailbox: Mailbox, audited: list[Audited]) -> Run:
    """Put together what the checks look at."""
    backlog = stack.backlog()
    dead = sum(n for name, n in backlog.ready.items() if name.endswith("DeadLetters"))
    return Run(house, post, mailbox, audited, dead)


def _audited(house: House, tenant: str, prepared: Prepared, sent: int) -> Audited:
    campaign = house.campaigns.get(tenant, prepared.id)
    revision = house.campaigns.revision(tenant, campaign.id, campaign.revision)
    return Audited(
        campaign=campaign,
        steps=revision.sequence,
        rows={(row.ref.contact, row.ref.run): row for row in _rows(house, campaign)},
        targeted=_targeted(house, campaign),
        counters=house.counters.of_campaign(tenant, campaign.id),
        reported_sent=sent,
    )


def _rows(house: House, campaign: Campaign) -> list[Enrollment]:
    found: list[Enrollment] = []
    for shard in range(campaign.shards):
        after: Key | None = None
        while True:
            page = house.enrollments.page(campaign.tenant, campaign.id, shard, after, 500)
            found += page.rows
            after = page.after
            if after is None:
                break
    return found


def _targeted(house: House, campaign: Campaign) -> frozenset[str]:
    found: set[str] = set()
    for shard in range(house.contacts.shards(campaign.tenant)):
        after: Key | None = None
        while True:
            page = house.contacts.page(campaign.tenant, shard, after, 500)
            found |= {c.id for c in page.contacts if campaign.segment in c.segments}
            after = page.after
            if after is None:
                break
    return frozenset(found)
