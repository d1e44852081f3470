"""Measures what an email costs from launch to its last event, in units and round trips."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from time import time as epoch
from typing import Any

from penguinmails.local.stack import Options, Stack, running_stack
from penguinmails.local.virtual import VirtualTime
from tests.bench import metered
from tests.bench.metered import Cost
from tests.bench.readers import Readers
from tests.bench.workplace import mails, move_in

A_DAY_LATER = timedelta(days=1, minutes=1)
SERIES = {"broadcast": (500, 1), "five_step": (100, 5), "twenty_step": (100, 20)}
"""How many people get how many emails, a day apart."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a series cost, by function, and what for."""

    emails: int
    events: int
    by_function: Mapping[str, Cost]

    @property
    def per_email(self) -> Cost:
        """Everything: launch, sends, wake-ups, events, counters, closing."""
        return metered.total(self.by_function).per(self.emails)

    @property
    def trips_to_send(self) -> float:
        """AWS and ESP round trips of the advancer for an accepted email."""
        return metered.total(self.by_function, "advancer").per(self.emails).round_trips

    @property
    def writes_of_an_event(self) -> float:
        """From the webhook to the journal; the counters are in the cost of an email."""
        return metered.total(self.by_function, "webhook", "recorder").per(self.events).write_units


def measure(folder: Path) -> dict[str, Any]:
    """Play every series; where one figure stands for all of them it is that of the dearest."""
    options = Options(schedules=False, virtual_clock=True)
    with running_stack(folder, options) as stack:
        time = VirtualTime(stack)
        bills = {name: _play(stack, time, *size) for name, size in SERIES.items()}
    return {
        "write_units_per_email": {name: b.per_email.write_units for name, b in bills.items()},
        "read_units_per_email": max(b.per_email.read_units for b in bills.values()),
        "round_trips_per_email": max(b.trips_to_send for b in bills.values()),
        "write_units_per_event": max(b.writes_of_an_event for b in bills.values()),
        "cost_of_an_email": {name: _detail(bill) for name, bill in bills.items()},
    }


def _play(stack: Stack, time: VirtualTime, people: int, emails: int) -> Bill:
    place = move_in(stack, people)
    place.people(people)
    campaign = place.draft(mails(emails, "1 day"))
    readers = Readers(place, time)
    kept = len(list(stack.mail.mails()))
    begun = epoch()
    place.launch(campaign)
    for turn in range(emails):
        stack.wait_until_quiet()
        new = list(stack.mail.mails(after=kept + turn * people))
        if len(new) != people:
            raise RuntimeError(f"email {turn + 1} of {emails} went to {len(new)} of {people}")
        readers.react(new, turn)
        time.move_to(time.now() + A_DAY_LATER)
        stack.invoke("dispatcher")
    stack.wait_until_quiet()
    return Bill(people * emails, readers.events, metered.costs(stack, begun))


def _detail(bill: Bill) -> dict[str, Any]:
    shares = {name: asdict(cost.per(bill.emails)) for name, cost in bill.by_function.items()}
    return {"emails": bill.emails, "events": bill.events, "all": asdict(bill.per_email), **shares}
