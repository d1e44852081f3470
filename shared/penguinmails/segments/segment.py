"""A static segment: its members are the contacts whose row names it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import derived, is_uuid
from penguinmails.table.port import Key

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,255}")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; `id` is derived from the slug, so that creating it again is harmless."""

    tenant: str
    id: str
    slug: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SegmentPage:
    """Some segments, and where the next page starts."""

    segments: Sequence[Segment]
    after: Key | None


def segment_id(tenant: str, reference: str) -> str:
    """Give the id that a reference means: an id is itself, a slug is derived."""
    return reference if is_uuid(reference) else derived(tenant, "segment", reference)


def make_segment(tenant: str, slug: str, name: str, now_at: datetime) -> Segment:
    """Make a segment; raises InvalidInput."""
    problems = []
    if not _SLUG.fullmatch(slug) or is_uuid(slug):
        detail = "a slug has 1 to 64 small letters, digits, - and _, such as new-customers"
        problems.append(Problem("/slug", "invalid_slug", detail))
    if not _NAME.fullmatch(name):
        detail = "a name is one line of 1 to 255 characters"
        problems.append(Problem("/name", "invalid_text", detail))
    if problems:
        raise InvalidInput(*problems)
    return Segment(tenant, segment_id(tenant, slug), slug, name, now_at)
