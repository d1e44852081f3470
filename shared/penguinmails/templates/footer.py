"""What the product adds to every email: address, way out, preview line and open pixel."""

import html
import re
from typing import Final

from penguinmails.templates.markup import Tag, scan
from penguinmails.templates.shield import outside_marks

_BODY_END: Final = re.compile(r"</body\s*>", re.IGNORECASE)
_SMALL: Final = "font-size:12px;line-height:18px;color:#595959;text-align:center"
_HIDDEN: Final = "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all"


def html_footer(url: str) -> str:
    """Offer the unsubscribe link in HTML; `url` must be escaped already."""
    return f'<p style="{_SMALL}"><a href="{url}" style="color:#595959">Unsubscribe</a></p>\n'


def html_address(address: str) -> str:
    """Show the sender's postal address in HTML, each line on one of its own."""
    return f'<p style="{_SMALL}">{"<br>".join(map(html.escape, lines_of(address)))}</p>\n'


def text_footer(url: str | None, address: str = "") -> str:
    """Show the sender's postal address, and offer the unsubscribe link, in plain text."""
    way_out = [] if url is None else [f"Unsubscribe: {url}"]
    lines = [*lines_of(address), *way_out]
    return "\n".join(("", "-- ", *lines, "")) if lines else ""


def lines_of(address: str) -> list[str]:
    """Give the lines of a postal address, with nothing in them that cannot be seen."""
    seen = ("".join(filter(str.isprintable, line)).strip() for line in address.splitlines())
    return [line for line in seen if line]


def pixel(url: str) -> str:
    """Show the invisible image whose fetch says that the email was opened."""
    return f'<img src="{url}" width="1" height="1" alt="" style="display:block;border:0">'


def preheader(preview: str) -> str:
    """Hide the shielded preview line at the top, where inboxes read it."""
    if not preview.strip():
        return ""
    return f'<div style="{_HIDDEN}">{outside_marks(preview, html.escape)}</div>'


def at_end(document: str, addition: str) -> str:
    """Put something before the end of the body."""
    ends = list(_BODY_END.finditer(document))
    at = ends[-1].start() if ends else len(document)
    return document[:at] + addition + document[at:]


def at_start(document: str, addition: str) -> str:
    """Put something right after the beginning of the body."""
    tags = (piece for piece in scan(document) if isinstance(piece, Tag))
    at = next((tag.end for tag in tags if tag.name == "body" and not tag.closing), 0)
    return document[:at] + addition + document[at:]
