"""Tells one person's story: what is known of them, and what happened to them in all campaigns."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from penguinmails.cli.client import Api, place
from penguinmails.cli.failure import Failure
from penguinmails.cli.output import cell
from penguinmails.cli.session import Session

Data = Mapping[str, Any]


def tell(session: Session, contact: str, most: int) -> None:
    """Show a contact's data, and the latest of what happened, in its order."""
    path = place("contacts", contact)
    found = session.api.get(path)
    latest = list(islice(session.api.pages(f"{path}/timeline", limit="100"), most))
    if session.form == "json":
        session.output.result({**found, "timeline": latest})
        return
    told = _events(session.api, latest[::-1])
    session.output.result(found, *_person(found, slugs(session.api)), "", *told)


def slugs(api: Api) -> dict[str, str]:
    """Read the segments' slugs by their ids."""
    return {one["id"]: one["slug"] for one in api.pages("/segments", limit="100")}


def _person(found: Data, segments: Mapping[str, str]) -> Iterator[str]:
    for name in ("email", "id", "timezone", "locale", "createdAt"):
        yield f"{name:16} {cell(found[name])}"
    yield f"{'segments':16} {cell([segments.get(one, one) for one in found['segments']])}"
    yield f"{'tags':16} {cell(found['tags'])}"
    yield from (f"  {name:14} {cell(value)}" for name, value in found["attributes"].items())


def _events(api: Api, entries: Sequence[Data]) -> Iterator[str]:
    names = {each: _name(api, each) for each in {one["campaignId"] for one in entries}}
    for one in entries:
        where = ", ".join(filter(None, (names[one["campaignId"]], one["step"])))
        yield f"{one['at'][:16].replace('T', ' ')}  {where}: {one['what']}"
    if not entries:
        yield "Nothing has happened yet: no campaign has taken this person in."


def _name(api: Api, campaign: str) -> str:
    try:
        return str(api.get(place("campaigns", campaign))["campaign"]["name"])
    except Failure:
        return f"campaign {campaign}"
