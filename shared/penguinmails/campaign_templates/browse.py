"""Lists the campaign templates that a key of a workspace may use."""

from typing import Protocol

from penguinmails.campaign_templates.campaign_template import CampaignTemplatePage, LibraryPage
from penguinmails.campaign_templates.prebuilt import prebuilt
from penguinmails.table.port import Key


class CampaignTemplates(Protocol):
    """The campaign templates that there are."""

    def page(self, tenant: str, after: Key | None, limit: int) -> CampaignTemplatePage: ...


class Library(Protocol):
    """What workspaces have published."""

    def library(self, after: str, limit: int) -> CampaignTemplatePage: ...


def browse(
    tenant: str, by: str, after: Key | None, limit: int, templates: CampaignTemplates
) -> CampaignTemplatePage:
    """List them by slug, without other keys' private ones; no page but the last is empty."""
    while True:
        page = templates.page(tenant, after, limit)
        seen = [one for one in page.templates if one.may_be_seen_by(by)]
        if seen or page.after is None:
            return CampaignTemplatePage(seen, page.after)
        after = page.after


def browse_library(after: str, limit: int, published: Library) -> LibraryPage:
    """List the pre-built ones, then those that workspaces published, from behind an id on."""
    ids = [one.library for one in prebuilt()]
    if after in ids:
        first, after = prebuilt()[ids.index(after) + 1 :], ""
    else:
        first = () if after else prebuilt()
    page = published.library(after, limit)
    found = [*first, *page.templates]
    seen = found[:limit]
    more = len(found) > limit or page.after is not None
    return LibraryPage(seen, seen[-1].library if more else None)
