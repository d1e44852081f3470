"""What all operations of campaigns share: which campaign is meant, and how one is answered."""

from collections.abc import Callable

from penguinmails.api.call import Call, Versioned, identity
from penguinmails.api.campaign_view import CampaignView, campaign_view
from penguinmails.api.operation import Operations
from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.revision import Revision
from penguinmails.errors import Conflict, NotFound

operations = Operations("campaigns")
_BY_SLUG = "slug:"
_VERSION_DIGITS = 6


def named(call: Call, reference: str) -> Campaign:
    """Read the campaign that an id or `slug:NAME` in a path names; raises NotFound."""
    if not reference.startswith(_BY_SLUG):
        identity(reference, "campaign")
    return call.ports.campaigns.find(call.tenant, reference)


def named_id(call: Call, reference: str) -> str:
    """Give the id of the campaign that is named; an id may still be nobody's."""
    if reference.startswith(_BY_SLUG):
        return named(call, reference).id
    return identity(reference, "campaign")


def version_number(text: str) -> int:
    """Take a version out of a path; what is no number is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _VERSION_DIGITS):
        raise NotFound(f"the campaign has no version {text[:64]}")
    return int(text)


def current(call: Call, campaign: Campaign) -> Revision:
    """Read what a campaign sends, or would send."""
    return call.ports.edit.campaigns.revision(call.tenant, campaign.id, campaign.revision)


def shown(call: Call, campaign: Campaign) -> CampaignView:
    """Show a campaign as it stands."""
    return campaign_view(campaign, current(call, campaign), fenced=call.ports.fenced())


def changed(call: Call, campaign: Campaign) -> Versioned[CampaignView]:
    """Show a campaign after its change, with the version that it is at."""
    return Versioned(shown(call, campaign), version=campaign.version)


def made(call: Call, campaign: Campaign) -> Versioned[CampaignView]:
    """Show a new campaign, and where it is to be found."""
    located = {"Location": f"/api/campaigns/{campaign.id}"}
    return Versioned(shown(call, campaign), located, version=campaign.version)


def moved(
    call: Call,
    reference: str,
    deed: Callable[[Campaign], Campaign],
    done: set[CampaignStatus],
) -> Versioned[CampaignView]:
    """Change a campaign's state; a repeated request finds it changed, and says so."""
    try:
        campaign = deed(named(call, reference))
    except Conflict:
        campaign = named(call, reference)
        if not (call.repeated and campaign.status in done):
            raise
    return changed(call, campaign)
