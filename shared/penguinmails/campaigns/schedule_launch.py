"""Schedules a campaign: gives a draft its start and launches it, or moves a start."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.draft_ports import EditPorts
from penguinmails.campaigns.edit import edit
from penguinmails.errors import InvalidInput, Problem


@dataclass(frozen=True, slots=True)
class SchedulePorts:
    """What scheduling touches; `launch` takes (tenant, campaign)."""

    edit: EditPorts
    launch: Callable[[str, str], Campaign]


def schedule_launch(
    tenant: str, campaign: str, start: str, ports: SchedulePorts, time_zone: str = ""
) -> Campaign:
    """Have a draft, or a scheduled campaign, begin at a date and time, in its zone or another.

    Raises InvalidInput, also for a start that is past or over two years ahead, and Conflict. A
    crash leaves a draft that has the start; the same again goes on.
    """
    if not start:
        detail = "say when the campaign is to start, such as 2026-03-02T09:00"
        raise InvalidInput(Problem("/startDate", "missing", detail))

    def at_its_start(given: Given) -> Given:
        return replace(given, start=start, time_zone=time_zone or given.time_zone)

    edited = edit(tenant, campaign, at_its_start, ports.edit)
    if edited.status is CampaignStatus.SCHEDULED:
        return edited
    return ports.launch(tenant, campaign)
