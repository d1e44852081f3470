"""A property: an attribute that a workspace has declared, with a type and a label."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from penguinmails.errors import InvalidInput, Problem
from penguinmails.properties.names import BUILT_IN, attribute_name

MOST_PROPERTIES = 200
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LABEL = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,255}")


class PropertyType(StrEnum):
    """What values a property takes."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Property:
    """One declared attribute; its slug is the attribute's name, and its type never changes."""

    slug: str
    type: PropertyType
    label: str
    created_at: datetime


Declared = Mapping[str, Property]
"""All properties of a workspace, by slug."""


def make_property(slug: str, kind: str, label: str, now_at: datetime) -> Property:
    """Make a property; raises InvalidInput."""
    problems = [*_slug_problems(slug), *_type_problems(kind)]
    if not _LABEL.fullmatch(label):
        detail = "a label is one line of 1 to 255 characters"
        problems.append(Problem("/label", "invalid_text", detail))
    if problems:
        raise InvalidInput(*problems)
    return Property(slug, PropertyType(kind), label, now_at)


def _slug_problems(slug: str) -> Sequence[Problem]:
    if slug in BUILT_IN:
        detail = f"every contact has {slug} already; choose another slug"
        return [Problem("/slug", "reserved_slug", detail)]
    if not _SLUG.fullmatch(slug) or attribute_name(slug) != slug:
        detail = (
            "a slug is the attribute's name in small letters, digits and single _, "
            "such as company_size"
        )
        return [Problem("/slug", "invalid_slug", detail)]
    return []


def _type_problems(kind: str) -> Sequence[Problem]:
    known = [each.value for each in PropertyType]
    if kind in known:
        return []
    return [Problem("/type", "unknown_type", f"a type is one of {', '.join(known)}")]
