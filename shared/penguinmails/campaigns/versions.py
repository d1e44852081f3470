"""The versions of a campaign: what it said when, who changed it, and how two of them differ."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.revision import Revision
from penguinmails.diff import unified
from penguinmails.table.port import Key


@dataclass(frozen=True, slots=True)
class Version:
    """One revision in a list; the current one is what the campaign sends, or would send."""

    number: int
    saved_at: datetime | None
    saved_by: str
    current: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Some versions, newest first, and where the next page starts."""

    versions: Sequence[Version]
    after: Key | None


class RevisionPage(Protocol):
    """Some revisions, and where the next page starts."""

    @property
    def revisions(self) -> Sequence[Revision]: ...
    @property
    def after(self) -> Key | None: ...


class Campaigns(Protocol):
    """The campaigns and their revisions."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def revisions(
        self, tenant: str, campaign: str, after: Key | None, limit: int
    ) -> RevisionPage: ...


def versions(
    tenant: str, campaign: str, after: Key | None, limit: int, campaigns: Campaigns
) -> VersionPage:
    """List a campaign's versions, newest first; raises NotFound.

    One that was saved by an edit which then lost against another is among them, and never was
    the current one.
    """
    current = campaigns.get(tenant, campaign).revision
    page = campaigns.revisions(tenant, campaign, after, limit)
    found = [
        Version(one.number, one.saved_at, one.saved_by, current=one.number == current)
        for one in page.revisions
    ]
    return VersionPage(found, page.after)


def diff(tenant: str, campaign: str, old: int, new: int, campaigns: Campaigns) -> str:
    """Tell how two versions of a campaign differ, as a unified diff; raises NotFound."""
    before, after = (
        canonical(campaigns.revision(tenant, campaign, number)) for number in (old, new)
    )
    return unified(before, after, f"version {old}", f"version {new}")


def canonical(revision: Revision) -> str:
    """Write what a revision says as JSON, the same for the same, with a line for each value."""
    said = {
        "fromName": revision.sender.name,
        "fromEmail": revision.sender.email,
        "replyTo": revision.sender.reply_to,
        "trackOpens": revision.track_opens,
        "trackClicks": revision.track_clicks,
        "onUncertain": revision.on_uncertain,
        "steps": list(revision.source),
    }
    return json.dumps(said, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
