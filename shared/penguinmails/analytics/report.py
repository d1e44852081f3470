"""A campaign's report, worked out from its counters: overall, by step and day, links, lateness."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from penguinmails.analytics.counters import CounterRow, summed
from penguinmails.analytics.fold import COMPLETED, ENROLLED, EXITED
from penguinmails.analytics.lateness import Lateness, lateness
from penguinmails.campaigns.steps import EmailStep
from penguinmails.campaigns.steps import Sequence as Steps

MESSAGE_COUNTS = (
    "sent",
    "delivered",
    "bounced",
    "bounced_hard",
    "bounced_soft",
    "bounced_block",
    "complained",
    "refused",
    "skipped",
    "uncertain",
    "opens",
    "unique_opens",
    "machine_opens",
    "clicks",
    "unique_clicks",
    "machine_clicks",
    "unsubscribed",
    "replied",
)
"""What is counted of the messages of each step. Without "machine" in its name: people only.

Who clicked without an open that anybody told of is counted as having opened once.
"""

RATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "delivery": ("delivered", "sent"),
        "bounce": ("bounced", "sent"),
        "open": ("unique_opens", "delivered"),
        "click": ("unique_clicks", "delivered"),
        "click_to_open": ("unique_clicks", "unique_opens"),
        "unsubscribe": ("unsubscribed", "delivered"),
        "complaint": ("complained", "delivered"),
        "reply": ("replied", "delivered"),
        "completion": ("completed", "enrolled"),
    }
)
"""Each rate's numerator and denominator. Over some days only, a rate may exceed 1: who opens
today may have been sent to yesterday."""

_LINK = "link"


@dataclass(frozen=True, slots=True)
class Overall:
    """The whole campaign. `active` is who is on the way now, whatever the days asked for."""

    active: int
    counts: Mapping[str, int]
    rates: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class StepReport:
    """One email step; one of an earlier revision has no template."""

    number: int
    slug: str
    template: str | None
    subject: str | None
    counts: Mapping[str, int]
    rates: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class DayReport:
    """One day, in UTC: what happened on it."""

    day: date
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LinkReport:
    """One link of a step's email, and how often people followed it."""

    step: int
    slug: str
    link: int
    clicks: int


@dataclass(frozen=True, slots=True)
class Report:
    """All numbers of a campaign over some days."""

    overall: Overall
    by_step: Sequence[StepReport]
    by_day: Sequence[DayReport]
    links: Sequence[LinkReport]
    exits: Mapping[str, int]
    lateness: Lateness


def report(
    rows: Sequence[CounterRow], steps: Steps, start_day: date | None, end_day: date | None
) -> Report:
    """Work a report out of all rows of a campaign; both days belong to it."""
    first, last = start_day or date.min, end_day or date.max
    chosen = [row for row in rows if first <= row.key.day <= last]
    flat = summed(chosen)
    slugs = {number: slug for slug, number in steps.numbers.items()}
    return Report(
        overall=Overall(_active(summed(rows)), _campaign_counts(flat), _campaign_rates(flat)),
        by_step=_by_step(flat, steps, slugs),
        by_day=_by_day(chosen),
        links=_links(flat, slugs),
        exits=_exits(flat),
        lateness=lateness(flat),
    )


def rates_of(counts: Mapping[str, int]) -> Mapping[str, float | None]:
    """Divide; None where there is nothing to divide by."""
    return {
        name: _ratio(counts.get(above, 0), counts[below])
        for name, (above, below) in RATES.items()
        if below in counts
    }


def _ratio(above: int, below: int) -> float | None:
    return round(above / below, 4) if below > 0 else None


def _campaign_counts(flat: Mapping[str, int]) -> Mapping[str, int]:
    walks = {
        ENROLLED: flat.get(ENROLLED, 0),
        COMPLETED: flat.get(COMPLETED, 0),
        "exited": sum(_exits(flat).values()),
    }
    by_step = _split(flat).values()
    messages = {name: sum(counts.get(name, 0) for counts in by_step) for name in MESSAGE_COUNTS}
    return walks | messages


def _campaign_rates(flat: Mapping[str, int]) -> Mapping[str, float | None]:
    return rates_of(_campaign_counts(flat))


def _active(flat: Mapping[str, int]) -> int:
    ended = flat.get(COMPLETED, 0) + sum(_exits(flat).values())
    return flat.get(ENROLLED, 0) - ended


def _by_step(
    flat: Mapping[str, int], steps: Steps, slugs: Mapping[int, str]
) -> Sequence[StepReport]:
    split = _split(flat)
    emails = {number for number, step in steps.steps.items() if isinstance(step, EmailStep)}
    return [
        _step(number, slugs, steps, split.get(number, {})) for number in sorted(emails | {*split})
    ]


def _step(
    number: int, slugs: Mapping[int, str], steps: Steps, found: Mapping[str, int]
) -> StepReport:
    step = steps.steps.get(number)
    email = step if isinstance(step, EmailStep) else None
    counts = {name: found.get(name, 0) for name in MESSAGE_COUNTS}
    return StepReport(
        number=number,
        slug=_slug(number, slugs),
        template=email.template if email else None,
        subject=email.subject if email else None,
        counts=counts,
        rates=rates_of(counts),
    )


def _by_day(rows: Iterable[CounterRow]) -> Sequence[DayReport]:
    days: dict[date, list[CounterRow]] = {}
    for row in rows:
        days.setdefault(row.key.day, []).append(row)
    return [DayReport(day, _campaign_counts(summed(days[day]))) for day in sorted(days)]


def _links(flat: Mapping[str, int], slugs: Mapping[int, str]) -> Sequence[LinkReport]:
    links = [
        LinkReport(step, _slug(step, slugs), int(name.removeprefix(_LINK)), clicks)
        for step, counts in _split(flat).items()
        for name, clicks in counts.items()
        if name.startswith(_LINK) and clicks
    ]
    return sorted(links, key=lambda link: (-link.clicks, link.step, link.link))


def _exits(flat: Mapping[str, int]) -> Mapping[str, int]:
    exits = {
        name.removeprefix(EXITED): people
        for name, people in flat.items()
        if name.startswith(EXITED) and people
    }
    return dict(sorted(exits.items(), key=lambda exit_: (-exit_[1], exit_[0])))


def _split(flat: Mapping[str, int]) -> Mapping[int, Mapping[str, int]]:
    """The counts of each step, by its number: `s3.sent` is `sent` of step 3."""
    steps: dict[int, Counter[str]] = {}
    for name, number in flat.items():
        step, _, what = name.partition(".")
        if step[0] == "s" and step[1:].isdecimal():
            steps.setdefault(int(step[1:]), Counter())[what] += number
    return steps


def _slug(number: int, slugs: Mapping[int, str]) -> str:
    return slugs.get(number, f"step_{number}")
