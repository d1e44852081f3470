"""A campaign's slug: the name that files and people call it by, its own within a workspace."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import is_uuid

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST_DERIVED = 48
_MOST_NUMBERED = 9
_TAIL = 12
_NAMELESS = "campaign"


class Slugs(Protocol):
    """Which slugs are taken."""

    def claim_slug(self, tenant: str, slug: str, campaign: str, now_at: datetime) -> bool: ...


def slug_problems(slug: str) -> Iterator[Problem]:
    """Tell whether a slug may be one."""
    if not _SLUG.fullmatch(slug) or is_uuid(slug):
        detail = "a slug has 1 to 64 small letters, digits, - and _, such as spring-sale"
        yield Problem("/slug", "invalid_slug", detail)


def claimed(
    tenant: str, campaign: str, slug: str, name: str, slugs: Slugs, now_at: datetime
) -> str:
    """Give the slug that a campaign to be created has from now on: its own, or one by its name.

    Doing it twice gives the same. Raises InvalidInput if its own is another's.
    """
    if slug:
        if not slugs.claim_slug(tenant, slug, campaign, now_at):
            raise InvalidInput(taken(slug))
        return slug
    tries = _candidates(slug_of(name), campaign)
    return next(each for each in tries if slugs.claim_slug(tenant, each, campaign, now_at))


def taken(slug: str) -> Problem:
    """Say that a slug is another campaign's."""
    detail = f"there is a campaign called {slug} already; change that one, or choose another slug"
    return Problem("/slug", "taken", detail)


def slug_of(name: str) -> str:
    """Write a name as a slug: `Grüße zum Fest!` is grusse-zum-fest."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    slug = _OTHER.sub("-", letters)[:_LONGEST_DERIVED].strip("-")
    return f"{_NAMELESS}-{slug}" if is_uuid(slug) else slug or _NAMELESS


def _candidates(slug: str, campaign: str) -> Iterator[str]:
    """Number the next ones; after that the campaign's id makes it unique."""
    yield slug
    yield from (f"{slug}-{number}" for number in range(2, _MOST_NUMBERED + 1))
    yield f"{slug}-{campaign[-_TAIL:]}"
    yield f"{_NAMELESS}-{campaign}"
