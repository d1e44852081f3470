"""Measures a broadcast to 10,000 contacts, from launch to the last accepted message."""

import time
from pathlib import Path
from typing import Any

from penguinmails.campaigns.campaign import Campaign
from penguinmails.local.stack import Options, running_stack
from tests.bench.memory import peak_rss_mb
from tests.bench.workplace import Workplace, mails, move_in

PEOPLE = 10_000
PATIENCE_S = 300.0


def measure(folder: Path) -> dict[str, Any]:
    """Launch it on a real clock and real ticks, with nothing else going on."""
    with running_stack(folder, Options()) as stack:
        place = move_in(stack, PEOPLE)
        place.people(PEOPLE)
        campaign = place.draft(mails(1, ""))
        begun = time.time()
        place.launch(campaign)
        enrolled_s = _enrolled_at(place, campaign) - begun
        sent_s = _sent_at(place) - begun
        return {
            "broadcast_10k_s": round(sent_s, 1),
            "emails_per_s": round(PEOPLE / sent_s, 1),
            "enrolled_per_s": round(PEOPLE / enrolled_s, 1),
            "peak_rss_mb": peak_rss_mb(),
        }


def _enrolled_at(place: Workplace, campaign: Campaign) -> float:
    """Wait for the last lane of the audience and give the time."""
    lanes = place.house.contact_shards(place.tenant)
    targeted = 0
    deadline = time.time() + PATIENCE_S
    while time.time() < deadline:
        found = place.house.lanes.lanes(place.tenant, campaign.id)
        if sum(lane.done for lane in found) == lanes:
            return time.time()
        targeted = sum(lane.targeted for lane in found)
        time.sleep(0.25)
    raise RuntimeError(f"{targeted} of {PEOPLE} were enrolled")


def _sent_at(place: Workplace) -> float:
    """Wait for the last mail and give the time at which it was accepted."""
    received: list[float] = []
    deadline = time.time() + PATIENCE_S
    while time.time() < deadline:
        received += [mail.received for mail in place.stack.mail.mails(after=len(received))]
        if len(received) >= PEOPLE:
            return max(received)
        time.sleep(0.5)
    raise RuntimeError(f"{len(received)} of {PEOPLE} emails were accepted")
