"""What requests say about campaigns."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from penguinmails.api.body import Body
from penguinmails.campaigns.campaign import CampaignType, OnUncertain, Sender
from penguinmails.campaigns.create import Given
from penguinmails.errors import InvalidInput, Problem

Strategy = Literal["immediate", "scheduled"]
_MOST_STEPS = 1_000
_LONGEST = 320
_STEPS = [
    {"email": "hello", "template": "welcome"},
    {"wait": "2 days"},
    {"email": "again", "template": "welcome", "subject": "Still there?"},
]
_GRAPH = [
    {
        "id": "1",
        "stepName": "hello",
        "stepType": "email",
        "templateId": "welcome",
        "nextStepId": "2",
    },
    {"id": "2", "stepType": "wait", "waitDuration": {"value": 2, "unit": "days"}},
]
_EXAMPLES: Mapping[str, list[Any]] = MappingProxyType(
    {
        "campaign_type": ["drip"],
        "graph": [_GRAPH],
        "segment_id": ["newsletter-readers"],
        "steps": [_STEPS],
    }
)


class ReleaseBody(Body):
    """Which holds to let go; those of a pause go with `resume`."""

    reason: Literal["failed", "dead_letter"] = "failed"


class LaunchBody(Body):
    """How to launch."""

    even_if_importing: bool = Field(
        default=False,
        description="Launch though people are being imported, who may be left out.",
    )


class ScheduleBody(Body):
    """When to begin: a date and time, in the campaign's zone or in another."""

    start_date: str = Field(min_length=1, max_length=40, examples=["2027-03-02T09:00"])
    timezone: str = Field("", max_length=64)


class StepsBody(Body):
    """The whole graph of steps, as a campaign shows it."""

    steps: list[Any] = Field(max_length=_MOST_STEPS, examples=_EXAMPLES["graph"])


class MigrationBody(Body):
    """The revision that everybody is to follow: the one that new people get."""

    to_revision: int = Field(ge=1, le=999_999)
    dry_run: bool = Field(default=False, description="Only tell what would become of people.")
    cursor: str = Field(
        "", max_length=500, description="Where a dry run goes on: `nextCursor` of its last part."
    )


class ExitBody(Body):
    """Why a person's walk ends."""

    reason: str = Field(min_length=1, max_length=32, examples=["moved_to_sales"])


class CampaignBody(Body):
    """A campaign to create; a draft may still lack its audience, sender and steps."""

    name: str = Field(min_length=1, max_length=255)
    slug: str = Field(
        "",
        max_length=64,
        description="Its name in files and paths, for good; if left out, one by its name.",
        examples=["welcome-drip"],
    )
    campaign_type: CampaignType = Field(examples=_EXAMPLES["campaign_type"])
    description: str = Field("", max_length=5_000)
    segment_id: str = Field("", max_length=64, examples=_EXAMPLES["segment_id"])
    from_email: str = Field("", max_length=_LONGEST)
    from_name: str = Field("", max_length=255)
    reply_to: str = Field("", max_length=_LONGEST)
    send_strategy: Strategy | None = None
    start_date: str | None = Field(None, max_length=40)
    end_date: str | None = Field(None, max_length=40)
    timezone: str = Field("", max_length=64)
    track_opens: bool = True
    track_clicks: bool = True
    on_uncertain: OnUncertain = Field(
        OnUncertain.SKIP,
        description="Of an email of which nobody can tell whether it left: skip it, or send again.",
    )
    steps: list[Any] = Field(default=[], max_length=_MOST_STEPS, examples=_EXAMPLES["steps"])

    def given(self, time_zone: str) -> Given:
        """Give the campaign in the words of its use case; the zone stands in for none."""
        _check_strategy(self.send_strategy, self.start_date)
        return Given(
            name=self.name,
            type=self.campaign_type,
            time_zone=self.timezone or time_zone,
            slug=self.slug,
            description=self.description,
            segment=self.segment_id,
            sender=Sender(self.from_name, self.from_email, self.reply_to),
            start=self.start_date,
            end=self.end_date,
            track_opens=self.track_opens,
            track_clicks=self.track_clicks,
            on_uncertain=self.on_uncertain,
            steps=tuple(self.steps),
        )


class ChangeBody(Body):
    """What is to be changed; a date of null is removed."""

    name: str = Field("", min_length=1, max_length=255)
    campaign_type: CampaignType = Field(CampaignType.DRIP, examples=_EXAMPLES["campaign_type"])
    description: str = Field("", max_length=5_000)
    segment_id: str = Field("", max_length=64, examples=_EXAMPLES["segment_id"])
    from_email: str = Field("", max_length=_LONGEST)
    from_name: str = Field("", max_length=255)
    reply_to: str = Field("", max_length=_LONGEST)
    send_strategy: Strategy | None = None
    start_date: str | None = Field(None, max_length=40)
    end_date: str | None = Field(None, max_length=40)
    timezone: str = Field("", max_length=64)
    track_opens: bool = True
    track_clicks: bool = True
    on_uncertain: OnUncertain = Field(
        OnUncertain.SKIP,
        description="Of an email of which nobody can tell whether it left: skip it, or send again.",
    )
    steps: list[Any] = Field(default=[], max_length=_MOST_STEPS, examples=_EXAMPLES["steps"])

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
        "on_uncertain": "on_uncertain",
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
