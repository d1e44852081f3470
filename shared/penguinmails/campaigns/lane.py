"""A lane: how far one shard of an audience has come in a launch."""

from collections.abc import Sequence
from dataclasses import dataclass

from penguinmails.campaigns.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Lane:
    """One shard of an audience on its way in: the last contact seen, and how many were meant."""

    shard: int
    after: str = ""
    targeted: int = 0
    done: bool = False
    begun: bool = False


def are_all_in(campaign: Campaign, lanes: Sequence[Lane]) -> bool:
    """Tell whether every lane of the campaign's audience is done."""
    return sum(lane.done for lane in lanes) == campaign.audience_shards
