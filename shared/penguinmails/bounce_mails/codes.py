"""Finds the codes in what a server said: enhanced status codes and SMTP replies."""

import re

from penguinmails.deliveries.bounce import Reason

_STATUS = re.compile(r"(?<![0-9.])([45]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9]|\.[0-9])")
_REPLY = re.compile(r"(?<![\w.:/=-])([45][0-5][0-9])(?=[ -][^\d]|[ -]#?[245]\.|[;,:.]?\s*$|\n)")
_LABELLED = re.compile(
    r"(?:error|code|smtp|said|response)[\s:;#(]{1,3}([45][0-5][0-9])\b", re.IGNORECASE
)


def reason_of(text: str, stated: str = "") -> Reason:
    """Make a reason of what a server said and of the code that a report states.

    The server's own code counts for more than the report's, unless it says less (5.0.0).
    """
    return Reason(status=_status(text, stated), reply=_reply(text), text=text)


def says_code(text: str) -> bool:
    """Say whether a text holds a code of a failure."""
    return _STATUS.search(text) is not None or _reply(text) != 0


def _status(text: str, stated: str) -> str:
    field = found[1] if (found := _STATUS.search(stated)) else ""
    said = found[1] if (found := _STATUS.search(text)) else ""
    return field if not said or (field and said.endswith(".0.0")) else said


def _reply(text: str) -> int:
    found = _REPLY.search(text) or _LABELLED.search(text)
    return int(found[1]) if found else 0
