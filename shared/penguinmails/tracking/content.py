"""What an email step says, compiled once for each revision, and what it is rendered with."""

from dataclasses import replace
from typing import Final, Protocol

from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep
from penguinmails.templates.compile import CompiledTemplate, compile_template
from penguinmails.templates.template import Template

MOST: Final = 256


class Campaigns(Protocol):
    """Where revisions and the content of their emails are read."""

    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template: ...


class Contents:
    """Compiled emails, kept as a revision never changes."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns
        self._kept: dict[tuple[str, str, int, int], CompiledTemplate] = {}

    def email(self, tenant: str, campaign: str, revision: int, step: int) -> CompiledTemplate:
        """Give the email of a step; raises NotFound, or InvalidInput if it cannot be compiled."""
        name = tenant, campaign, revision, step
        if name not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[name] = self._compiled(*name)
        return self._kept[name]

    def _compiled(self, tenant: str, campaign: str, number: int, step: int) -> CompiledTemplate:
        revision = self._campaigns.revision(tenant, campaign, number)
        template = self._campaigns.content(tenant, campaign, number, step)
        return compile_template(_titled(template, revision, step), tracked=revision.track_clicks)


def _titled(template: Template, revision: Revision, number: int) -> Template:
    step = revision.sequence.steps.get(number)
    if isinstance(step, EmailStep) and step.subject is not None:
        return replace(template, subject=step.subject)
    return template
