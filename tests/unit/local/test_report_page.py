"""The demo's report: complete, plain about failures, and in need of no other file."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from penguinmails.analytics.counters import CounterRow, RowKey
from penguinmails.analytics.present import to_api
from penguinmails.analytics.report import report
from penguinmails.campaigns.steps import EmailStep, Sequence
from penguinmails.local.demo.pages import DASH, count, percent, span
from penguinmails.local.demo.report_page import days_of, ends_of, late, render

VOID = {"meta", "link", "br", "input", "img"}
STEPS = Sequence({1: EmailStep(1, "hot_lead", None, "nurture-hot-lead")}, 1)
MONDAY, THURSDAY = date(2026, 11, 9), date(2026, 11, 12)
COUNTS = {
    MONDAY: {"enrolled": 41, "s1.sent": 40, "s1.delivered": 39, "s1.opens": 25},
    THURSDAY: {"s1.unique_opens": 20, "s1.link0": 1, "s1.link1": 3, "completed": 38},
}


class Page(HTMLParser):
    """Reads a page as a browser would: its elements, its text, and whether all are closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def analytics(counts: dict[date, dict[str, int]]) -> dict[str, Any]:
    rows = [CounterRow(RowKey("t", "c", when, "0"), 1, found) for when, found in counts.items()]
    urls = {1: ("https://www.example.com/first", "https://www.example.com/second?a=1&b=2")}
    return to_api(report(rows, STEPS, None, None), urls)


