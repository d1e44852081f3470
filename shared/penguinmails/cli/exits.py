"""Exit codes, each for one thing that whoever called does next."""

from enum import IntEnum
from http import HTTPStatus


class Exit(IntEnum):
    """0 is done; 2 is typer's own, for a command that cannot be read."""

    REFUSED = 1
    USAGE = 2
    DENIED = 3
    MISSING = 4
    CONFLICT = 5
    AWAY = 6


MEANINGS = {
    Exit.REFUSED: "what was given is wrong; the message says where, and what to write instead",
    Exit.USAGE: "the command cannot be read; see --help",
    Exit.DENIED: "the API key is missing, wrong, or lacks a scope",
    Exit.MISSING: "there is no such thing",
    Exit.CONFLICT: "the state does not allow it now; look again, then decide",
    Exit.AWAY: "the API cannot be reached, or is busy; try again later",
}

_CODES = {
    HTTPStatus.UNAUTHORIZED: Exit.DENIED,
    HTTPStatus.FORBIDDEN: Exit.DENIED,
    HTTPStatus.NOT_FOUND: Exit.MISSING,
    HTTPStatus.CONFLICT: Exit.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED: Exit.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS: Exit.AWAY,
}


def exit_of(status: int) -> Exit:
    """Give the exit code for a refused request."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Exit.AWAY
    return next((code for known, code in _CODES.items() if known == status), Exit.REFUSED)
