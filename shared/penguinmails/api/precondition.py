"""Reads `If-Match`: which version a caller knows, so that nobody's change is overwritten unseen."""

import re

from penguinmails.errors import InvalidInput, Problem

PATTERN = r'^(\*|"[0-9]{1,9}")$'
_ETAG = re.compile(r'"([0-9]{1,9})"')
_NO_ETAG = Problem(
    "", "invalid_if_match", 'send `If-Match` as the `ETag` was given, such as "3", or leave it out'
)


def etag(version: int) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def expected_version(if_match: str | None) -> int | None:
    """Give the version that has to stand; None if any may. Raises InvalidInput."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise InvalidInput(_NO_ETAG)
    return int(found[1])
