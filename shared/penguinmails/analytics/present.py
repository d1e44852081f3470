"""Writes a report as the API answers it: JSON-compatible, in camelCase."""

from collections.abc import Mapping
from typing import Any

from penguinmails.analytics.lateness import Lateness
from penguinmails.analytics.report import LinkReport, Report, StepReport

Data = dict[str, Any]
Urls = Mapping[int, tuple[str, ...]]
"""The addresses of each step's links, by the links' numbers."""


def to_api(report: Report, urls: Urls | None = None) -> Data:
    """Write a report; a link whose address is not known has the url null."""
    overall = report.overall
    return {
        "overall": {
            "active": overall.active,
            **_camel(overall.counts),
            "rates": _camel(overall.rates),
        },
        "byStep": [_step(step) for step in report.by_step],
        "byDay": [{"date": day.day.isoformat(), **_camel(day.counts)} for day in report.by_day],
        "links": [_link(link, urls or {}) for link in report.links],
        "exits": [{"reason": reason, "count": count} for reason, count in report.exits.items()],
        "lateness": _lateness(report.lateness),
    }


def _step(step: StepReport) -> Data:
    return {
        "step": step.number,
        "name": step.slug,
        "template": step.template,
        "subject": step.subject,
        **_camel(step.counts),
        "rates": _camel(step.rates),
    }


def _link(link: LinkReport, urls: Urls) -> Data:
    known = urls.get(link.step, ())
    return {
        "step": link.step,
        "name": link.slug,
        "link": link.link,
        "url": known[link.link] if link.link < len(known) else None,
        "clicks": link.clicks,
    }


def _lateness(lateness: Lateness) -> Data:
    return {
        "messages": lateness.messages,
        "p50": lateness.p50,
        "p90": lateness.p90,
        "p99": lateness.p99,
        "p999": lateness.p999,
        "buckets": [
            {"upToSeconds": bucket.up_to_s, "messages": bucket.messages}
            for bucket in lateness.buckets
        ],
    }


def _camel(values: Mapping[str, object]) -> Data:
    return {_camel_name(name): value for name, value in values.items()}


def _camel_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
