"""The emails of a test send: which are meant, and what they say now."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep
from penguinmails.errors import InvalidInput, Problem
from penguinmails.sends.test_send import Letter, Order
from penguinmails.templates.preview import Templates, saved_as
from penguinmails.templates.template import Template


class Campaigns(Protocol):
    """What launches froze."""

    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template: ...


def letters_of(
    campaign: Campaign, revision: Revision, names: Sequence[str], templates: Templates
) -> tuple[Letter, ...]:
    """Give the emails of these steps of a campaign, or all of them; raises InvalidInput."""
    frozen = campaign.launched_at is not None or campaign.status is CampaignStatus.SCHEDULED
    steps = _chosen(revision, names)
    if frozen:
        return tuple(_letter(step, None) for step in steps)
    versions = {
        slug: saved.version
        for slug in {step.template for step in steps}
        if (saved := templates.get(campaign.tenant, slug))
    }
    if problems := list(_untold(steps, versions.keys())):
        raise InvalidInput(*problems)
    return tuple(_letter(step, versions[step.template]) for step in steps)


def said(
    tenant: str, order: Order, letter: Letter, campaigns: Campaigns, templates: Templates
) -> Template:
    """Give what a letter says, its sender's postal address included; raises NotFound."""
    if letter.version is None:
        frozen = campaigns.content(tenant, order.campaign, order.revision, letter.number)
        return _titled(frozen, letter)
    saved = saved_as(tenant, letter.template, letter.version, templates)
    address = order.postal_address if order.marketing else ""
    return replace(_titled(saved.ready, letter), postal_address=address)


def _chosen(revision: Revision, names: Sequence[str]) -> list[EmailStep]:
    steps = [step for _, step in sorted(revision.sequence.steps.items())]
    known = {step.slug: step for step in steps if isinstance(step, EmailStep)}
    if not known:
        detail = "the campaign has no email yet; add one to its steps"
        raise InvalidInput(Problem("/steps", "no_email", detail))
    there = ", ".join(known)
    problems = [
        Problem(f"/steps/{place}", "unknown_step", f"there is no such email; there are: {there}")
        for place, name in enumerate(names)
        if name not in known
    ]
    if problems:
        raise InvalidInput(*problems)
    return [known[name] for name in dict.fromkeys(names or known)]


def _untold(steps: Sequence[EmailStep], saved: AbstractSet[str]) -> Iterator[Problem]:
    for step in steps:
        if step.template not in saved:
            detail = f"the email {step.slug} has no template {step.template}; save it first"
            yield Problem("/steps", "unknown_template", detail)


def _letter(step: EmailStep, version: int | None) -> Letter:
    return Letter(step.template, version, step.slug, step.number, step.subject)


def _titled(template: Template, letter: Letter) -> Template:
    return template if letter.subject is None else replace(template, subject=letter.subject)
