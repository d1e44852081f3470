"""Lists the campaign templates that a key of a workspace may use."""

from typing import Protocol

from penguinmails.campaign_templates.campaign_template import CampaignTemplatePage
from penguinmails.table.port import Key


class CampaignTemplates(Protocol):
    """The campaign templates that there are."""

    def page(self, tenant: str, after: Key | None, limit: int) -> CampaignTemplatePage: ...


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
