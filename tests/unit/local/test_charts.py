"""The charts: well-formed, true to their numbers, and said in words as well."""

from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from penguinmails.local.demo.charts import Caption, Day, Part, bar, by_day, columns, grid, stacked

CAPTION = Caption("one", "Mails <of> a day", "As bars & lines.")
SERIES = ("sent", "opens", "clicks")


def parsed(drawn: Markup) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - our own drawing


def days(count: int) -> list[Day]:
    first = date(2026, 2, 27)
    return [
        Day(first + timedelta(days=n), {"sent": n * 7, "opens": n * 3, "clicks": n})
        for n in range(count)
    ]


def of_class(drawn: ET.Element, name: str) -> list[ET.Element]:
    return [found for found in drawn.iter() if name in found.get("class", "").split()]


@pytest.mark.parametrize("highest", [0, 1, 3, 4, 5, 7, 10, 99, 100, 101, 487, 12_345, 1_000_000])
def test_the_scale_is_round_even_and_not_below_the_highest_value(highest: int) -> None:
    steps = grid(highest)
    assert steps[0] == 0
    assert highest <= steps[-1] <= max(highest * 2, 1)
    assert len({high - low for low, high in pairwise(steps)}) == 1
    assert 2 <= len(steps) <= 6


def test_every_chart_has_a_title_and_a_description_that_its_label_names() -> None:
    parts = [Part("0", 3, "prompt")]
    drawings = stacked(CAPTION, parts), columns(CAPTION, parts), by_day(CAPTION, days(3), *_SENT)
    for drawn in map(parsed, drawings):
        picture = next(found for found in drawn.iter("svg") if found.get("role") == "img")
        assert picture.get("aria-labelledby") == "one-title one-text"
        assert picture.findtext("title") == CAPTION.title
        assert picture.findtext("desc") == CAPTION.text


_SENT = ("sent", ("opens", "clicks"))


def test_a_bar_shows_its_share_and_never_leaves_its_track() -> None:
    widths = [of_class(parsed(bar(share, "sent")), "sent") for share in (0.25, 0.0, 1.7)]
    assert [[shape.get("width") for shape in shapes] for shapes in widths] == [
        ["2", "25%"],
        ["0%"],
        ["2", "100%"],
    ]


def test_the_parts_of_a_stacked_bar_fill_it() -> None:
    parts = [Part("completed", 30, "good"), Part("complained", 10, "alarming")]
    pieces = of_class(parsed(stacked(CAPTION, parts)), "piece")
    assert [(piece.get("x"), piece.get("width")) for piece in pieces] == [
        ("0%", "75%"),
        ("75%", "25%"),
    ]
    assert pieces[1].findtext("title") == "complained: 10"


def test_a_column_of_few_beside_many_can_still_be_seen() -> None:
    parts = [Part("0", 100_000, "prompt"), Part("1", 1, "prompt"), Part("2", 0, "prompt")]
    tall = [
        float(shape.get("height", ""))
        for shape in of_class(parsed(columns(CAPTION, parts)), "prompt")
    ]
    assert tall == [170, 2, 0]


@pytest.mark.parametrize("count", [1, 5, 12, 30, 200])
def test_days_have_a_bar_each_dots_for_each_line_and_labels_that_do_not_crowd(count: int) -> None:
    drawn = parsed(by_day(CAPTION, days(count), *_SENT))
    assert len(of_class(drawn, "day")) == count
    assert len(list(drawn.iter("circle"))) == 2 * count
    labels = of_class(drawn, "label")
    on_phones = [label for label in labels if "minor" not in label.get("class", "")]
    assert 1 <= len(labels) <= 12
    assert 1 <= len(on_phones) <= 4


def test_a_day_says_its_numbers_when_pointed_at() -> None:
    drawn = parsed(by_day(CAPTION, days(3), *_SENT))
    hints = [day.findtext("title") for day in of_class(drawn, "day")]
    assert hints[2] == "Sun 1 Mar: 14 sent, 6 opens, 2 clicks"


def test_charts_without_numbers_are_empty_pictures() -> None:
    drawings = stacked(CAPTION, []), columns(CAPTION, []), by_day(CAPTION, [], *_SENT)
    assert not any(of_class(parsed(drawn), "sent") for drawn in drawings)
