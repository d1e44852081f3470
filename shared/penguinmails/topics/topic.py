"""A topic: a kind of mail, such as tips or offers, under the name that readers see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from penguinmails.errors import InvalidInput
from penguinmails.ids import derived, is_uuid
from penguinmails.table.port import Key
from penguinmails.text import check_line, check_lines, check_slug

LONGEST_DESCRIPTION = 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; `id` is derived from the slug, so that creating it again is harmless."""

    tenant: str
    id: str
    slug: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Some topics, and where the next page starts."""

    topics: Sequence[Topic]
    after: Key | None


def topic_id(tenant: str, reference: str) -> str:
    """Give the id that a reference means: an id is itself, a slug is derived."""
    return reference if is_uuid(reference) else derived(tenant, "topic", reference)


def make_topic(tenant: str, slug: str, name: str, description: str, now_at: datetime) -> Topic:
    """Make a topic; raises InvalidInput."""
    problems = [
        *check_slug("/slug", slug, "product-tips"),
        *check_line("/name", name),
        *check_lines("/description", description, LONGEST_DESCRIPTION),
    ]
    if problems:
        raise InvalidInput(*problems)
    return Topic(tenant, topic_id(tenant, slug), slug, name, description, now_at, now_at)
