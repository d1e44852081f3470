"""Reads records of the Enrollments stream, of each row no more than a fold looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from penguinmails.analytics.fold import Image, ending_of

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Record:
    """One write that changed what counts; no old image means that somebody was enrolled."""

    tenant: str
    campaign: str
    sequence: int
    old: Image | None
    new: Image


def read_record(raw: Mapping[str, Any]) -> Record | None:
    """Read a record; None for a deletion, and where nothing that counts has changed."""
    written = raw["dynamodb"]
    if "NewImage" not in written:
        return None
    new = _image(written["NewImage"])
    old = _image(written["OldImage"]) if "OldImage" in written else None
    if new == old:
        return None
    tenant, campaign, _ = written["Keys"]["pk"]["S"].split("#")
    return Record(tenant, campaign, int(written["SequenceNumber"]), old, new)


def _image(typed: Mapping[str, Any]) -> Image:
    ending = ending_of(typed["status"]["S"], _text(typed.get("reason")))
    return Image(
        enrolled_on=_day(typed["enrolled"]),
        journal=frozenset(typed["journal"]["SS"]) if "journal" in typed else frozenset(),
        ended_on=_day(typed["ended"]) if ending else None,
        ending=ending,
    )


def _day(typed: Mapping[str, str]) -> date:
    return date.fromordinal(_EPOCH_DAY + int(typed["N"]) // _DAY_MS)


def _text(typed: Mapping[str, str] | None) -> str:
    return typed["S"] if typed else ""
