"""Writes the report of a demo as one HTML page that needs no other file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from penguinmails.analytics.report import RATES
from penguinmails.analytics.tally import LATE_UP_TO_S
from penguinmails.local.demo import charts
from penguinmails.local.demo.charts import Caption, Day, Part
from penguinmails.local.demo.pages import DASH, fill, words

Data = Mapping[str, Any]

ON_TIME_S = 60
"""Columns of the lateness chart beyond this are marked."""
SERIES = ("sent", "opens", "clicks")
TOP_LINKS = 8
TOP_DOMAINS = 10
STAGES = (
    ("sent", "Sent", "sent"),
    ("delivered", "Delivered", "delivered"),
    ("opened", "Opened", "uniqueOpens"),
    ("clicked", "Clicked", "uniqueClicks"),
    ("replied", "Replied", "replied"),
)
BOUNCES = (
    ("Hard", "bouncedHard", "no such address: never mailed again, at once"),
    ("Soft", "bouncedSoft", "full or busy: tried again, up to three times in 72 hours"),
    ("Block", "bouncedBlock", "refused by the other side's policy"),
)
ALARMING = {"complained", "hard_bounced", "unsubscribed"}
GOOD = {"completed"}
UNFINISHED = ("active", "paused", "held")
PLAIN_KINDS = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a funnel, as a share of what was sent."""

    kind: str
    name: str
    count: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate, and what it divides by what."""

    name: str
    share: float | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    """All that the page shows of one campaign."""

    anchor: str
    campaign: Data
    funnel: Sequence[Stage]
    rates: Sequence[Rate]
    most_sent: int
    days: Sequence[Day]
    ends: Sequence[Part]
    ended: int
    links: Sequence[Data]
    more_links: int
    bounces: Sequence[tuple[str, int, str]]


def render(report: Data) -> str:
    """Write the page; `report` is what `report.json` holds."""
    checks = sorted(report["checks"], key=lambda check: bool(check["ok"]))
    return fill(
        "report.html",
        report=report,
        checks=checks,
        failed=sum(not check["ok"] for check in checks),
        late=late(report["lateness_s"]["histogram"]),
        sections=[section(n, one) for n, one in enumerate(report["campaigns"], start=1)],
        domains=report["domains"][:TOP_DOMAINS],
        more_domains=len(report["domains"][TOP_DOMAINS:]),
        series=SERIES,
        charts=charts,
        caption=Caption,
    )


def late(histogram: Mapping[str, int]) -> list[Part]:
    """Sort sends into columns by lateness; the last ones stay out when nothing is in them."""
    found = {int(float(late_s)): number for late_s, number in histogram.items()}
    lows = (0, *(bound + 1 for bound in LATE_UP_TO_S))
    highs = (*LATE_UP_TO_S, max([lows[-1], *found]))
    parts = [
        Part(_span(low, high), _between(found, low, high), _promptness(high))
        for low, high in zip(lows, highs, strict=True)
    ]
    while parts and not parts[-1].value and parts[-1].kind == "overdue":
        parts.pop()
    return parts


def section(number: int, campaign: Data) -> Section:
    """Work out what is shown of one campaign."""
    analytics = campaign["analytics"]
    ends = ends_of(campaign["reasons"])
    return Section(
        anchor=f"campaign-{number}",
        campaign=campaign,
        funnel=list(_funnel(analytics["overall"])),
        rates=list(_rates(analytics["overall"]["rates"])),
        most_sent=max((step["sent"] for step in analytics["byStep"]), default=0),
        days=days_of(analytics["byDay"]),
        ends=ends,
        ended=sum(part.value for part in ends),
        links=analytics["links"][:TOP_LINKS],
        more_links=len(analytics["links"][TOP_LINKS:]),
        bounces=[(name, analytics["overall"][key], why) for name, key, why in BOUNCES],
    )


def days_of(by_day: Sequence[Data]) -> list[Day]:
    """Give every day from the first to the last, the quiet ones too."""
    found = {date.fromisoformat(one["date"]): one for one in by_day}
    return [
        Day(day, {name: found.get(day, {}).get(name, 0) for name in SERIES})
        for day in _days_between(found)
    ]


def ends_of(reasons: Mapping[str, int]) -> list[Part]:
    """Give the reason codes, the most frequent first, each with a colour of its own."""
    ordered = sorted(reasons.items(), key=lambda reason: (-reason[1], reason[0]))
    plain = (f"plain-{number % PLAIN_KINDS}" for number in range(len(ordered)))
    return [Part(words(reason), people, _kind(reason, plain)) for reason, people in ordered]


def _kind(reason: str, plain: Iterator[str]) -> str:
    if reason in GOOD:
        return "good"
    if reason in ALARMING:
        return f"alarming {reason}"
    return "unfinished" if reason.startswith(UNFINISHED) else next(plain)


def _days_between(days: Iterable[date]) -> Iterator[date]:
    ordered = sorted(days)
    if ordered:
        length = (ordered[-1] - ordered[0]).days + 1
        yield from (ordered[0] + timedelta(days=number) for number in range(length))


def _funnel(overall: Data) -> Iterator[Stage]:
    sent = overall["sent"]
    for kind, name, key in STAGES:
        yield Stage(kind, name, overall[key], overall[key] / sent if sent else None)


def _rates(rates: Mapping[str, float | None]) -> Iterator[Rate]:
    for name, (above, below) in RATES.items():
        first, *rest = name.split("_")
        key = first + "".join(map(str.capitalize, rest))
        meaning = f"{words(above)} of {words(below)}".replace("unique ", "")
        yield Rate(words(name), rates[key], meaning)


def _span(low: int, high: int) -> str:
    if low > LATE_UP_TO_S[-1]:
        return f"over {LATE_UP_TO_S[-1]}"
    return str(low) if low == high else f"{low}{DASH}{high}"


def _between(found: Mapping[int, int], low: int, high: int) -> int:
    return sum(number for late_s, number in found.items() if low <= late_s <= high)


def _promptness(high: int) -> str:
    return "prompt" if high <= ON_TIME_S else "overdue"
