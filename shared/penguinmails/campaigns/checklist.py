"""Checks, before a campaign goes out, that nothing it needs is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.create import missing_templates
from penguinmails.campaigns.draft_ports import Segments, Templates
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep
from penguinmails.clock import Clock
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput, Problem
from penguinmails.templates.check import check
from penguinmails.templates.template import Template


@dataclass(frozen=True, slots=True)
class ChecklistPorts:
    """What the checks look at."""

    segments: Segments
    templates: Templates
    clock: Clock


def contents_of(
    campaign: Campaign, revision: Revision, given: ChecklistPorts
) -> Mapping[int, Template]:
    """Give what each email step of a revision says, by the step's number.

    Raises InvalidInput with everything that keeps the campaign from being sent.
    """
    emails = [step for step in revision.sequence.steps.values() if isinstance(step, EmailStep)]
    slugs = sorted({step.template for step in emails})
    found = given.templates.read(campaign.tenant, slugs) if slugs else {}
    problems = [
        *_sender(revision),
        *_audience(campaign, given),
        *_dates(campaign, given.clock.now()),
        *_steps(revision, emails),
        *missing_templates(campaign.tenant, revision.source, revision.sequence, given.templates),
        *_unclean(found),
    ]
    if problems:
        raise InvalidInput(*problems)
    return {step.number: found[step.template] for step in emails}


def _sender(revision: Revision) -> Iterator[Problem]:
    if not revision.sender.email:
        detail = "the campaign has no sender; set the address that its mail is from"
        yield Problem("/fromEmail", "missing", detail)
        return
    try:
        normalised(revision.sender.email)
    except InvalidInput as error:
        yield Problem("/fromEmail", "invalid_address", error.problems[0].detail)


def _audience(campaign: Campaign, given: ChecklistPorts) -> Iterator[Problem]:
    if not campaign.segment:
        yield Problem("/segmentId", "missing", "the campaign has no audience; choose a segment")
    elif given.segments.find(campaign.tenant, campaign.segment) is None:
        detail = "the campaign's segment is gone; choose another"
        yield Problem("/segmentId", "unknown_segment", detail)


def _dates(campaign: Campaign, now_at: datetime) -> Iterator[Problem]:
    begin_at = max(campaign.start_at or now_at, now_at)
    if campaign.end_at is not None and campaign.end_at <= begin_at:
        detail = "the campaign ends before it starts; move the end, or remove it"
        yield Problem("/endDate", "end_before_start", detail)


def _steps(revision: Revision, emails: list[EmailStep]) -> Iterator[Problem]:
    if not revision.sequence.steps:
        yield Problem("/steps", "empty_sequence", "the campaign has no steps; add an email")
    elif not emails:
        yield Problem("/steps", "no_email", "nothing is ever sent; add an email")


def _unclean(found: Mapping[str, Template]) -> Iterator[Problem]:
    for slug, template in found.items():
        for one in check(template):
            detail = f"template {slug}, {one.field}, line {one.line}: {one.detail}; {one.hint}"
            yield Problem("/steps", one.code.replace("-", "_"), detail)
