"""Campaigns, their immutable revisions and the content of their emails, in the Core table."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from penguinmails.campaigns.campaign import (
    Campaign,
    CampaignStatus,
    CampaignType,
    OnUncertain,
    Sender,
)
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import from_json, to_json
from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import Conflict, NotFound
from penguinmails.table.listing import listed
from penguinmails.table.port import (
    ConditionFailed,
    Item,
    Key,
    Table,
    absent,
    equals,
)
from penguinmails.templates.template import Template


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Some campaigns, newest first, and where the next page starts."""

    campaigns: Sequence[Campaign]
    after: Key | None


class CampaignStore:
    """Campaigns in the Core table. What never changes is kept in memory once it was read."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._revisions: dict[tuple[str, str, int], Revision] = {}
        self._contents: dict[tuple[str, str, int, int], Template] = {}

    def get(self, tenant: str, campaign: str) -> Campaign:
        """Read a campaign; raises NotFound."""
        item = self._table.get(_key(tenant, campaign))
        if item is None:
            message = f"there is no campaign {campaign}"
            raise NotFound(message)
        return _campaign(item)

    def page(self, tenant: str, after: Key | None, limit: int) -> CampaignPage:
        """List a tenant's campaigns, newest first."""
        page = listed(self._table, [tenant], after, limit, prefix="campaign#", newest_first=True)
        return CampaignPage([_campaign(item) for item in page.items], page.after)

    def add(self, campaign: Campaign) -> bool:
        """Create a campaign, unless its id is taken; tell whether it was created."""
        try:
            self._table.put(_item(campaign), absent("pk"))
        except ConditionFailed:
            return False
        return True

    def save(self, old: Campaign, new: Campaign) -> Campaign:
        """Write a campaign as it is now, if it is as it was read; raises Conflict."""
        saved = replace(new, version=old.version + 1)
        try:
            self._table.put(_item(saved), equals("version", old.version))
        except ConditionFailed as failure:
            message = "the campaign was changed by someone else; read it again"
            raise Conflict(message) from failure
        return saved

    def add_revision(self, tenant: str, revision: Revision) -> None:
        """Save a revision under its number; an existing one stands."""
        item: Item = {
            "pk": tenant,
            "sk": f"revision#{revision.campaign}#{revision.number:06}",
            "sequence": json.dumps(to_json(revision.sequence)),
            "source": json.dumps(list(revision.source)),
            "sender": {
                "name": revision.sender.name,
                "email": revision.sender.email,
                "reply_to": revision.sender.reply_to,
            },
            "track_opens": revision.track_opens,
            "track_clicks": revision.track_clicks,
            "marketing": revision.marketing,
            "on_uncertain": revision.on_uncertain.value,
        }
        self._put_once(item)

    def revision(self, tenant: str, campaign: str, number: int) -> Revision:
        """Read a revision; raises NotFound."""
        name = tenant, campaign, number
        if name not in self._revisions:
            item = self._table.get(Key(tenant, f"revision#{campaign}#{number:06}"))
            if item is None:
                message = f"campaign {campaign} has no revision {number}"
                raise NotFound(message)
            self._revisions[name] = _revision(campaign, number, item)
        return self._revisions[name]

    def pin(self, tenant: str, revision: Revision, contents: Mapping[int, Template]) -> None:
        """Freeze what each email step of a revision says; what is frozen already stands."""
        for step, template in contents.items():
            packed = zlib.compress(json.dumps(_content_json(template)).encode(), 9)
            key = _content_key(tenant, revision.campaign, revision.number, step)
            self._put_once({"pk": key.pk, "sk": key.sk, "content": packed})

    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template:
        """Read what an email step of a revision says; raises NotFound."""
        name = tenant, campaign, revision, step
        if name not in self._contents:
            item = self._table.get(_content_key(*name))
            if item is None:
                message = f"revision {revision} of campaign {campaign} has no email {step}"
                raise NotFound(message)
            raw = json.loads(zlib.decompress(cast("bytes", item["content"])))
            self._contents[name] = Template(**raw)
        return self._contents[name]

    def _put_once(self, item: Item) -> None:
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed:
            return


def _key(tenant: str, campaign: str) -> Key:
    return Key(tenant, f"campaign#{campaign}")


def _content_key(tenant: str, campaign: str, revision: int, step: int) -> Key:
    return Key(tenant, f"content#{campaign}#{revision:06}#{step}")


def _content_json(template: Template) -> dict[str, str]:
    return {
        "slug": template.slug,
        "name": template.name,
        "subject": template.subject,
        "preview_text": template.preview_text,
        "html": template.html,
        "text": template.text,
    }


def _revision(campaign: str, number: int, item: Item) -> Revision:
    raw = cast("dict[str, Any]", item)
    return Revision(
        campaign=campaign,
        number=number,
        sequence=from_json(json.loads(raw["sequence"])),
        sender=Sender(**raw["sender"]),
        source=tuple(json.loads(raw["source"])),
        track_opens=raw["track_opens"],
        track_clicks=raw["track_clicks"],
        marketing=raw["marketing"],
        on_uncertain=OnUncertain(raw["on_uncertain"]),
    )


def _item(campaign: Campaign) -> Item:
    key = _key(campaign.tenant, campaign.id)
    item: Item = {
        "pk": key.pk,
        "sk": key.sk,
        "name": campaign.name,
        "type": campaign.type.value,
        "status": campaign.status.value,
        "revision": campaign.revision,
        "segment": campaign.segment,
        "description": campaign.description,
        "time_zone": campaign.time_zone,
        "late_guard_s": int(campaign.late_guard.total_seconds()),
        "shards": campaign.shards,
        "audience_shards": campaign.audience_shards,
        "epoch": campaign.epoch,
        "pause_reason": campaign.pause_reason,
        "version": campaign.version,
    }
    instants = {name: getattr(campaign, name) for name in _INSTANTS}
    return item | {name: to_millis(at) for name, at in instants.items() if at is not None}


_INSTANTS = (
    "created_at",
    "updated_at",
    "start_at",
    "end_at",
    "released_at",
    "launched_at",
    "completed_at",
)


def _campaign(item: Item) -> Campaign:
    raw = cast("dict[str, Any]", item)
    instants: dict[str, datetime] = {
        name: from_millis(raw[name]) for name in _INSTANTS if name in raw
    }
    return Campaign(
        tenant=raw["pk"],
        id=raw["sk"].partition("#")[2],
        name=raw["name"],
        type=CampaignType(raw["type"]),
        status=CampaignStatus(raw["status"]),
        revision=raw["revision"],
        segment=raw["segment"],
        description=raw["description"],
        time_zone=raw["time_zone"],
        late_guard=timedelta(seconds=raw["late_guard_s"]),
        shards=raw["shards"],
        audience_shards=raw["audience_shards"],
        epoch=raw["epoch"],
        pause_reason=raw["pause_reason"],
        version=raw["version"],
        **instants,
    )
