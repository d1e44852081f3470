"""Draws the reports' charts as inline SVG that fits any width: shares in percent, text as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, log10

from markupsafe import Markup, escape

HEIGHT, TOP, BOTTOM = 220, 22, 192
DATES = 212
FEW, SLENDER = 12, 26
LABELS, LABELS_ON_PHONE = 12, 4
FEWEST_GRID_LINES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of a chart; `kind` is the class that gives it its colour."""

    label: str
    value: int
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, by the name of the series."""

    day: date
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart is called for people who do not see it; `id` is unique on its page."""

    id: str
    title: str
    text: str


def bar(share: float, kind: str) -> Markup:
    """Draw a share of the whole width, as a decoration of a number that stands beside it."""
    wide = _percent(min(max(share, 0.0), 1.0))
    least = "" if share <= 0 else _tag("rect", width=2, height=8, class_=kind)
    filled = _tag("rect", width=wide, height=8, rx=2, class_=kind)
    track = _tag("rect", width="100%", height=8, rx=2, class_="track")
    return _tag("svg", track + least + filled, class_="bar", height=8, aria_hidden="true")


def stacked(caption: Caption, parts: Sequence[Part]) -> Markup:
    """Draw the parts of a whole in one bar."""
    whole = sum(part.value for part in parts) or 1
    pieces, before = Markup(), 0
    for part in parts:
        left, wide = _percent(before / whole), _percent(part.value / whole)
        hint = _tag("title", escape(f"{part.label}: {part.value:,}"))
        shape = _tag("rect", hint, x=left, width=wide, height=26, class_=f"piece {part.kind}")
        pieces += shape
        before += part.value
    return _picture(caption, pieces, height=26, class_="stacked")


def columns(caption: Caption, parts: Sequence[Part]) -> Markup:
    """Draw a histogram: each column with its number above and its label below."""
    highest = max((part.value for part in parts), default=0) or 1
    slot = 1 / max(len(parts), 1)
    drawn = _line(0, 1, BOTTOM)
    for place, part in enumerate(parts):
        tall = (BOTTOM - TOP) * part.value / highest
        drawn += _column(slot * place, slot, max(tall, 2.0) if part.value else 0.0, part)
    return _picture(caption, drawn, height=HEIGHT, class_="plot")


def by_day(caption: Caption, days: Sequence[Day], bars: str, lines: Sequence[str]) -> Markup:
    """Draw days: one series as bars, the others as lines, and the scale to their left."""
    found = [value for day in days for value in day.values.values()]
    steps = grid(max(found, default=0))
    top = steps[-1]
    drawn = Markup().join(_line(0, 1, _height(step, top)) for step in steps)
    drawn += Markup().join(_day_bar(days, place, bars, top) for place in range(len(days)))
    drawn += Markup().join(_path(days, name, top) for name in lines)
    drawn += Markup().join(_dates(days))
    plot = _picture(caption, drawn, height=HEIGHT, class_="plot")
    return _tag("div", _scale(steps, top) + plot, class_="chart")


