"""Checks, before a campaign goes out, that nothing it needs is missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.check import Area, Finding, Level, error, warning
from penguinmails.campaigns.create import missing_templates, template_places
from penguinmails.campaigns.draft_ports import Segments, Templates
from penguinmails.campaigns.letter import Letter
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep
from penguinmails.clock import Clock
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput
from penguinmails.senders.standing import Standing
from penguinmails.templates.check import check
from penguinmails.templates.template import Template


@dataclass(frozen=True, slots=True)
class ChecklistPorts:
    """What the checks look at; `standing_of` takes (tenant, sender's address)."""

    segments: Segments
    templates: Templates
    clock: Clock
    standing_of: Callable[[str, str], Standing]


@dataclass(frozen=True, slots=True)
class Blocking:
    """What keeps a campaign from being sent, or would elsewhere; what each email step says."""

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
    problems = [one.problem for one in found.findings if one.level is Level.ERROR]
    if problems:
        raise InvalidInput(*problems)
    return found.contents


def blocking(campaign: Campaign, revision: Revision, given: ChecklistPorts) -> Blocking:
    """Find everything that keeps a campaign from being sent.

    What its emails say includes what marketing mail shows of its sender, as that stands now.
    """
    standing = given.standing_of(campaign.tenant, revision.sender.email)
    emails = [step for step in revision.sequence.steps.values() if isinstance(step, EmailStep)]
    slugs = sorted({step.template for step in emails})
    found = given.templates.read(campaign.tenant, slugs) if slugs else {}
    letters = _letters(revision, emails, found)
    missing = missing_templates(
        campaign.tenant, revision.source, revision.sequence, given.templates
    )
    findings = [
        *_sender(revision, standing),
        *_audience(campaign, given),
        *_dates(campaign, given.clock.now()),
        *_steps(revision, emails),
        *(error(Area.CONTENT, one.pointer, one.code, one.detail) for one in missing),
        *(fault for letter in letters for fault in _unclean(letter)),
    ]
    address = standing.postal_address if revision.marketing else ""
    contents = {
        step.number: replace(found[step.template], postal_address=address)
        for step in emails
        if step.template in found
    }
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


def _sender(revision: Revision, standing: Standing) -> Iterator[Finding]:
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
    for code, detail in _lacking(revision, standing):
        if standing.is_sandboxed:
            yield warning(Area.SENDER, at, code, f"a live key could not launch this: {detail}")
        else:
            yield error(Area.SENDER, at, code, detail)


def _lacking(revision: Revision, standing: Standing) -> Iterator[tuple[str, str]]:
    """Give a code and a detail for what the sender lacks."""
    email = revision.sender.email
    if not standing.is_verified:
        detail = (
            f"nobody has shown that {email} is yours; add it as a sender, and verify it by the "
            "link that is mailed to it or by its domain's record"
        )
        yield "unverified_sender", detail
    if revision.marketing and not standing.postal_address:
        detail = (
            f"the sender {email} has no postal address, which marketing mail has to show in many "
            "countries; give it one"
        )
        yield "no_postal_address", detail


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
