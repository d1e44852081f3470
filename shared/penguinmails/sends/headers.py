"""Writes header values of an email so that nobody can write a header of their own."""

import base64
import re
from collections.abc import Iterator
from typing import Final

from penguinmails.errors import InvalidInput, Problem

LINE: Final = 76
# An encoded word is at most 75 long (RFC 2047, section 2): 45 bytes in base64 and its frame.
_WORD_BYTES: Final = 45
_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PHRASE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_MESSAGE_ID: Final = re.compile(r"<[A-Za-z0-9._+=-]{1,200}@[A-Za-z0-9.-]{1,200}>")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_HTTPS: Final = re.compile(r"https?://[!#-;=?-~]{1,900}")
_LOCAL_PART: Final = 64
LONGEST_QUOTED: Final = 400


def checked(name: str, value: str) -> str:
    """Give the value back, or InvalidInput if it holds a character that no header may hold."""
    found = _FORBIDDEN.search(value)
    if found:
        code = f"U+{ord(found[0]):04X}"
        raise invalid(name, f"{name} holds the control character {code}; remove it.")
    return value


def unstructured(name: str, value: str) -> str:
    """Write free text such as a subject: plain if it can be, else in encoded words; folded."""
    text = checked(name, value)
    if _is_plain(text) and len(name) + 2 + len(text) <= LINE:
        return text
    return _folded(name, text) if _is_plain(text) else encoded_words(text)


def mailbox(name: str, display: str, address: str) -> str:
    """Write `Display Name <address>`, or the address alone if there is no name."""
    spec = addr_spec(name, address)
    # Readers fold runs of spaces in a name; folded here, the name is the same everywhere.
    label = " ".join(filter(None, checked(name, display).split(" ")))
    if not label:
        return spec
    return f"{_phrase(label)}\r\n <{spec}>"


def addr_spec(name: str, address: str) -> str:
    """Check an address as it stands in a header: ASCII, without quotes and comments."""
    checked(name, address)
    if not _ADDRESS.fullmatch(address) or address.index("@") > _LOCAL_PART:
        raise invalid(name, f"{name} is not an address like name@example.com.")
    return address


def message_id(value: str) -> str:
    """Check a Message-ID, angle brackets included."""
    return _matching("Message-ID", _MESSAGE_ID, value, "like <key@example.com>")


def token(value: str) -> str:
    """Check the token that comes back with every delivery event."""
    return _matching("X-PenguinMails-Token", _TOKEN, value, "a token in base64url")


def link(name: str, url: str) -> str:
    """Write a URL in angle brackets (RFC 2369)."""
    return f"<{_matching(name, _HTTPS, url, 'an http or https URL in ASCII')}>"


def encoded_words(text: str) -> str:
    """Write text as encoded words in UTF-8 and base64, one to a line (RFC 2047)."""
    words = (base64.b64encode(chunk).decode("ascii") for chunk in _chunks(text))
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def invalid(name: str, detail: str) -> InvalidInput:
    """Say which header cannot be written, and why."""
    return InvalidInput(Problem(pointer=f"/{name.lower()}", code="header", detail=detail))


def _phrase(label: str) -> str:
    if _PHRASE.fullmatch(label) and "=?" not in label and len(label) < LINE // 2:
        return label
    if label.isascii() and "=?" not in label and len(label) <= LONGEST_QUOTED:
        escaped = label.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return encoded_words(label)


def _is_plain(text: str) -> bool:
    words = text.split(" ")
    fits = all(words) and max(map(len, words)) <= LINE // 2
    return text.isascii() and fits and "=?" not in text


def _folded(name: str, text: str) -> str:
    lines, line = [], f"{name}:"
    for word in text.split(" "):
        if len(line) + 1 + len(word) > LINE:
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    return "\r\n".join((*lines, line)).removeprefix(f"{name}: ")


def _chunks(text: str) -> Iterator[bytes]:
    kept = bytearray()
    for char in text:
        coded = char.encode()
        if len(kept) + len(coded) > _WORD_BYTES:
            yield bytes(kept)
            kept.clear()
        kept += coded
    yield bytes(kept)


def _matching(name: str, pattern: re.Pattern[str], value: str, kind: str) -> str:
    if not pattern.fullmatch(value):
        raise invalid(name, f"{name} is not {kind}.")
    return value
