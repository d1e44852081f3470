"""What an email step says, compiled, and what it is rendered with."""

from dataclasses import replace
from typing import Protocol

from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep
from penguinmails.clock import Clock
from penguinmails.table.kept import Kept
from penguinmails.templates.compile import CompiledTemplate, compile_template
from penguinmails.templates.template import Template


class Campaigns(Protocol):
    """Where revisions and the content of their emails are read."""

    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template: ...


class Contents:
    """Compiled emails, kept for a while as a revision never changes."""

    def __init__(self, campaigns: Campaigns, wall: Clock) -> None:
        self._campaigns = campaigns
        self._kept: Kept[tuple[str, str, int, int], CompiledTemplate] = Kept(wall)

    def email(self, tenant: str, campaign: str, revision: int, step: int) -> CompiledTemplate:
        """Give the email of a step; raises NotFound, or InvalidInput if it cannot be compiled."""
        name = tenant, campaign, revision, step
        return self._kept.get(name, lambda: self._compiled(*name))

    def _compiled(self, tenant: str, campaign: str, number: int, step: int) -> CompiledTemplate:
        revision = self._campaigns.revision(tenant, campaign, number)
        template = self._campaigns.content(tenant, campaign, number, step)
        return compile_template(_titled(template, revision, step), tracked=revision.track_clicks)


def _titled(template: Template, revision: Revision, number: int) -> Template:
    step = revision.sequence.steps.get(number)
    if isinstance(step, EmailStep) and step.subject is not None:
        return replace(template, subject=step.subject)
    return template
