"""What people send to have a few addresses mailed a test."""

from typing import Any

from pydantic import Field

from penguinmails.api.reader_body import ReaderBody
from penguinmails.campaigns.campaign import Sender
from penguinmails.sends.test_send import MOST_ADDRESSES, Letter, Recipients

_LONGEST_ADDRESS = 320
_LONGEST_NAME = 255
_MOST_STEPS = 100
_LAST_VERSION = 999_999
_FEW: dict[str, Any] = {"minItems": 1, "maxItems": MOST_ADDRESSES}


class _TestBody(ReaderBody):
    """Whom to mail, and as whom to write to them."""

    to: tuple[str, ...] = Field(
        description="One to ten addresses, none of them suppressed.",
        examples=[["ada@example.com", "bob@example.com"]],
        json_schema_extra=_FEW,
    )

    def recipients(self) -> Recipients:
        """Give whom to mail, as whom."""
        return Recipients(self.to, self.reader())


class TemplateTestBody(_TestBody):
    """A test of a saved template, of its last version if none is named."""

    from_email: str = Field(
        min_length=1, max_length=_LONGEST_ADDRESS, examples=["hello@example.com"]
    )
    from_name: str = Field("", max_length=_LONGEST_NAME, examples=["Northlight"])
    reply_to: str = Field("", max_length=_LONGEST_ADDRESS)
    version: int | None = Field(None, ge=1, le=_LAST_VERSION, examples=[1])

    def sender(self) -> Sender:
        """Give who the mail is from."""
        return Sender(self.from_name, self.from_email, self.reply_to)

    def letter(self, slug: str) -> Letter:
        """Give what is to be mailed of a template."""
        return Letter(slug, self.version)


class CampaignTestBody(_TestBody):
    """A test of a campaign's emails, from its own sender."""

    steps: tuple[str, ...] = Field(
        (),
        max_length=_MOST_STEPS,
        description="The names of email steps; all of them if it is left out.",
        examples=[["hello"]],
    )
