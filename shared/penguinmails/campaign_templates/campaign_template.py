"""A campaign template: a sequence, and maybe its emails, without a sender or an audience."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from penguinmails.campaigns.campaign import CampaignType
from penguinmails.errors import Problem
from penguinmails.ids import derived, is_uuid
from penguinmails.table.port import Key
from penguinmails.templates.template import Sharing, Template

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,255}")
_TEXT = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]{0,5000}")


@dataclass(frozen=True, slots=True)
class CampaignTemplate:
    """What a new campaign may begin with.

    `steps` is the nested list. `emails` are the email templates that it brings with it; those
    that it does not are looked for where it is used. A private one is for the key `saved_by`
    alone. In the public library `tenant` and `saved_by` are empty, and `library` is its id there;
    a `prebuilt` one comes with the product.
    """

    tenant: str
    slug: str
    name: str
    type: CampaignType
    steps: tuple[Mapping[str, Any], ...]
    saved_at: datetime
    saved_by: str = ""
    description: str = ""
    sharing: Sharing = Sharing.TEAM
    track_opens: bool = True
    track_clicks: bool = True
    emails: tuple[Template, ...] = ()
    version: int = 1
    library: str = field(default="", compare=False)
    prebuilt: bool = False

    def may_be_seen_by(self, key: str) -> bool:
        """Tell whether a key of its workspace may use it."""
        return self.sharing is not Sharing.PRIVATE or self.saved_by == key


@dataclass(frozen=True, slots=True)
class CampaignTemplatePage:
    """Some campaign templates, and where the next page starts."""

    templates: Sequence[CampaignTemplate]
    after: Key | None


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """Some of the library, and behind which id its next page starts."""

    templates: Sequence[CampaignTemplate]
    after: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """What a campaign template is called, what it is for, and who may use it."""

    slug: str
    name: str
    description: str = ""
    sharing: Sharing = Sharing.TEAM


def library_id(tenant: str, slug: str) -> str:
    """Give the id under which the public library has it."""
    return derived(tenant, "campaign template", slug)


def label_problems(label: Label) -> Iterator[Problem]:
    """Tell what is wrong with a label."""
    if not _SLUG.fullmatch(label.slug) or is_uuid(label.slug):
        detail = "a slug has 1 to 64 small letters, digits, - and _, such as spring-sale"
        yield Problem("/slug", "invalid_slug", detail)
    if not label.name.strip() or not _LINE.fullmatch(label.name):
        yield Problem("/name", "invalid_text", "a name is one line of 1 to 255 characters")
    if not _TEXT.fullmatch(label.description):
        detail = "a description has up to 5000 characters, without control characters"
        yield Problem("/description", "invalid_text", detail)
