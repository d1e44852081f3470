"""Campaigns, their immutable revisions and the content of their emails, in the Core table."""

import json
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
from penguinmails.clock import Clock, from_millis, to_millis
from penguinmails.errors import Conflict, NotFound
from penguinmails.table.kept import Kept
from penguinmails.table.listing import listed
from penguinmails.table.port import (
    ConditionFailed,
    Item,
    Key,
    Table,
    absent,
    equals,
    key_of,
)
from penguinmails.templates.coding import pack, said_json, template_of, unpack
from penguinmails.templates.template import Template

_SLUG = "slug:"
_CLAIM_LIFE = timedelta(minutes=5)
"""Longer than any request runs: whoever claimed a slug has made its campaign by then, or died."""


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Some campaigns, newest first, and where the next page starts."""

    campaigns: Sequence[Campaign]
    after: Key | None


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """Some revisions of a campaign, newest first, and where the next page starts."""

    revisions: Sequence[Revision]
    after: Key | None


class CampaignStore:
    """Campaigns in the Core table. What never changes is kept in memory for a while."""

    def __init__(self, table: Table, wall: Clock) -> None:
        self._table = table
        self._revisions: Kept[tuple[str, str, int], Revision] = Kept(wall)
        self._contents: Kept[tuple[str, str, int, int], Template] = Kept(wall)

    def get(self, tenant: str, campaign: str) -> Campaign:
        """Read a campaign; raises NotFound."""
        item = self._table.get(_key(tenant, campaign))
        if item is None:
            message = f"there is no campaign {campaign}"
            raise NotFound(message)
        return _campaign(item)

    def find(self, tenant: str, reference: str) -> Campaign:
        """Read the campaign that an id or `slug:…` names; raises NotFound."""
        if not reference.startswith(_SLUG):
            return self.get(tenant, reference)
        slug = reference.removeprefix(_SLUG)
        claim = self._table.get(_claim_key(tenant, slug))
        item = self._table.get(_key(tenant, str(claim["campaign"]))) if claim else None
        if item is None or item.get("slug") != slug:
            message = f"there is no campaign {reference[:80]}"
            raise NotFound(message)
        return _campaign(item)

    def claim_slug(self, tenant: str, slug: str, campaign: str, now_at: datetime) -> bool:
        """Keep a slug for a campaign that is about to be created; tell whether it has it.

        A slug whose campaign was never made, or was deleted, is free again after a while.
        """
        key = _claim_key(tenant, slug)
        item: Item = {"pk": key.pk, "sk": key.sk, "campaign": campaign, "at": to_millis(now_at)}
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed as failure:
            stands = failure.item or {}
            if stands.get("campaign") == campaign:
                return True
            return self._is_given_up(stands, now_at) and self._take_over(item, stands)
        return True

    def _is_given_up(self, claim: Item, now_at: datetime) -> bool:
        claimed_at = from_millis(cast("int", claim.get("at", 0)))
        owner = self._table.get(_key(str(claim.get("pk")), str(claim.get("campaign"))))
        used = owner is not None and owner.get("slug") == _claimed(claim)
        return not used and now_at - claimed_at > _CLAIM_LIFE

    def _take_over(self, item: Item, claim: Item) -> bool:
        try:
            self._table.put(item, equals("campaign", claim["campaign"]), equals("at", claim["at"]))
        except ConditionFailed:
            return False
        return True

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
        """Write a campaign as it is now, if it is as it was read; raises Conflict.

        What stands there already, to the letter, was written unheard.
        """
        saved = replace(new, version=old.version + 1)
        item = _item(saved)
        try:
            self._table.put(item, equals("version", old.version))
        except ConditionFailed as failure:
            if failure.item == item:
                return saved
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
            "by": revision.saved_by,
        }
        if revision.saved_at is not None:
            item["at"] = to_millis(revision.saved_at)
        self._put_once(item)

    def revision(self, tenant: str, campaign: str, number: int) -> Revision:
        """Read a revision; raises NotFound."""
        name = tenant, campaign, number
        return self._revisions.get(name, lambda: self._read_revision(*name))

    def _read_revision(self, tenant: str, campaign: str, number: int) -> Revision:
        item = self._table.get(Key(tenant, f"revision#{campaign}#{number:06}"))
        if item is None:
            message = f"campaign {campaign} has no revision {number}"
            raise NotFound(message)
        return _revision(campaign, number, item)

    def revisions(self, tenant: str, campaign: str, after: Key | None, limit: int) -> RevisionPage:
        """List a campaign's revisions, newest first."""
        prefix = f"revision#{campaign}#"
        page = listed(self._table, [tenant], after, limit, prefix=prefix, newest_first=True)
        found = [_revision(campaign, _number(item), item) for item in page.items]
        return RevisionPage(found, page.after)

    def remove(self, campaign: Campaign) -> None:
        """Delete a campaign that nothing happens to any more, its slug and its revisions.

        Nobody reaches what a crash on the way leaves behind, and its slug is free after a while.
        """
        tenant = campaign.tenant
        self._table.delete(_key(tenant, campaign.id))
        if campaign.slug:
            self._table.delete(_claim_key(tenant, campaign.slug))
        for kind in ("content", "revision"):
            self._remove_all(tenant, f"{kind}#{campaign.id}#")

    def _remove_all(self, tenant: str, prefix: str) -> None:
        after = None
        while True:
            page = self._table.query(tenant, prefix=prefix, after=after)
            for item in page.items:
                self._table.delete(key_of(item))
            after = page.after
            if after is None:
                return

    def pin(self, tenant: str, revision: Revision, contents: Mapping[int, Template]) -> bool:
        """Freeze what each email step of a revision says; what is frozen already stands.

        Tells whether what stands is what was given.
        """
        alike = True
        for step, template in contents.items():
            said = pack(said_json(template))
            key = _content_key(tenant, revision.campaign, revision.number, step)
            item: Item = {"pk": key.pk, "sk": key.sk, "content": said}
            stands = self._put_once(item)
            alike &= unpack(cast("bytes", stands["content"])) == unpack(said)
        return alike

    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template:
        """Read what an email step of a revision says; raises NotFound."""
        name = tenant, campaign, revision, step
        return self._contents.get(name, lambda: self._read_content(*name))

    def _read_content(self, tenant: str, campaign: str, revision: int, step: int) -> Template:
        item = self._table.get(_content_key(tenant, campaign, revision, step))
        if item is None:
            message = f"revision {revision} of campaign {campaign} has no email {step}"
            raise NotFound(message)
        return template_of(unpack(cast("bytes", item["content"])))

    def _put_once(self, item: Item) -> Item:
        """Write an item, unless there is one already; give the one that stands."""
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed as failure:
            return failure.item or item
        return item


def _key(tenant: str, campaign: str) -> Key:
    return Key(tenant, f"campaign#{campaign}")


def _claim_key(tenant: str, slug: str) -> Key:
    """Keep a slug's row away from the campaigns' own, which are listed by their prefix."""
    return Key(tenant, f"slug#campaign#{slug}")


def _claimed(claim: Item) -> str:
    return str(claim.get("sk")).rpartition("#")[2]


def _number(item: Item) -> int:
    return int(str(item["sk"]).rpartition("#")[2])


def _content_key(tenant: str, campaign: str, revision: int, step: int) -> Key:
    return Key(tenant, f"content#{campaign}#{revision:06}#{step}")


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
        saved_at=from_millis(raw["at"]) if "at" in raw else None,
        saved_by=raw.get("by", ""),
    )


def _item(campaign: Campaign) -> Item:
    key = _key(campaign.tenant, campaign.id)
    item: Item = {
        "pk": key.pk,
        "sk": key.sk,
        "slug": campaign.slug,
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
        slug=raw.get("slug", ""),
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
