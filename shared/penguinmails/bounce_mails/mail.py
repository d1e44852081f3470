"""Takes a raw mail apart without trusting it: any line ends, any charset, broken MIME, any size."""

import base64
import binascii
import html
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header

MOST_BYTES = 400_000
"""Read from a mail's start: notice and report come first, the returned message behind them."""

_DEEPEST, _MOST_PARTS, _MOST_HEADERS = 8, 100, 400
_LONGEST_ENCODED = 4_000
_HEADER = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)", re.DOTALL)
_BOUNDARY = re.compile(r"""boundary\s*=\s*(?:"([^"\n]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_CHARSETS = re.compile(
    r"utf|unicode-1-1|iso|us-ascii|ascii|windows|cp|koi8|gb|big5|euc|shift|sjis|mac|ks_c|tis|hz",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^--(\S[^\n]{0,200})\n(?=\n|Content-[A-Za-z-]{1,40}:)", re.MULTILINE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/td|p|hr)\b[^<>]{0,500}>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(/?)(?:style|script|head|title)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"<(?![^<>\s\"'=]{1,320}@[^<>\s\"'=]{1,255}>)[!/?a-zA-Z][^<>]{0,2000}>")

REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
RETURNED = frozenset(
    {
        "message/rfc822",
        "message/rfc822-headers",
        "message/partial",
        "message/global",
        "message/global-headers",
        "text/rfc822",
        "text/rfc822-header",
        "text/rfc822-headers",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of a mail: its media type in lower case, and its text."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: header fields by lower-case name, repeated ones on lines of one text; its leaves."""

    headers: Mapping[str, str]
    parts: tuple[Part, ...]

    def header(self, *names: str) -> str:
        """Give the first of some header fields that is there and has a value, or nothing."""
        return next((self.headers[name] for name in names if self.headers.get(name)), "")

    def texts(self, types: frozenset[str]) -> str:
        """Give the text of all leaves of some types."""
        return "\n\n".join(part.text for part in self.parts if part.type in types)

    def notice(self) -> str:
        """Give what the mail says to people: plain text, or else HTML without its marks."""
        plain = "\n\n".join(part.text for part in self.parts if _is_plain(part.type)).strip()
        return plain or seen(self.texts(frozenset({"text/html"})))


def read(raw: bytes) -> Mail:
    """Read a mail; whatever is broken is read as text."""
    lines = raw[:MOST_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip()
    text = lines.decode("utf-8", "surrogateescape")
    if text.startswith(("From ", ">From ")):
        text = text.partition("\n")[2]
    headers, body = split_headers(text)
    parts = list(_leaves(headers, body, 0))[:_MOST_PARTS]
    return Mail({name: _decoded(value) for name, value in headers.items()}, tuple(parts))


def split_headers(text: str) -> tuple[dict[str, str], str]:
    """Split header fields, unfolded, from the body.

    A line among them that is none belongs to the field before it: some relays lose the blanks
    that fold a field.
    """
    headers: dict[str, str] = {}
    name, rest = "", text
    for _ in range(_MOST_HEADERS):
        line, _, following = rest.partition("\n")
        if not line.strip():
            return headers, following
        field = _HEADER.fullmatch(line)
        if field and line[0] not in " \t":
            name = field[1].lower()
            before = f"{headers[name]}\n" if name in headers else ""
            headers[name] = before + field[2].strip()
        elif name:
            headers[name] += f" {line.strip()}"
        else:
            return headers, rest
        rest = following
    return headers, rest


def seen(markup: str) -> str:
    """Give the text of HTML, with lines where a reader sees them; addresses in <> stay."""
    pieces = _UNSEEN.split(markup.replace("\n", " "))
    visible = pieces[0] + "".join(
        text for slash, text in zip(pieces[1::2], pieces[2::2], strict=True) if slash
    )
    shown = _BREAK.sub("\n", visible)
    return html.unescape(_TAG.sub("", shown)).replace("\xa0", " ").strip()


def _leaves(headers: Mapping[str, str], body: str, depth: int) -> Iterator[Part]:
    kind = headers.get("content-type", "")
    type_ = kind.partition(";")[0].strip().lower() or "text/plain"
    sections = _sections(kind, type_, body) if depth < _DEEPEST else []
    if not sections:
        shown = "text/plain" if type_.startswith("multipart/") else type_
        yield Part(shown, _text(headers, body))
    for section in sections:
        yield from _section(section, depth)


def _section(section: str, depth: int) -> Iterator[Part]:
    if section.startswith("\n"):
        yield Part("text/plain", _text({}, section))
        return
    headers, body = split_headers(section)
    if "received" in headers:
        yield Part("message/rfc822", section)
    else:
        yield from _leaves(headers, body, depth + 1)


def _sections(kind: str, type_: str, body: str) -> list[str]:
    """Split a multipart body; where its boundary is lost, by what looks like one."""
    if kind and not type_.startswith("multipart/"):
        return []
    stated = _BOUNDARY.search(kind)
    boundary = (stated[1] or stated[2]).rstrip() if stated else ""
    if boundary and f"--{boundary}" in body:
        return _between(boundary, body)
    guessed = _DELIMITER.search(body)
    if guessed is None:
        return []
    before = body[: guessed.start()]
    return [f"\n{before}", *_between(guessed[1].rstrip(), body)]


def _between(boundary: str, body: str) -> list[str]:
    """Give the sections; the last may lack its end."""
    delimiter, last = f"--{boundary}", f"--{boundary}--"
    sections: list[list[str]] = []
    for line in body.split("\n"):
        bare = line.rstrip()
        if bare == last:
            break
        if bare == delimiter:
            sections.append([])
        elif sections:
            sections[-1].append(line)
    return ["\n".join(lines) for lines in sections[:_MOST_PARTS]]


def _text(headers: Mapping[str, str], body: str) -> str:
    data = body.encode("utf-8", "surrogateescape")
    match headers.get("content-transfer-encoding", "").strip().lower():
        case "base64":
            data = _unbase64(data) or data
        case "quoted-printable":
            data = quopri.decodestring(data)
        case _:
            pass
    return _decode(data, headers.get("content-type", "")).replace("\r\n", "\n").replace("\r", "\n")


def _unbase64(data: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    try:
        return base64.b64decode(kept[: len(kept) // 4 * 4])
    except binascii.Error:
        return b""


def _decode(data: bytes, kind: str) -> str:
    stated = _CHARSET.search(kind)
    for charset in (stated[1] if stated else "", "utf-8"):
        if _CHARSETS.match(charset):
            try:
                return data.decode(charset)
            except (LookupError, ValueError):
                continue
    return data.decode("latin-1")


def _decoded(value: str) -> str:
    """Decode encoded words (RFC 2047); what cannot be decoded stays as it is."""
    plain = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if "=?" not in plain or len(plain) > _LONGEST_ENCODED:
        return plain
    try:
        chunks = decode_header(plain)
    except (HeaderParseError, ValueError):
        return plain
    return "".join(
        chunk if isinstance(chunk, str) else _decode(chunk, f"charset={charset or 'utf-8'}")
        for chunk, charset in chunks
    )


def _is_plain(type_: str) -> bool:
    return type_ in {"text/plain", "text"}
