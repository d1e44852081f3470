"""Rehearses creating or editing a campaign: tells all that is wrong with it, and saves nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.check import Check
from penguinmails.campaigns.create import Given, draft_of, revision_of, understand
from penguinmails.campaigns.draft_ports import CreatePorts, EditPorts
from penguinmails.campaigns.edit import (
    as_given,
    changed,
    planned,
    require_editable,
    start_of,
    wanted_revision,
)
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.slug import taken
from penguinmails.errors import InvalidInput, NotFound, Problem

_UNBORN: Final = "00000000-0000-7000-8000-000000000000"


class Slugs(Protocol):
    """Which slugs are taken."""

    def find(self, tenant: str, reference: str) -> Campaign: ...


@dataclass(frozen=True, slots=True)
class RehearsePorts:
    """What is looked at; `checks` goes through the launch checklist of what was not saved."""

    edit: EditPorts
    slugs: Slugs
    checks: Callable[[Campaign, Revision], Sequence[Check]]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What creating or editing would refuse; if nothing, then the launch checklist of the result."""

    problems: Sequence[Problem]
    checks: Sequence[Check]


def rehearse_create(tenant: str, given: Given, ports: RehearsePorts) -> Rehearsal:
    """Tell what would come of creating a campaign."""
    edits = ports.edit
    known = CreatePorts(edits.campaigns, edits.segments, edits.templates, edits.clock)
    problems = [taken(given.slug)] if _is_taken(tenant, given.slug, ports) else []
    try:
        plan = understand(tenant, given, {}, known)
    except InvalidInput as refused:
        return Rehearsal([*problems, *refused.problems], ())
    if problems:
        return Rehearsal(problems, ())
    draft = draft_of(tenant, _UNBORN, given, plan, edits.clock.now())
    return Rehearsal((), ports.checks(draft, revision_of(draft, 1, given, plan)))


def rehearse_edit(
    tenant: str, campaign: str, change: Callable[[Given], Given], ports: RehearsePorts
) -> Rehearsal:
    """Tell what would come of editing a campaign; raises NotFound and Conflict as editing does."""
    edits = ports.edit
    stands = edits.campaigns.get(tenant, campaign)
    require_editable(stands)
    old = edits.campaigns.revision(tenant, campaign, stands.revision)
    try:
        given = change(as_given(stands, old))
        plan = planned(stands, old, given, edits)
        new = changed(stands, given, plan, edits.clock.now())
        if new.status is CampaignStatus.SCHEDULED:
            start_of(new)
    except InvalidInput as refused:
        return Rehearsal(refused.problems, ())
    wanted = wanted_revision(new, old, given, plan)
    return Rehearsal((), ports.checks(replace(new, revision=wanted.number), wanted))


def _is_taken(tenant: str, slug: str, ports: RehearsePorts) -> bool:
    try:
        return bool(slug) and bool(ports.slugs.find(tenant, f"slug:{slug}"))
    except NotFound:
        return False
