"""A revision: everything that decides what a campaign sends, frozen under a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from penguinmails.campaigns.campaign import OnUncertain, Sender
from penguinmails.campaigns.steps import Sequence


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a campaign's sequence and settings. It never changes once saved.

    `source` is the nested list of steps as it was given.
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
