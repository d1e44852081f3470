"""Restores an earlier version of a campaign: a new one that says the same."""

from dataclasses import replace

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.draft_ports import EditPorts
from penguinmails.campaigns.edit import edit


def restore(
    tenant: str,
    campaign: str,
    number: int,
    ports: EditPorts,
    *,
    expected: int | None = None,
    by: str = "",
) -> Campaign:
    """Have a campaign say again what it said; which ones may, and the errors, are those of `edit`.

    It is checked like any edit, as a template that it sends may be gone.
    """
    earlier = ports.campaigns.revision(tenant, campaign, number)

    def as_earlier(given: Given) -> Given:
        return replace(
            given,
            sender=earlier.sender,
            track_opens=earlier.track_opens,
            track_clicks=earlier.track_clicks,
            on_uncertain=earlier.on_uncertain,
            steps=earlier.source,
        )

    return edit(tenant, campaign, as_earlier, ports, expected=expected, by=by)
