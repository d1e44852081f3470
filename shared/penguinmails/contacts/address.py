"""Email addresses: which are usable, and which two are the same person's."""

import re

from penguinmails.errors import InvalidInput, Problem

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST, _LONGEST_LOCAL = 254, 64


def normalised(text: str) -> str:
    """Give the form that identifies the mailbox, or raise InvalidInput saying what is wrong.

    The domain is put in lower case and IDNA form; so is the local part in case, as no large
    receiver tells capitals apart (RFC 5321, section 2.4 discourages relying on it).
    """
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise _invalid("an address is name@domain")
    host = _ascii(domain)
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise _invalid("the part before @ has a character or length that no mailbox has")
    if host.count(".") < 1 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise _invalid("the part after @ is not a domain name")
    if len(local) + 1 + len(host) > _LONGEST:
        raise _invalid(f"an address has at most {_LONGEST} characters")
    return f"{local.lower()}@{host}"


def _ascii(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput(Problem("/email", "invalid_address", detail))
