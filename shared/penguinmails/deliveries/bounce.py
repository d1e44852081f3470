"""Tells a dead address from a passing trouble and from a quarrel about us, by the status code."""

import re

from penguinmails.deliveries.fact import BounceClass

_STATUS = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})")
_DEAD = frozenset({"5.2.1", "5.4.4"})
"""Mailbox disabled; the domain cannot be routed to."""


def bounce_class(stated: str, code: str) -> BounceClass:
    """Take the class that the source states, else read the enhanced status code (RFC 3463).

    A permanent failure counts as hard only if it is about the address; about anything else, as
    a block: it must not bar a person who can be reached.
    """
    if stated in set(BounceClass):
        return BounceClass(stated)
    found = _STATUS.match(code)
    if found is None or found[1] != "5" or found[0] == "5.2.2":
        return BounceClass.SOFT
    return BounceClass.HARD if found[2] == "1" or found[0] in _DEAD else BounceClass.BLOCK
