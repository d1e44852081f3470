"""What requests say about campaigns."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from penguinmails.api.body import Body
from penguinmails.campaigns.campaign import CampaignType, Sender
from penguinmails.campaigns.create import Given
from penguinmails.errors import InvalidInput, Problem

Strategy = Literal["immediate", "scheduled"]
_MOST_STEPS = 1_000
_LONGEST = 320


class NoBody(Body):
    """The deed is in the path."""


class ReleaseBody(Body):
    """Which holds to let go; those of a pause go with `resume`."""

    reason: Literal["failed", "dead_letter"] = "failed"


class CampaignBody(Body):
    """A campaign to create; a draft may still lack its audience, sender and steps."""

    name: str = Field(min_length=1, max_length=255)
    campaign_type: CampaignType
    description: str = Field("", max_length=5_000)
    segment_id: str = Field("", max_length=64)
    from_email: str = Field("", max_length=_LONGEST)
    from_name: str = Field("", max_length=255)
    reply_to: str = Field("", max_length=_LONGEST)
    send_strategy: Strategy | None = None
    start_date: str | None = Field(None, max_length=40)
    end_date: str | None = Field(None, max_length=40)
    timezone: str = Field("", max_length=64)
    track_opens: bool = True
    track_clicks: bool = True
    steps: list[Any] = Field(default=[], max_length=_MOST_STEPS)

    def given(self, time_zone: str) -> Given:
        """Give the campaign in the words of its use case; the zone stands in for none."""
        _check_strategy(self.send_strategy, self.start_date)
        return Given(
            name=self.name,
            type=self.campaign_type,
            time_zone=self.timezone or time_zone,
            description=self.description,
            segment=self.segment_id,
            sender=Sender(self.from_name, self.from_email, self.reply_to),
            start=self.start_date,
            end=self.end_date,
            track_opens=self.track_opens,
            track_clicks=self.track_clicks,
            steps=tuple(self.steps),
        )


class ChangeBody(Body):
    """What is to be changed; a date of null is removed."""

    name: str = Field("", min_length=1, max_length=255)
    campaign_type: CampaignType = CampaignType.DRIP
    description: str = Field("", max_length=5_000)
    segment_id: str = Field("", max_length=64)
    from_email: str = Field("", max_length=_LONGEST)
    from_name: str = Field("", max_length=255)
    reply_to: str = Field("", max_length=_LONGEST)
    send_strategy: Strategy | None = None
    start_date: str | None = Field(None, max_length=40)
    end_date: str | None = Field(None, max_length=40)
    timezone: str = Field("", max_length=64)
    track_opens: bool = True
    track_clicks: bool = True
    steps: list[Any] = Field(default=[], max_length=_MOST_STEPS)

    def on(self, given: Given) -> Given:
        """Give the campaign with the fields that were sent."""
        sent: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        named = {_NAMES[name]: value for name, value in sent.items() if name in _NAMES}
        sender = {_SENDER[name]: value for name, value in sent.items() if name in _SENDER}
        if "steps" in sent:
            named["steps"] = tuple(self.steps)
        if self.send_strategy == "immediate":
            named.setdefault("start", None)
        changed = replace(given, **named, sender=replace(given.sender, **sender))
        _check_strategy(self.send_strategy, changed.start)
        return changed


_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "name": "name",
        "campaign_type": "type",
        "description": "description",
        "segment_id": "segment",
        "start_date": "start",
        "end_date": "end",
        "timezone": "time_zone",
        "track_opens": "track_opens",
        "track_clicks": "track_clicks",
    }
)
_SENDER: Mapping[str, str] = MappingProxyType(
    {"from_name": "name", "from_email": "email", "reply_to": "reply_to"}
)


def _check_strategy(strategy: Strategy | None, start: object) -> None:
    if strategy == "scheduled" and start is None:
        detail = "a scheduled campaign needs its startDate; add it"
        raise InvalidInput(Problem("/startDate", "missing", detail))
    if strategy == "immediate" and start is not None:
        detail = "a campaign that is sent at once has no startDate; remove it, or schedule it"
        raise InvalidInput(Problem("/startDate", "contradiction", detail))
