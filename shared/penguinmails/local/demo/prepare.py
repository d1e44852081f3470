"""Prepares the demo over the API: a workspace, its contacts, templates and campaigns."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penguinmails.clock import SystemClock
from penguinmails.local.demo.client import Api
from penguinmails.resources.document import Document
from penguinmails.resources.lint import lint
from penguinmails.resources.translate import to_api
from penguinmails.senders.sender import NewSender

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"
POSTAL_ADDRESS = "Northlight\n1 Harbour Street\nNorthport"
IMPORT_ROWS = 20_000
"""Rows of one upload; a larger file is sent in parts."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A campaign that can be launched: its id, its name, its file's slug, whom it is from."""

    id: str
    name: str
    slug: str
    sender: NewSender


def import_contacts(api: Api, content: bytes, segment: str) -> dict[str, Any]:
    """Import a CSV file into a segment and wait until it is done; give the result."""
    started = api.post_csv(f"/api/imports?segment={segment}", content)
    while (found := api.get(f"/api/imports/{started['id']}"))["status"] not in _ENDED:
        time.sleep(0.1)
    return dict(found)


_ENDED = {"done", "failed"}


def create(api: Api, path: Path) -> Prepared:
    """Create the templates of a file, and then its campaign; raises ValueError if it has none."""
    documents = _documents(path)
    for document in documents:
        if document.kind == "template":
            api.put(f"/api/templates/{document.slug}", to_api(document))
    campaigns = [document for document in documents if document.kind == "campaign"]
    if len(campaigns) != 1:
        message = f"{path}: one document has to be of kind campaign, not {len(campaigns)}."
        raise ValueError(message)
    campaign = campaigns[0]
    made = api.post("/api/campaigns", to_api(campaign))
    sender = NewSender(
        made["fromEmail"] or "", made["fromName"] or campaign.slug, postal_address=POSTAL_ADDRESS
    )
    return Prepared(made["id"], made["name"], campaign.slug, sender)


def _documents(path: Path) -> Sequence[Document]:
    verdict = lint({str(path): path.read_bytes()}, SystemClock().now())
    if verdict.has_errors:
        raise ValueError("\n".join(map(str, verdict.findings)))
    return verdict.documents
