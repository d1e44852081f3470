"""What the API does with the versions of a campaign: its immutable revisions."""

from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Query
from penguinmails.api.call import Call, Versioned
from penguinmails.api.campaign_call import changed, named, named_id, operations, version_number
from penguinmails.api.campaign_view import CampaignView
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Instant, instant_or_none
from penguinmails.campaigns.campaign import OnUncertain
from penguinmails.campaigns.restore import restore
from penguinmails.campaigns.sequence_view import to_api
from penguinmails.campaigns.versions import Version, diff, versions
from penguinmails.tenants.scope import Scope


class AgainstQuery(Query):
    """Which version to compare with."""

    against: int | None = Field(
        None, ge=1, le=999_999, description="The older version; the one before if left out."
    )


class CampaignVersionLine(TypedDict):
    """One version; the current one is what the campaign sends, or would send."""

    number: int
    savedAt: Instant | None
    savedBy: str | None
    current: bool


class CampaignVersionView(CampaignVersionLine):
    """All that a version says, with its steps as a graph and as they were written."""

    fromEmail: str | None
    fromName: str | None
    replyTo: str | None
    trackOpens: bool
    trackClicks: bool
    onUncertain: OnUncertain
    steps: list[dict[str, Any]]
    source: list[dict[str, Any]]


class CampaignDiffView(TypedDict):
    """What a version says otherwise than another, as a unified diff; empty if nothing."""

    version: int
    against: int
    diff: str


@operations.get("/api/campaigns/<campaign>/versions", Scope.CAMPAIGNS_READ)
def list_campaign_versions(
    call: Call, campaign: str, query: PageQuery
) -> Listed[CampaignVersionLine]:
    """List the versions of a campaign, newest first."""
    found, after = named_id(call, campaign), query.key(call, call.tenant)
    page = versions(call.tenant, found, after, query.limit, call.ports.campaigns)
    return listed(call, map(_line, page.versions), page.after)


@operations.get("/api/campaigns/<campaign>/versions/<number>", Scope.CAMPAIGNS_READ)
def read_campaign_version(call: Call, campaign: str, number: str) -> CampaignVersionView:
    """Show a version of a campaign."""
    found = named(call, campaign)
    one = call.ports.campaigns.revision(call.tenant, found.id, version_number(number))
    is_current = one.number == found.revision
    return {
        **_line(Version(one.number, one.saved_at, one.saved_by, current=is_current)),
        "fromEmail": one.sender.email or None,
        "fromName": one.sender.name or None,
        "replyTo": one.sender.reply_to or None,
        "trackOpens": one.track_opens,
        "trackClicks": one.track_clicks,
        "onUncertain": one.on_uncertain,
        "steps": to_api(one.sequence),
        "source": [dict(step) for step in one.source],
    }


@operations.get("/api/campaigns/<campaign>/versions/<number>/diff", Scope.CAMPAIGNS_READ)
def diff_campaign_versions(
    call: Call, campaign: str, number: str, query: AgainstQuery
) -> CampaignDiffView:
    """Show what changed up to a version, since the one before or another."""
    found, new = named_id(call, campaign), version_number(number)
    old = query.against or max(new - 1, 1)
    text = diff(call.tenant, found, old, new, call.ports.campaigns)
    return {"version": new, "against": old, "diff": text}


@operations.post("/api/campaigns/<campaign>/versions/<number>/restore", Scope.CAMPAIGNS_WRITE)
def restore_campaign_version(
    call: Call, campaign: str, number: str, expected: int | None
) -> Versioned[CampaignView]:
    """Have a campaign say again what it said, as a new version; it is checked like any change."""
    found, wanted = named_id(call, campaign), version_number(number)
    ports, by = call.ports.edit, call.caller.key
    return changed(call, restore(call.tenant, found, wanted, ports, expected=expected, by=by))


def _line(version: Version) -> CampaignVersionLine:
    return {
        "number": version.number,
        "savedAt": instant_or_none(version.saved_at),
        "savedBy": version.saved_by or None,
        "current": version.current,
    }
