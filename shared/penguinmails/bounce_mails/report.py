"""Reads delivery status notifications (RFC 3464): one group of fields for each recipient."""

import re
from collections.abc import Iterator, Mapping

from penguinmails.bounce_mails.addresses import of_type
from penguinmails.bounce_mails.mail import split_headers

Group = Mapping[str, str]

_FIELD = re.compile(
    r"^[ \t>]{0,4}(?:final-recipient|original-recipient|action|status|diagnostic-code)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_RECIPIENTS = ("final-recipient", "original-recipient", "x-actual-recipient")
_NO_FAILURES = frozenset({"delayed", "delivered", "relayed", "expanded"})
_HIDDEN = re.compile(r"@(?:[^.]+|.*\.(?:local|lan|internal|localdomain|localhost|intra))$")


def groups(text: str) -> Iterator[Group]:
    """Give the fields of each recipient, wherever in a text they stand."""
    for block in re.split(r"\n[ \t]*\n", text):
        for fields in _apart(block):
            if any(fields.get(name) for name in _RECIPIENTS):
                yield fields


def is_failed(group: Group) -> bool:
    """Say whether the report is of a failure: delays and deliveries are none."""
    action = group.get("action", "").partition(" ")[0].strip(" ;.").lower()
    return action not in _NO_FAILURES and not group.get("status", "").strip().startswith("2")


def address_of(group: Group) -> str:
    """Give the final recipient, or the original one where the final is a rewrite from within.

    A rewrite from within has a domain that the outside does not know (`name@relay.local`), or one
    of the same house (`name@box7.example.com` for `name@example.com`).
    """
    final, original, actual = (of_type(group.get(name, "")) for name in _RECIPIENTS)
    known = [one for one in (final, original, actual) if one and not _HIDDEN.search(one)]
    if final in known and original in known and _same_house(final, original):
        return original
    return next(iter(known), final or original or actual)


def said_in(group: Group) -> str:
    """Give what the server said; some reports write it behind the status."""
    diagnostic = group.get("diagnostic-code", "")
    return diagnostic.partition(";")[2].strip() or diagnostic or group.get("status", "")


def _same_house(final: str, original: str) -> bool:
    inner, outer = (one.rpartition("@")[2] for one in (final, original))
    return inner == outer or inner.endswith(f".{outer}") or outer.endswith(f".{inner}")


def _apart(block: str) -> Iterator[Group]:
    """Read a block's fields; a second final recipient begins a second group."""
    if not _FIELD.search(block):
        return
    unquoted = re.sub(r"^[ \t]{0,4}>[ \t]?", "", block, flags=re.MULTILINE)
    pieces = re.split(r"\n(?=final-recipient[ \t]*:)", unquoted, flags=re.IGNORECASE)
    for piece in pieces if pieces[2:] else [unquoted]:
        yield _fields(piece)


def _fields(piece: str) -> Group:
    start = _FIELD.search(piece)
    lines = piece[start.start() :] if start else piece
    before = piece[: start.start()] if start else ""
    return {**split_headers(before.lstrip())[0], **split_headers(lines.lstrip())[0]}