def grid(highest: int) -> list[int]:
    """Choose round numbers from 0 to one that is not below the highest value."""
    if highest <= FEWEST_GRID_LINES:
        return list(range(max(highest, 1) + 1))
    rough = highest / FEWEST_GRID_LINES
    power: int = 10 ** int(log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
    return [step * number for number in range(ceil(highest / step) + 1)]


def _column(left: float, slot: float, tall: float, part: Part) -> Markup:
    middle = _percent(left + slot / 2)
    return (
        _tag(
            "rect",
            x=_percent(left + slot * 0.14),
            y=_number(BOTTOM - tall),
            width=_percent(slot * 0.72),
            height=_number(tall),
            rx=2,
            class_=part.kind,
        )
        + _text(f"{part.value:,}", middle, BOTTOM - tall - 7, "value" if part.value else "faint")
        + _text(part.label, middle, DATES, "label")
    )


def _day_bar(days: Sequence[Day], place: int, series: str, top: int) -> Markup:
    """Draw one day's bar, with a few words on the whole day for who points at it."""
    day, slot = days[place], 1 / len(days)
    value = day.values.get(series, 0)
    tall = max(BOTTOM - _height(value, top), 2.0 if value else 0.0)
    said = ", ".join(f"{number:,} {name}" for name, number in day.values.items())
    hint = _tag("title", escape(f"{day.day:%a %-d %b}: {said}"))
    area = _tag("rect", x=_percent(slot * place), width=_percent(slot), height=BOTTOM)
    shape = _tag(
        "rect",
        y=_number(BOTTOM - tall),
        height=_number(tall),
        rx=2,
        class_=series,
        **_breadth(slot, place),
    )
    return _tag("g", hint + shape + area, class_="day")


def _breadth(slot: float, place: int) -> Mapping[str, float | str]:
    """Bars of many days share the width; those of a few days stay slender."""
    if slot * FEW < 1:
        return {"x": _percent(slot * (place + 0.15)), "width": _percent(slot * 0.7)}
    moved = f"translate({-SLENDER / 2} 0)"
    return {"x": _percent(slot * (place + 0.5)), "width": SLENDER, "transform": moved}


def _path(days: Sequence[Day], series: str, top: int) -> Markup:
    """Draw a series as straight lines and a dot for each day; a halo sets it off from the bars."""
    slot = 1 / max(len(days), 1)
    points = [
        (_percent(slot * (place + 0.5)), _number(_height(day.values.get(series, 0), top)))
        for place, day in enumerate(days)
    ]
    lines = [{"x1": a[0], "y1": a[1], "x2": b[0], "y2": b[1]} for a, b in pairwise(points)]
    halo = Markup().join(_tag("line", class_="halo", **line) for line in lines)
    drawn = Markup().join(_tag("line", class_=f"path {series}", **line) for line in lines)
    dots = Markup().join(_tag("circle", cx=x, cy=y, r=3.5, class_=series) for x, y in points)
    return _tag("g", halo + drawn + dots, class_="series")


def _dates(days: Sequence[Day]) -> Iterator[Markup]:
    every = ceil(len(days) / LABELS) or 1
    every_on_phone = every * ceil(len(days) / every / LABELS_ON_PHONE)
    for place in range(0, len(days), every):
        middle = _percent((place + 0.5) / len(days))
        kind = "label" if place % every_on_phone == 0 else "label minor"
        yield _text(f"{days[place].day:%-d %b}", middle, DATES, kind)


def _scale(steps: Sequence[int], top: int) -> Markup:
    numbers = [_text(f"{step:,}", "100%", _height(step, top) + 4, "scale") for step in steps]
    drawn = Markup().join(numbers)
    return _tag("svg", drawn, class_="scales", height=HEIGHT, aria_hidden="true")


def _height(value: float, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def _line(left: float, right: float, height: float) -> Markup:
    y = _number(height)
    return _tag("line", x1=_percent(left), x2=_percent(right), y1=y, y2=y, class_="grid")


def _text(text: str, x: str, y: float, kind: str) -> Markup:
    return _tag("text", escape(text), x=x, y=_number(y), class_=kind)


def _picture(caption: Caption, drawn: Markup, **attributes: float | str) -> Markup:
    title, text = f"{caption.id}-title", f"{caption.id}-text"
    said = _tag("title", escape(caption.title), id=title)
    said += _tag("desc", escape(caption.text), id=text)
    return _tag("svg", said + drawn, role="img", aria_labelledby=f"{title} {text}", **attributes)


def _tag(tag: str, content: str = "", /, **attributes: float | str) -> Markup:
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    return Markup(f"<{tag}{named}>{content}</{tag}>")  # noqa: S704 - all of it is escaped


def _percent(share: float) -> str:
    return f"{_number(share * 100)}%"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
