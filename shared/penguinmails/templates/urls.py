"""Decides where a link may lead: to a web page, plainly written."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from penguinmails.templates.limits import URL_CHARS

_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\]")
_AUTHORITY: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?(?::[0-9]{1,5})?")
_KEPT: Final = "%/:?#[]@!$&'()*+,;=~-._"
_UNSAFE_SCHEME: Final = re.compile(r"(?:javascript|vbscript|data|file|blob):", re.IGNORECASE)


def web_url(text: str) -> str | None:
    """Give the http(s) URL in ASCII as it may stand in a header, or None if it is not one."""
    url = text.strip(" ")
    if len(url) > URL_CHARS or _FORBIDDEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _AUTHORITY.fullmatch(host):
        return None
    rest = url[url.index("//") + 2 + len(parts.netloc) :]
    return f"{parts.scheme}://{host}{quote(rest, safe=_KEPT, errors='replace')}"


def runs_code(text: str) -> bool:
    """Tell whether an address would run or open something instead of leading to a page."""
    return _UNSAFE_SCHEME.match("".join(text.split())) is not None
