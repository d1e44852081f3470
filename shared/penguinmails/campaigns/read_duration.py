"""Read how long something lasts: a whole number and a unit, as in `2 days`."""

import re
from collections.abc import Mapping

from penguinmails.campaigns.source import Source, below, shown, suggestion
from penguinmails.campaigns.steps import Unit

_WRITTEN = re.compile(r" *([0-9]{1,6}) +([A-Za-z]+) *")
_UNITS = ", ".join(Unit)


def read_duration(source: Source, at: str, data: object) -> tuple[int, Unit]:
    """Take `2 days`, or its value and unit; what is wrong is among the source's problems."""
    if isinstance(data, Mapping):
        source.only(at, data, ("value", "unit"))
        place = below(at, "value")
        value = source.whole(place, data.get("value"), "a wait's value", least=1, most=525_600)
        return value, _unit(source, below(at, "unit"), data.get("unit"))
    found = _WRITTEN.fullmatch(data) if isinstance(data, str) else None
    if found is None:
        detail = f"write a whole number and a unit ({_UNITS}), as in 2 days; not {shown(data)}"
        source.refuse(at, "invalid_wait", detail)
        return 1, Unit.DAYS
    return int(found[1]), _unit(source, at, found[2])


def _unit(source: Source, at: str, data: object) -> Unit:
    for unit in Unit:
        if data in (unit, unit.removesuffix("s")):
            return unit
    close = suggestion(data, Unit)
    source.refuse(at, "invalid_unit", f"unknown unit {shown(data)}{close}; there are {_UNITS}")
    return Unit.DAYS
