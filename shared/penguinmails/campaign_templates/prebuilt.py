"""The campaign templates that come with the product: the first ones of the library."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from penguinmails.campaign_templates.campaign_template import CampaignTemplate, library_id
from penguinmails.campaigns.campaign import CampaignType
from penguinmails.templates.coding import template_of
from penguinmails.templates.template import Sharing

FILE: Final = Path(__file__).with_name("prebuilt.json")
"""Written from the examples, since functions read no YAML."""
_NOBODY: Final = ""


@cache
def prebuilt() -> tuple[CampaignTemplate, ...]:
    """Give all of them, in the library's order."""
    return tuple(_template(raw) for raw in json.loads(FILE.read_text(encoding="utf-8")))


def prebuilt_called(reference: str) -> CampaignTemplate | None:
    """Find one by its id in the library, or by its slug."""
    return next((one for one in prebuilt() if reference in {one.library, one.slug}), None)


def _template(raw: Mapping[str, Any]) -> CampaignTemplate:
    return CampaignTemplate(
        tenant=_NOBODY,
        slug=raw["slug"],
        name=raw["name"],
        type=CampaignType(raw["type"]),
        steps=tuple(raw["steps"]),
        saved_at=datetime.fromisoformat(raw["saved_at"]),
        description=raw["description"],
        sharing=Sharing.PUBLIC,
        emails=tuple(template_of(email) for email in raw["emails"]),
        version=raw["version"],
        library=library_id(_NOBODY, raw["slug"]),
        prebuilt=True,
    )
