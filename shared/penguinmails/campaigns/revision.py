"""A revision: everything that decides what a campaign sends, frozen under a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from penguinmails.campaigns.campaign import OnUncertain, Sender
from penguinmails.campaigns.steps import Sequence


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a campaign's sequence and settings. It never changes once saved.

    `source` is the nested list of steps as it was given. `saved_by` names the key that was used.
    Two revisions that send the same are equal, whoever saved them.
    """

    campaign: str
    number: int
    sequence: Sequence
    sender: Sender
    source: tuple[Mapping[str, Any], ...]
    track_opens: bool = True
    track_clicks: bool = True
    marketing: bool = True
    on_uncertain: OnUncertain = OnUncertain.SKIP
    saved_at: datetime | None = field(default=None, compare=False)
    saved_by: str = field(default="", compare=False)
