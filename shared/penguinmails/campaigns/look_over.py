"""Looks a campaign over before its launch: everything that keeps it back, and what to think about."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.check import Area, Check, Finding, Level, error, warning
from penguinmails.campaigns.checklist import Blocking, ChecklistPorts, blocking
from penguinmails.campaigns.launch import STILL_IMPORTING
from penguinmails.campaigns.letter import Letter, letter_findings
from penguinmails.campaigns.revision import Revision
from penguinmails.contacts.audience import ContactPage
from penguinmails.contacts.contact import Contact
from penguinmails.table.port import Key
from penguinmails.templates.language import nearest
from penguinmails.templates.needs import missing_in

SAMPLE: Final = 200
_PAGES: Final = 10
"""At most so many pages of so many contacts are read for a sample of the audience."""
_PAGE: Final = 200

Context = Mapping[str, object]


class Contacts(Protocol):
    """The people of a workspace, spread over shards by their ids."""

    def shards(self, tenant: str) -> int: ...
    def page(self, tenant: str, shard: int, after: Key | None, limit: int) -> ContactPage: ...


class Campaigns(Protocol):
    """The campaigns and what they send."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


@dataclass(frozen=True, slots=True)
class LookPorts:
    """What is looked at.

    `context_for` gives what a template sees of a person (of None: of nobody). `importing` takes
    (tenant, segment).
    """

    campaigns: Campaigns
    checklist: ChecklistPorts
    contacts: Contacts
    context_for: Callable[[Contact | None], Context]
    importing: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some people of an audience, out of how many contacts, and whether these were all."""

    people: Sequence[Contact]
    read: int
    whole: bool


def look_over(tenant: str, campaign: str, given: LookPorts) -> list[Check]:
    """Go through the launch checklist of a campaign as it stands; raises NotFound."""
    stands = given.campaigns.get(tenant, campaign)
    revision = given.campaigns.revision(tenant, campaign, stands.revision)
    return checks_of(stands, revision, given)


def checks_of(campaign: Campaign, revision: Revision, given: LookPorts) -> list[Check]:
    """Go through the launch checklist: one line for each finding, and for each area without.

    It reads at most 2,000 contacts, ten pages of them.
    """
    found = blocking(campaign, revision, given.checklist)
    sample = _sample(campaign, given.contacts)
    findings = [
        *found.findings,
        *_audience(campaign, sample, given),
        *_letters(found, sample, given),
        *_start(campaign, given),
    ]
    return [check for area in Area for check in _checks(area, findings)]


def _checks(area: Area, findings: Sequence[Finding]) -> list[Check]:
    own = [one for one in findings if one.area is area]
    if not own:
        pointer, detail = _WELL[area]
        return [Check(area.value, ok=True, level=Level.ERROR, detail=detail, pointer=pointer)]
    own.sort(key=lambda one: one.level is Level.WARNING)
    return [_check(one) for one in own]


def _check(finding: Finding) -> Check:
    problem = finding.problem
    return Check(
        id=finding.area.value,
        ok=False,
        level=finding.level,
        detail=problem.detail,
        pointer=problem.pointer,
        code=problem.code,
    )


def _sample(campaign: Campaign, contacts: Contacts) -> _Sample:
    """Read some of the audience: contacts lie in their shards in no order that means anything."""
    people: list[Contact] = []
    shards, read, whole = contacts.shards(campaign.tenant), 0, True
    for shard in range(min(shards, _PAGES)):
        page = contacts.page(campaign.tenant, shard, None, _PAGE)
        read += len(page.contacts)
        people += (one for one in page.contacts if campaign.segment in one.segments)
        whole &= page.after is None
        if len(people) >= SAMPLE:
            break
    return _Sample(people[:SAMPLE], read, whole and shards <= _PAGES)


def _audience(campaign: Campaign, sample: _Sample, given: LookPorts) -> Iterator[Finding]:
    if not campaign.segment:
        return
    if given.importing(campaign.tenant, campaign.segment):
        kind = warning if _begins_later(campaign, given) else error
        yield kind(Area.AUDIENCE, "/segmentId", "importing", STILL_IMPORTING)
    if sample.people:
        return
    if sample.whole:
        detail = (
            "nobody is in the segment, so that the campaign would be over at once; import people"
        )
        yield warning(Area.AUDIENCE, "/segmentId", "empty_audience", detail)
    else:
        detail = f"of {sample.read} contacts that were looked at nobody is in the segment; check it"
        yield warning(Area.AUDIENCE, "/segmentId", "sparse_audience", detail)


def _letters(found: Blocking, sample: _Sample, given: LookPorts) -> Iterator[Finding]:
    """Look at the letters that are free of faults, in each of their languages."""
    faulty = {one.problem.pointer for one in found.findings if one.area is Area.CONTENT}
    for letter in found.letters:
        if letter.pointer not in faulty:
            variants = letter.template.variants
            readers = {nearest(one.locale, variants): one for one in reversed(sample.people)}
            for tag in ("", *variants):
                context = given.context_for(readers.get(tag))
                yield from letter_findings(letter.in_language(tag), context)
            yield from _variables(letter, sample.people)


def _variables(letter: Letter, people: Sequence[Contact]) -> Iterator[Finding]:
    for path, lacking in missing_in(letter.template, people).items():
        detail = (
            f"{letter.name}: contact.{path} has no fallback, and {lacking} of {len(people)} "
            f'people who were looked at have none; write {{{{ contact.{path}|default("…") }}}}'
        )
        yield warning(Area.VARIABLES, letter.pointer, "no_fallback", detail)


def _start(campaign: Campaign, given: LookPorts) -> Iterator[Finding]:
    if campaign.start_at is not None and not _begins_later(campaign, given):
        detail = f"its start ({campaign.start_at:%Y-%m-%dT%H:%M}Z) has passed: it begins at once"
        yield warning(Area.SCHEDULE, "/startDate", "past_date", detail)


def _begins_later(campaign: Campaign, given: LookPorts) -> bool:
    return campaign.start_at is not None and campaign.start_at > given.checklist.clock.now()


_WELL: Mapping[Area, tuple[str, str]] = MappingProxyType(
    {
        Area.AUDIENCE: ("/segmentId", "the segment exists, and there are people in it"),
        Area.STEPS: ("/steps", "there are steps, and an email among them"),
        Area.CONTENT: ("/steps", "every template is there and free of faults"),
        Area.VARIABLES: ("/steps", "nobody who was looked at lacks a value without a fallback"),
        Area.SCHEDULE: ("/startDate", "the dates are in order"),
        Area.SENDER: ("/fromEmail", "there is a sender that may send"),
        Area.LINKS: ("/steps", "every link that does not depend on the person is a web address"),
        Area.TEXT: ("/steps", "every email has a text part"),
        Area.SIZE: ("/steps", "every email is shown in full"),
        Area.UNSUBSCRIBE: ("/steps", "every email has a link to unsubscribe"),
    }
)
