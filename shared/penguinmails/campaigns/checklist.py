"""Checks, before a campaign goes out, that nothing it needs is missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.check import Area, Finding, error
from penguinmails.campaigns.create import missing_templates, template_places
from penguinmails.campaigns.draft_ports import Segments, Templates
from penguinmails.campaigns.letter import Letter
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep
from penguinmails.clock import Clock
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput
from penguinmails.templates.check import check
from penguinmails.templates.template import Template


def _anybody(_tenant: str, _email: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ChecklistPorts:
    """What the checks look at; `may_send_from` takes (tenant, address)."""

    segments: Segments
    templates: Templates
    clock: Clock
    may_send_from: Callable[[str, str], bool] = _anybody


@dataclass(frozen=True, slots=True)
class Blocking:
    """What keeps a campaign from being sent; else what each email step says, by its number."""

    findings: Sequence[Finding]
    contents: Mapping[int, Template]
    letters: Sequence[Letter]


def contents_of(
    campaign: Campaign, revision: Revision, given: ChecklistPorts
) -> Mapping[int, Template]:
    """Give what each email step of a revision says, by the step's number.

    Raises InvalidInput with everything that keeps the campaign from being sent.
    """
    found = blocking(campaign, revision, given)
    if found.findings:
        raise InvalidInput(*(one.problem for one in found.findings))
    return found.contents


def blocking(campaign: Campaign, revision: Revision, given: ChecklistPorts) -> Blocking:
    """Find everything that keeps a campaign from being sent."""
    emails = [step for step in revision.sequence.steps.values() if isinstance(step, EmailStep)]
    slugs = sorted({step.template for step in emails})
    found = given.templates.read(campaign.tenant, slugs) if slugs else {}
    letters = _letters(revision, emails, found)
    missing = missing_templates(
        campaign.tenant, revision.source, revision.sequence, given.templates
    )
    findings = [
        *_sender(campaign, revision, given),
        *_audience(campaign, given),
        *_dates(campaign, given.clock.now()),
        *_steps(revision, emails),
        *(error(Area.CONTENT, one.pointer, one.code, one.detail) for one in missing),
        *(fault for letter in letters for fault in _unclean(letter)),
    ]
    contents = {step.number: found[step.template] for step in emails if step.template in found}
    return Blocking(findings, contents, letters)


def _letters(
    revision: Revision, emails: Sequence[EmailStep], found: Mapping[str, Template]
) -> list[Letter]:
    """Give the emails that differ, each with the first place that names its template."""
    places: dict[str, str] = {}
    for pointer, slug in template_places("/steps", revision.source):
        places.setdefault(slug, pointer)
    known = {(step.template, step.subject): step for step in emails if step.template in found}
    return [
        Letter(places.get(step.template, "/steps"), _titled(found[step.template], step))
        for step in known.values()
    ]


def _titled(template: Template, step: EmailStep) -> Template:
    return template if step.subject is None else replace(template, subject=step.subject)


def _sender(campaign: Campaign, revision: Revision, given: ChecklistPorts) -> Iterator[Finding]:
    email, at = revision.sender.email, "/fromEmail"
    if not email:
        detail = "the campaign has no sender; set the address that its mail is from"
        yield error(Area.SENDER, at, "missing", detail)
        return
    try:
        normalised(email)
    except InvalidInput as refused:
        yield error(Area.SENDER, at, "invalid_address", refused.problems[0].detail)
        return
    if not given.may_send_from(campaign.tenant, email):
        detail = "this sender is not verified; verify the address or its domain, then launch"
        yield error(Area.SENDER, at, "unverified_sender", detail)


def _audience(campaign: Campaign, given: ChecklistPorts) -> Iterator[Finding]:
    if not campaign.segment:
        detail = "the campaign has no audience; choose a segment"
        yield error(Area.AUDIENCE, "/segmentId", "missing", detail)
    elif given.segments.find(campaign.tenant, campaign.segment) is None:
        detail = "the campaign's segment is gone; choose another"
        yield error(Area.AUDIENCE, "/segmentId", "unknown_segment", detail)


def _dates(campaign: Campaign, now_at: datetime) -> Iterator[Finding]:
    begin_at = max(campaign.start_at or now_at, now_at)
    if campaign.end_at is not None and campaign.end_at <= begin_at:
        detail = "the campaign ends before it starts; move the end, or remove it"
        yield error(Area.SCHEDULE, "/endDate", "end_before_start", detail)


def _steps(revision: Revision, emails: Sequence[EmailStep]) -> Iterator[Finding]:
    if not revision.sequence.steps:
        detail = "the campaign has no steps; add an email"
        yield error(Area.STEPS, "/steps", "empty_sequence", detail)
    elif not emails:
        yield error(Area.STEPS, "/steps", "no_email", "nothing is ever sent; add an email")


def _unclean(letter: Letter) -> Iterator[Finding]:
    slug = letter.template.slug
    for one in check(letter.template):
        detail = f"template {slug}, {one.field}, line {one.line}: {one.detail}; {one.hint}"
        yield error(Area.CONTENT, letter.pointer, one.code.replace("-", "_"), detail)
