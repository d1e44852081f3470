"""The pre-built campaigns of the examples, as the data that the product's library is read from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from penguinmails.api.template_body import TemplateBody
from penguinmails.resources.document import Document
from penguinmails.resources.read import read
from penguinmails.resources.translate import to_api
from penguinmails.templates.coding import said_json, template_json
from penguinmails.templates.template import Template

_USUAL: Final = template_json(Template("", "", "", "", "", ""))
EXAMPLES: Final = Path(__file__).resolve().parents[3] / "examples"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version of a pre-built campaign the examples hold, and since when."""

    version: int
    saved_at: str


EDITIONS: Final[Mapping[str, Edition]] = MappingProxyType(
    {
        "saas-welcome": Edition(1, "2026-11-21T00:00:00+00:00"),
        "b2b-nurture": Edition(1, "2026-11-21T00:00:00+00:00"),
    }
)
"""In the library's order, by slug; an edition changes with what its file says."""


def library() -> str:
    """Give the text of the library's file."""
    found = [_prebuilt(slug, edition) for slug, edition in EDITIONS.items()]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _prebuilt(slug: str, edition: Edition) -> dict[str, Any]:
    file = EXAMPLES / f"{slug}.yaml"
    documents = read(file.name, file.read_bytes()).documents
    (campaign,) = (one.data for one in documents if one.kind == "campaign")
    return {
        "slug": slug,
        "name": campaign["name"],
        "type": campaign["type"],
        "description": campaign["description"],
        "version": edition.version,
        "saved_at": edition.saved_at,
        "steps": campaign["steps"],
        "emails": [_email(one) for one in documents if one.kind == "template"],
    }


def _email(document: Document) -> dict[str, Any]:
    """Write what an email says, and what else is not as usual."""
    body = TemplateBody.model_validate_json(json.dumps(to_api(document)))
    template = body.template(document.slug)
    more = template_json(template).items()
    return said_json(template) | {name: value for name, value in more if value != _USUAL[name]}
