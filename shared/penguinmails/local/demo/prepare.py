"""Prepares the demo over the API: a workspace, its contacts, templates and campaigns."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from penguinmails.local.demo.client import Api

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"
IMPORT_ROWS = 20_000
"""Rows of one upload; a larger file is sent in parts."""
CAMPAIGN_FIELDS = {
    "name": "name",
    "description": "description",
    "type": "campaignType",
    "segment": "segmentId",
    "reply_to": "replyTo",
    "track_opens": "trackOpens",
    "track_clicks": "trackClicks",
    "steps": "steps",
}
TEMPLATE_FIELDS = {
    "name": "name",
    "subject": "subject",
    "preview_text": "previewText",
    "html": "html",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A campaign that can be launched: its id, its name, and its file's slug."""

    id: str
    name: str
    slug: str


def import_contacts(api: Api, content: bytes, segment: str) -> dict[str, Any]:
    """Import a CSV file into a segment and wait until it is done; give the result."""
    started = api.post_csv(f"/api/imports?segment={segment}", content)
    while (found := api.get(f"/api/imports/{started['id']}"))["status"] not in _ENDED:
        time.sleep(0.1)
    return dict(found)


_ENDED = {"done", "failed"}


def create(api: Api, path: Path) -> Prepared:
    """Create the templates of a file, and then its campaign; raises ValueError if it has none."""
    documents = list(_documents(path))
    for document in documents:
        if document["kind"] == "template":
            api.put(f"/api/templates/{document['slug']}", _renamed(document, TEMPLATE_FIELDS))
    campaigns = [document for document in documents if document["kind"] == "campaign"]
    if len(campaigns) != 1:
        message = f"{path}: one document has to be of kind campaign, not {len(campaigns)}."
        raise ValueError(message)
    campaign = campaigns[0]
    body = _renamed(campaign, CAMPAIGN_FIELDS)
    sender = campaign["from"]
    body |= {"fromName": sender["name"], "fromEmail": sender["email"]}
    made = api.post("/api/campaigns", body)
    return Prepared(made["id"], made["name"], campaign["slug"])


def _renamed(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: value for name, value in document.items() if name in names}


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    yaml = YAML(typ="safe", pure=True)
    with path.open(encoding="utf-8") as file:
        yield from yaml.load_all(file)
