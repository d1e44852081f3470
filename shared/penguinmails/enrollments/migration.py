"""A migration on its way: how far it is, and how many people have moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.lane import Lane
from penguinmails.campaigns.revision import Revision
from penguinmails.enrollments.migrate import migration_of


class Stage(StrEnum):
    """Waiting is also one that nobody has asked for."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Migration:
    """How far one is, as `progress` from 0 to 1, and how many it has moved until now.

    Who had a message in hand moves after it, also once all lanes are done.
    """

    stage: Stage
    progress: float
    moved: int


class Campaigns(Protocol):
    """The campaign as it stands, and its revisions."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


class Lanes(Protocol):
    """How far each lane that was begun has come; `targeted` is how many it has moved."""

    def lanes(self, tenant: str, migration: str, /) -> Sequence[Lane]: ...


def migration(
    tenant: str, campaign: str, revision: int, campaigns: Campaigns, moves: Lanes
) -> Migration:
    """Look at a migration; raises NotFound if there is no such campaign or revision."""
    stands = campaigns.get(tenant, campaign)
    campaigns.revision(tenant, campaign, revision)
    lanes = moves.lanes(tenant, migration_of(campaign, revision))
    if not lanes:
        return Migration(Stage.WAITING, 0.0, 0)
    done = sum(lane.done for lane in lanes)
    stage = Stage.DONE if done == stands.shards else Stage.RUNNING
    return Migration(stage, done / stands.shards, sum(lane.targeted for lane in lanes))
