"""Finds addresses in what machines write, and makes one form of each."""

import re
from collections.abc import Iterable, Iterator

_LOCAL = r"[^\s<>()\[\]:;,\"'@\\|]{1,120}|\"[^\"\n]{1,100}\""
_DOMAIN = r"(?:[\w-]{1,63}\.){0,8}[\w-]{1,63}|\[[0-9.]{7,15}\]"
ADDRESS = re.compile(rf"(?:{_LOCAL})@(?:{_DOMAIN})", re.IGNORECASE)
_XTEXT = re.compile(r"\+(2B|3D)")
_PREFIX = re.compile(r"(?:mailto|smtp|rfc822|imceaex-_o=|to)[:=]", re.IGNORECASE)
_SERVICE = re.compile(
    r"(?:mailer.?daemon|post.?master|mdaemon|mail-?admin|abuse|noreply|no-reply|do-?not-?reply"
    r"|bounces?|mailerdaemon)(?:[+_.-].*)?",
    re.IGNORECASE,
)


def found(text: str) -> Iterator[str]:
    """Give the addresses in a text in their order, each in one form."""
    return (cleaned(one) for one in ADDRESS.findall(text))


def cleaned(address: str) -> str:
    """Give an address without what stands around it, its domain in lower case."""
    bare = _PREFIX.sub("", address.strip(" \t<>.,;'"), count=1)
    local, _, domain = bare.rpartition("@")
    return f"{local.strip('.=')}@{domain.lower().strip('.')}"


def of_type(field: str) -> str:
    """Give the address in a field such as `rfc822; <name@example.com>` (RFC 3464), or nothing.

    Some reports leave the plus and the equals sign of an address as xtext (RFC 3461, 4).
    """
    value = field.partition(";")[2] or field
    return next(found(_XTEXT.sub(_character, value)), "")


def is_service(address: str) -> bool:
    """Say whether an address belongs to a mail system, not to a person."""
    return _SERVICE.fullmatch(address.rpartition("@")[0]) is not None


def distinct(addresses: Iterable[str], barred: frozenset[str]) -> list[str]:
    """Keep each address once, whatever its case, without those that are barred."""
    first = {one.lower(): one for one in reversed([*addresses])}
    order = dict.fromkeys(one.lower() for one in first.values())
    return [first[one] for one in reversed(order) if one not in barred]


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))
