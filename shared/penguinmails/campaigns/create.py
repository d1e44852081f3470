"""Creates a campaign as a draft, with its first revision; what is not there yet may come later."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from penguinmails.campaigns.campaign import (
    Campaign,
    CampaignStatus,
    CampaignType,
    OnUncertain,
    Sender,
)
from penguinmails.campaigns.draft_ports import CreatePorts, Templates
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.schedule import instant_of, unknown_zone
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.slug import claimed, slug_problems
from penguinmails.campaigns.source import below
from penguinmails.campaigns.steps import Sequence
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput, Problem
from penguinmails.tenants.zone import zone_named

_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,255}")
_TEXT = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]{0,5000}")

_NOBODY = Sender("", "")

Source = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A campaign as a person writes it; a date that is text still has to be read.

    `segment` is an id or a slug. `steps` is the nested list, as it is. Without a `slug` a new
    campaign gets one by its name.
    """

    name: str
    type: CampaignType
    time_zone: str
    slug: str = ""
    description: str = ""
    segment: str = ""
    sender: Sender = _NOBODY
    start: str | datetime | None = None
    end: str | datetime | None = None
    track_opens: bool = True
    track_clicks: bool = True
    on_uncertain: OnUncertain = OnUncertain.SKIP
    steps: Source = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What was given, once it is understood."""

    segment: str
    sender: Sender
    start_at: datetime | None
    end_at: datetime | None
    sequence: Sequence


def create(tenant: str, campaign: str, given: Given, ports: CreatePorts, by: str = "") -> Campaign:
    """Create a draft under an id; raises InvalidInput with everything that is wrong.

    Slug and revision come first, so that a campaign is never without. The same again does nothing.
    `by` names the key that is used.
    """
    plan = understand(tenant, given, {}, ports)
    now_at = ports.clock.now()
    slug = claimed(tenant, campaign, given.slug, given.name, ports.campaigns, now_at)
    draft = replace(draft_of(tenant, campaign, given, plan, now_at), slug=slug)
    revision = replace(revision_of(draft, 1, given, plan), saved_at=now_at, saved_by=by)
    ports.campaigns.add_revision(tenant, revision)
    ports.campaigns.add(draft)
    return ports.campaigns.get(tenant, campaign)


def draft_of(tenant: str, campaign: str, given: Given, plan: Plan, now_at: datetime) -> Campaign:
    """Give the draft that was asked for, as it is before it is saved."""
    return Campaign(
        tenant=tenant,
        id=campaign,
        name=given.name,
        type=given.type,
        status=CampaignStatus.DRAFT,
        revision=1,
        segment=plan.segment,
        created_at=now_at,
        updated_at=now_at,
        slug=given.slug,
        description=given.description,
        time_zone=given.time_zone,
        start_at=plan.start_at,
        end_at=plan.end_at,
    )


def revision_of(campaign: Campaign, number: int, given: Given, plan: Plan) -> Revision:
    """Give what decides what the campaign sends."""
    return Revision(
        campaign=campaign.id,
        number=number,
        sequence=plan.sequence,
        sender=plan.sender,
        source=given.steps,
        track_opens=given.track_opens,
        track_clicks=given.track_clicks,
        on_uncertain=given.on_uncertain,
    )


def understand(tenant: str, given: Given, numbers: Mapping[str, int], ports: CreatePorts) -> Plan:
    """Check and resolve what was given; `numbers` are those of the revision before.

    Raises InvalidInput with everything that is wrong.
    """
    reading = _Reading(list(_texts(given)))
    sender = reading.sender(given.sender)
    now_at = ports.clock.now()
    start_at = reading.instant("/startDate", given.start, given.time_zone, now_at)
    end_at = reading.instant("/endDate", given.end, given.time_zone, now_at)
    if start_at and end_at and end_at <= start_at:
        reading.refuse("/endDate", "end_before_start", "the end is not after the start; move it")
    segment = ports.segments.find(tenant, given.segment) if given.segment else None
    if given.segment and segment is None:
        detail = "there is no such segment; create it, or import contacts into it, first"
        reading.refuse("/segmentId", "unknown_segment", detail)
    sequence = reading.sequence(given.steps, numbers)
    reading.problems += missing_templates(tenant, given.steps, sequence, ports.templates)
    if reading.problems:
        raise InvalidInput(*reading.problems)
    return Plan(segment.id if segment else "", sender, start_at, end_at, sequence)


def missing_templates(
    tenant: str, steps: Source, sequence: Sequence, templates: Templates
) -> list[Problem]:
    """Report each step that sends a template which nobody has saved."""
    wanted = sorted(sequence.templates)
    missing = set(wanted) - set(templates.read(tenant, wanted)) if wanted else set()
    return [
        Problem(place, "unknown_template", f"there is no template {slug}; save it first")
        for place, slug in template_places("/steps", steps)
        if slug in missing
    ]


class _Reading:
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def refuse(self, pointer: str, code: str, detail: str) -> None:
        self.problems.append(Problem(pointer, code, detail))

    def sender(self, given: Sender) -> Sender:
        email = self._address("/fromEmail", given.email)
        return Sender(given.name, email, self._address("/replyTo", given.reply_to))

    def _address(self, pointer: str, text: str) -> str:
        try:
            return normalised(text) if text else ""
        except InvalidInput as error:
            self.refuse(pointer, "invalid_address", error.problems[0].detail)
            return ""

    def instant(
        self, pointer: str, given: str | datetime | None, zone: str, now_at: datetime
    ) -> datetime | None:
        if not isinstance(given, str) or zone_named(zone) is None:
            return given if isinstance(given, datetime) else None
        try:
            return instant_of(given, zone, now_at, pointer)
        except InvalidInput as error:
            self.problems += error.problems
            return None

    def sequence(self, steps: Source, numbers: Mapping[str, int]) -> Sequence:
        try:
            return compile_sequence(list(steps), numbers=numbers) if steps else _no_steps(numbers)
        except InvalidInput as error:
            self.problems += [
                Problem(f"/steps{p.pointer}", p.code, p.detail) for p in error.problems
            ]
            return _no_steps(numbers)


def _texts(given: Given) -> Iterator[Problem]:
    lines = (("/name", given.name), ("/fromName", given.sender.name))
    for pointer, text in lines:
        if not _LINE.fullmatch(text):
            detail = "this is one line of up to 255 characters, without control characters"
            yield Problem(pointer, "invalid_text", detail)
    if not given.name.strip():
        yield Problem("/name", "missing", "give the campaign a name")
    if not _TEXT.fullmatch(given.description):
        detail = "a description has up to 5000 characters, without control characters"
        yield Problem("/description", "invalid_text", detail)
    if zone_named(given.time_zone) is None:
        yield unknown_zone()
    if given.slug:
        yield from slug_problems(given.slug)


def _no_steps(numbers: Mapping[str, int]) -> Sequence:
    return Sequence({}, None, numbers)


def template_places(at: str, value: object) -> Iterator[tuple[str, str]]:
    """Give the places in a list of steps that name a template, each with the template's slug."""
    if isinstance(value, Mapping):
        slug = value.get("template")
        if isinstance(slug, str):
            yield below(at, "template"), slug
        for key, inner in value.items():
            yield from template_places(below(at, key), inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from template_places(below(at, index), inner)
