"""What requests say about contacts."""

from typing import Any

from pydantic import Field

from penguinmails.api.body import Body
from penguinmails.api.page import PageQuery

_MOST_SEGMENTS = 20
_NAMES = {
    "attributes": "attributes",
    "tags": "tags",
    "lead_score": "lead_score",
    "timezone": "time_zone",
    "locale": "locale",
    "consent": "consent",
}


class ContactChange(Body):
    """What is to be said of a contact from now on; what is left out stays."""

    attributes: dict[str, Any] = Field(
        default_factory=dict, description="Each is written over; null removes it."
    )
    tags: list[str] | None = None
    lead_score: int | None = None
    timezone: str | None = None
    locale: str | None = None
    consent: str = Field(
        "",
        max_length=255,
        description="Where the person agreed to get mail.",
        examples=["Signup form"],
    )

    def said(self) -> dict[str, object]:
        """Give what is said, under the names of a contact's fields."""
        return {
            name: getattr(self, field)
            for field, name in _NAMES.items()
            if field in self.model_fields_set
        }


class ContactBody(ContactChange):
    """A contact to create, or to merge into the one of the same address."""

    email: str = Field(min_length=1, max_length=320, examples=["zoe@example.com"])
    segments: list[str] = Field(
        default_factory=list,
        max_length=_MOST_SEGMENTS,
        description="Ids or slugs; the contact is put into them.",
        examples=[["newsletter-readers"]],
    )

    def said(self) -> dict[str, object]:
        """Give what is said, with the address."""
        return {**super().said(), "email": self.email}


class ContactQuery(PageQuery):
    """Which contacts are wanted; with more than one of these, those that fit all."""

    segment: str = Field("", max_length=64, description="Id or slug.")
    tag: str = Field("", max_length=64)
    email: str = Field("", max_length=320, description="Exactly this address.")
