"""Errors named by what the caller does next: fix the request, look again, or try again later."""

from dataclasses import dataclass


class Rejected(Exception):  # noqa: N818 - named by what the caller does next, not by its kind
    """The request will never succeed as written."""

    code = "rejected"


class NotFound(Rejected):
    """There is no such thing, or it is another tenant's: the answer is the same."""

    code = "not_found"


class Forbidden(Rejected):
    """The credential, token or signature does not allow this."""

    code = "forbidden"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (an RFC 6901 pointer into the request), what, and the fix."""

    pointer: str
    code: str
    detail: str


class InvalidInput(Rejected):
    """The request is malformed; `problems` lists everything that is wrong with it."""

    code = "invalid_input"

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.pointer or '/'}: {p.detail}" for p in problems))
        self.problems = problems


class Conflict(Exception):  # noqa: N818
    """Someone moved first, or the state does not allow it: read again, then decide."""

    code = "conflict"


class Stale(Conflict):
    """The caller knew an older version than the one that stands: read it, then ask again."""

    code = "stale"


class Unavailable(Exception):  # noqa: N818
    """A dependency did not answer: the same call may succeed later."""

    code = "unavailable"
