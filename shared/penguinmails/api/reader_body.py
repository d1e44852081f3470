"""What people send about whom a template is to be written to."""

from typing import Any

from pydantic import Field

from penguinmails.api.body import Body
from penguinmails.templates.reader import Reader

_LONGEST_ID = 64
_LONGEST_LOCALE = 35


class ReaderBody(Body):
    """Whom to show a template to; without anybody, to one of whom nothing is known."""

    contact_id: str = Field("", max_length=_LONGEST_ID, examples=[""])
    sample: dict[str, Any] | None = Field(
        None, description="Attributes, instead of a contact's.", examples=[{"firstName": "Zoe"}]
    )
    locale: str = Field(
        "",
        max_length=_LONGEST_LOCALE,
        description="The language to show; the reader's own if it is left out.",
        examples=["de-AT"],
    )

    def reader(self) -> Reader:
        """Give whom to show it to."""
        return Reader(self.contact_id, self.sample, self.locale)
