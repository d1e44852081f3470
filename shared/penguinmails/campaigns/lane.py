"""A lane: how far one shard of an audience has come in a launch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lane:
    """One shard of an audience on its way in: the last contact seen, and how many were meant."""

    shard: int
    after: str = ""
    targeted: int = 0
    done: bool = False
    begun: bool = False
