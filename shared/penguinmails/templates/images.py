"""Writes the addresses of images that a service draws from them: the same values, the same address.

An address is signed over its path and query, so that the service draws for the workspace alone.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from jinja2 import nodes

from penguinmails.templates.limits import IMAGE_ADDRESS_CHARS, IMAGE_VALUE_CHARS, URL_CHARS
from penguinmails.templates.urls import web_url
from penguinmails.templates.values import written

IMAGE: Final = "image"
SIGNATURE: Final = "s"
SIGNATURE_CHARS: Final = 22
_DOTS: Final = frozenset({".", ".."})

Sign = Callable[[str], str]
"""Gives the signature of a path and query."""


def image(address: object, /, **values: object) -> tuple[str, str]:
    """Give an image's origin, and its path and query: each value under its name, in their order.

    What is missing is left out, and so is what would make the address too long.
    """
    origin, target = _parts(written(address))
    room = URL_CHARS - len(origin) - len(target) - SIGNATURE_CHARS - len("?s=")
    query = "&".join(_pairs(values, room))
    return origin, f"{target}{_joint(target)}{query}" if query else target


def signed_image(address: object, values: Mapping[str, object], sign: Sign) -> str:
    """Give the whole address of an image; the signature is its last parameter."""
    origin, target = image(address, **values)
    return f"{origin}{target}{_joint(target)}{SIGNATURE}={sign(target)}" if origin else ""


def address_fault(address: str) -> str:
    """Tell why parameters and a signature cannot be put behind an address; empty if they can."""
    url = web_url(address)
    if url is None or len(url) > IMAGE_ADDRESS_CHARS:
        return f"it is no http or https address of at most {IMAGE_ADDRESS_CHARS} characters"
    if "&amp;" in address:
        return "it holds `&amp;`: inside of {{ … }} an & is written as it is"
    parts = urlsplit(url)
    if "#" in url:
        return "it has a part behind a #, which no service is sent"
    if not _DOTS.isdisjoint(parts.path.lower().replace("%2e", ".").split("/")):
        return "its path has a step `.` or `..`, which mail programs resolve"
    if SIGNATURE in _names(parts):
        return f"it has a parameter `{SIGNATURE}`, which is the signature's name"
    return ""


def stands_among_others(tree: nodes.Template) -> bool:
    """Tell whether an address has a signed one in it, and more: behind a signature nothing holds."""
    outputs = [
        [each for each in output.nodes if not _blank(each)]
        for output in tree.find_all(nodes.Output)
    ]
    signed = any(_is_image(each) for written_out in outputs for each in written_out)
    texts = any(
        isinstance(each, nodes.TemplateData) for written_out in outputs for each in written_out
    )
    return signed and (texts or any(len(written_out) > 1 for written_out in outputs))


def has_image(tree: nodes.Template) -> bool:
    """Tell whether something is signed in a tree."""
    return any(_is_image(found) for found in tree.find_all(nodes.Filter))


def unsigned(_target: str) -> str:
    """Stand in for a signature, as long as one."""
    return "x" * SIGNATURE_CHARS


@lru_cache(maxsize=1024)
def _parts(address: str) -> tuple[str, str]:
    """Give the origin, and path and query as they are sent: both empty if it is no address."""
    # Mail programs would write a ' of a query anew, and the signature would no longer fit.
    url = "" if address_fault(address) else (web_url(address) or "").replace("'", "%27")
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return (f"{parts.scheme}://{parts.netloc}", f"{parts.path or '/'}{query}") if url else ("", "")


def _pairs(values: Mapping[str, object], room: int) -> Iterator[str]:
    for name, value in values.items():
        text = " ".join(written(value)[:IMAGE_VALUE_CHARS].split())
        pair = f"{quote(name, safe='')}={quote(text, safe='', errors='replace')}"
        room -= len(pair) + 1
        if text and room >= 0:
            yield pair


def _joint(target: str) -> str:
    return "&" if "?" in target else "?"


def _names(parts: SplitResult) -> set[str]:
    return {pair.partition("=")[0] for pair in parts.query.split("&")}


def _is_image(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Filter) and node.name == IMAGE


def _blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.TemplateData) and not node.data.strip()
