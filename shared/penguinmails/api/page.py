"""Pages of lists: which one is asked for, and the cursor that leads to the next."""

import base64
import hmac
from collections.abc import Iterable
from typing import Generic, TypeVar

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Query
from penguinmails.api.call import Call
from penguinmails.errors import InvalidInput, Problem
from penguinmails.table.port import Key

USUAL_PAGE, LARGEST_PAGE = 25, 100
_LONGEST_CURSOR = 500
_SEAL_BYTES = 8

V = TypeVar("V")


class Listed(TypedDict, Generic[V]):
    """A page of a list; `nextCursor` is null on the last one."""

    data: list[V]
    nextCursor: str | None


class PageQuery(Query):
    """Which page of a list is wanted."""

    limit: int = Field(USUAL_PAGE, ge=1, le=LARGEST_PAGE, description="Most entries of the page.")
    cursor: str = Field(
        "", max_length=_LONGEST_CURSOR, description="`nextCursor` of the page before."
    )

    def after(self, call: Call) -> str:
        """Give the place behind which the page starts; the first page's is empty."""
        return _opened(self.cursor, call) if self.cursor else ""

    def key(self, call: Call, pk: str) -> Key | None:
        """Give that place as a key of a partition."""
        place = self.after(call)
        return Key(pk, place) if place else None


def listed(call: Call, data: Iterable[V], after: Key | str | None) -> Listed[V]:
    """Give a page with the cursor of the next one."""
    place = after.sk if isinstance(after, Key) else after
    return {"data": list(data), "nextCursor": _sealed(place, call) if place else None}


def _sealed(place: str, call: Call) -> str:
    """Write a place as text for a URL, with what shows that this very list gave it."""
    return base64.urlsafe_b64encode(_seal(place, call) + place.encode()).decode().rstrip("=")


def _opened(text: str, call: Call) -> str:
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        given = base64.b64decode(padded, altchars=b"-_", validate=True)
        place = given[_SEAL_BYTES:].decode()
    except ValueError as error:
        raise InvalidInput(_NO_CURSOR) from error
    if not hmac.compare_digest(given[:_SEAL_BYTES], _seal(place, call)):
        raise InvalidInput(_NO_CURSOR)
    return place


def _seal(place: str, call: Call) -> bytes:
    return call.ports.cursor_seal(f"{call.tenant} {call.path} {place}")


_NO_CURSOR = Problem(
    "/cursor", "invalid_cursor", "take the `nextCursor` of a page of this very list, unchanged"
)