def a_campaign(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of it
    return {
        "id": "019a0000-0000-7000-8000-000000000001",
        "name": "Fish & <Chips>",
        "type": "drip",
        "status": "completed",
        "audience": 41,
        "reasons": {"hard_bounced": 1, "completed": 38, "moved_to_sales": 2},
        "analytics": analytics(COUNTS),
        "window": {"start": "2026-11-09T08:00:00+00:00", "end": None},
    } | changed


def a_report(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any part of it
    histogram = {"0": 30, "1": 6, "4": 3, "7": 1}
    return {
        "seed": 7,
        "contacts": 45,
        "sent": 40,
        "virtual_days": 21.0,
        "seconds": 61.4,
        "lateness_s": {"p50": 0, "p99": 7, "p999": 7, "max": 7, "histogram": histogram},
        "checks": [{"id": f"promise {n}", "ok": True, "detail": f"{n} mails"} for n in range(5)],
        "import": {
            "rows": 45,
            "created": 41,
            "updated": 1,
            "unchanged": 0,
            "skipped": 3,
            "errorCounts": {"invalid_address": 3},
        },
        "webhooks": {"accepted": 12, "repeated": 1},
        "reactions": {"opened": 25},
        "domains": [{"domain": "example.org", "sent": 40, "bounced": 1}],
        "campaigns": [a_campaign()],
    } | changed


def test_a_report_holds_its_numbers_and_is_well_formed() -> None:
    page = Page(render(a_report()))
    assert not page.open
    for words in (
        "40 mails, each sent once",
        "3.0 weeks",
        "61 seconds",
        "41 people, 1 email, since 9 Nov 2026.",
        "hot lead nurture-hot-lead 40 39 51.3% 0%",
        "Funnel, in shares of what was sent Sent 40 100% Delivered 39 97.5%",
        "moved to sales 2 4.9%",
        "The whole audience 41 100%",
        "https://www.example.com/second?a=1&b=2 in hot lead 3",
        "Unchanged 0 Skipped 3",
        "invalid address 3",
        "Forged and refused 0",
        "example.org 40 1",
        "Seed 7",
    ):
        assert words in page.text


def test_a_report_asks_for_nothing_from_anywhere() -> None:
    html = render(a_report())
    page = Page(html)
    outward = [
        attributes
        for tag, attributes in page.found
        if tag in {"script", "img", "iframe", "object"}
        or "src" in attributes
        or (attributes.get("href") or "#").startswith(("http", "//"))
    ]
    assert not outward
    assert not re.search(r"url\(|@import", html)
    policy = next(a for _, a in page.found if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in (policy["content"] or "")


def test_names_from_outside_are_text_and_nothing_else() -> None:
    evil = "<script>alert(1)</script>"
    campaign = a_campaign(name=evil, reasons={evil: 41})
    checks = [{"id": evil, "ok": False, "detail": evil}]
    domains = [{"domain": evil, "sent": 1, "bounced": 0}]
    html = render(a_report(campaigns=[campaign], checks=checks, domains=domains))
    assert evil not in html
    assert "&lt;script&gt;alert(1)" in html


def test_failures_come_first_and_in_the_headline() -> None:
    checks = a_report()["checks"]
    checks[3] |= {"ok": False, "detail": "mail 12 is early"}
    text = Page(render(a_report(checks=checks))).text
    assert text.startswith("1 of 5 checks failed")
    assert "each sent once" not in text
    assert text.index("Failed: promise 3 mail 12 is early") < text.index("ok: promise 0")


def test_reason_codes_that_do_not_add_up_are_said_to() -> None:
    text = Page(render(a_report(campaigns=[a_campaign(audience=44)]))).text
    assert "Not the audience of 44 41" in text
    assert "The whole audience" not in text


def test_a_run_in_which_nothing_happened_still_has_a_report() -> None:
    nothing = a_campaign(audience=0, reasons={}, analytics=analytics({}))
    histogram: dict[str, int] = {}
    lateness = {"p50": 0, "p99": 0, "p999": 0, "max": 0, "histogram": histogram}
    page = Page(render(a_report(sent=0, campaigns=[nothing], lateness_s=lateness, domains=[])))
    assert "Messages per day" not in page.text


def test_every_id_is_unique_and_every_inner_link_leads_somewhere() -> None:
    page = Page(render(a_report(campaigns=[a_campaign(), a_campaign()])))
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {
        name
        for _, attributes in page.found
        for key in ("aria-labelledby", "href")
        for name in (attributes.get(key) or "").replace("#", "").split()
        if key != "href" or (attributes["href"] or "").startswith("#")
    }
    assert named <= {*ids}


def test_quiet_days_between_busy_ones_are_there_with_zeros() -> None:
    days = days_of(analytics(COUNTS)["byDay"])
    assert [(found.day.day, found.values["sent"]) for found in days] == [
        (9, 40),
        (10, 0),
        (11, 0),
        (12, 0),
    ]


def test_lateness_columns_hold_every_send_and_mark_those_over_a_minute() -> None:
    parts = late({"0": 5, "2": 1, "60": 1, "61": 2, "4000": 1})
    assert sum(part.value for part in parts) == 10
    assert [part.label for part in parts if part.kind == "overdue"] == [f"61{DASH}300", "over 300"]


def test_columns_over_a_minute_are_left_out_while_nothing_is_in_them() -> None:
    assert [part.label for part in late({"0": 5})] == [
        "0",
        "1",
        "2",
        f"3{DASH}5",
        f"6{DASH}10",
        f"11{DASH}30",
        f"31{DASH}60",
    ]


def test_reasons_come_by_frequency_with_colours_that_tell_them_apart() -> None:
    ends = ends_of({"a": 1, "completed": 9, "b": 3, "held: failed": 1, "complained": 2})
    assert [(end.label, end.kind) for end in ends] == [
        ("completed", "good"),
        ("b", "plain-0"),
        ("complained", "alarming complained"),
        ("a", "plain-1"),
        ("held: failed", "unfinished"),
    ]


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (None, DASH),
        (0.0, "0%"),
        (1.0, "100%"),
        (0.9999, "99.9%"),
        (0.0004, "< 0.1%"),
        (0.1177, "11.8%"),
        (1.2, "120.0%"),
        (0.5, "50.0%"),
        (0.29, "29.0%"),
    ],
)
def test_only_all_of_it_is_written_as_100_percent(share: float | None, written: str) -> None:
    assert percent(share) == written


def test_numbers_are_written_for_reading() -> None:
    assert [count(12_345), count(61.0), count(0.5)] == ["12,345", "61", "0.5"]


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (None, None, "not launched"),
        ("2026-03-01T23:59:00+00:00", None, "since 1 Mar 2026"),
        ("2026-03-01T00:00:00+00:00", "2026-03-01T23:59:00+00:00", "on 1 Mar 2026"),
        ("2026-03-01T23:59:00+00:00", "2026-03-02T00:01:00+00:00", "from 1 Mar 2026 to 2 Mar 2026"),
    ],
)
def test_a_window_is_written_in_days(start: str | None, end: str | None, written: str) -> None:
    assert span({"start": start, "end": end}) == written
