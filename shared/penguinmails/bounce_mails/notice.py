"""Reads what a mail system wrote to people: whom it could not reach, and what it was told.

By structure, not by sample: the returned message is cut off; then addresses that stand at the
start of a line count, then those behind a label, then those beside a failure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from penguinmails.bounce_mails.addresses import ADDRESS, cleaned, distinct, found, is_service
from penguinmails.bounce_mails.codes import says_code

_LONGEST_LINE, _MOST_LINES, _LOOK_AHEAD = 500, 800, 10
_MOST_FAILED = 500
_LONGEST_MARK = 120
_FEWEST_FIELDS = 3

_ORNAMENTS = "-=_*|>#+ \t"
_RULED = re.compile(
    r"\b(?:copy of|original|returned|message text|message header|header of|undelivered|unsent"
    r"|unzustellbare|ursprüngliche)\b|附件|原信|原邮件|копия",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?:the |your |here is )?(?:a copy of (?:the|your) |headers? of (?:the|your) )?"
    r"(?:(?:original|returned|unsent|undelivered|rejected) (?:message|mail|e-?mail)(?: headers?)?"
    r"|message headers?|message contents?|received headers?)"
    r"(?: (?:follows?|is attached|below|is following|as received is).{0,20})?\W*$"
    r"|.{0,60}(?:copy of (?:the|your) (?:original )?(?:message|mail)|original message)"
    r"(?: header| is)*:? ?(?:follows?|below|enclosed)",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(r"[>|\s]{0,3}[A-Za-z][\w-]{1,40}:(?:\s|$)")
_STRONG = re.compile(
    r"[>|\s]{0,3}(?:Received|Return-Path|Message-I[dD]|MIME-Version|DKIM-Signature|Delivered-To"
    r"|X-[A-Z][\w-]+|Content-Type|Errors-To|List-Id):\s",
    re.IGNORECASE,
)
_AT_START = re.compile(
    rf"[\s>*•·|\"'«(\[-]{{0,60}}(?:(?:rfc822|smtp|mailto)\s*[:;]\s*)?<?\s*({ADDRESS.pattern})>?"
    r"(?P<rest>.*)$",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\s*(?:$|[:;,(\[)\]=…|<>\"'/-]|\.{1,3}(?:\s|$)|on\s|\d{3}[\s-]|failed|unknown|error|was not"
    r"|does|has|is\b|could|cannot|不|的)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\s*[\"'\w][^<>@:]{{0,80}}<\s*({ADDRESS.pattern})\s*>\s*(?:$|[:;,(]|on\s)")
_LABEL = re.compile(
    rf"([^@<>\n]{{0,80}}?)\s*[:=]\s*[\"'<\[(]{{0,2}}\s*(?:smtp\s*[:;]\s*)?({ADDRESS.pattern})",
    re.IGNORECASE,
)
_NOT_THEIRS = re.compile(
    r"from|sender|reply|return-path|subject|message-id|contact|support|administrator|help|question"
    r"|information|assistance|postmaster|absender|expéditeur|remitente|mailto|http|by$|отправител|发件人",
    re.IGNORECASE,
)
_TO = re.compile(r"\W*(?:to|cc|an|à|para|a|till|til|naar|do|кому|宛先|收件人)\W*", re.IGNORECASE)
_FAILURE = re.compile(
    r"unknown|not|fail|undeliver|reject|full|quota|exceed|disabled|invalid|error|refused|unable"
    r"|(?:does|could|was|is)n|no such|returned|bounce|nicht|unbekannt|pas |impossible|inconnu"
    r"|no |não|non |не |нет|不|无法|失败|できません|ません",
    re.IGNORECASE,
)
_GENERATED = re.compile(
    r"\((?:expanded|generated|ultimately generated|originally addressed)(?: from| to):? <?([^>)\s]+@[^>)\s]+)",
    re.IGNORECASE,
)
_REPLY_LINE = re.compile(
    r"\s*(?:<<<|.{0,200}?(?<![\w.:-])[45][0-5]\d[\s-])|.{0,40}reason:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Failed:
    """An address that a notice names, and what the notice says about it."""

    address: str
    said: str


def cut(text: str) -> tuple[str, str]:
    """Part the notice from the returned message below it."""
    lines = [line[:_LONGEST_LINE] for line in text.split("\n")[:_MOST_LINES]]
    for number, line in enumerate(lines):
        if number and _is_mark(line):
            return "\n".join(lines[:number]), "\n".join(lines[number + 1 :])
        if _STRONG.match(line) and _begins_header(lines[number : number + _LOOK_AHEAD]):
            return "\n".join(lines[:number]), "\n".join(lines[number:])
    return "\n".join(lines), ""


def failed(notice: str, barred: frozenset[str], expected: Sequence[str]) -> list[Failed]:
    """Give the addresses that a notice says it could not reach; `expected` were addressed."""
    lines = notice.split("\n")
    for reading in (_at_start, _generated, _labelled, _addressed, _beside):
        if named := _allowed(reading(lines), barred)[:_MOST_FAILED]:
            said = _said_of(named, lines)
            return [Failed(one, said[one.lower()]) for one in named]
    mentioned = _allowed(found(notice), barred)
    wanted = {one.lower() for one in expected}
    likely = [one for one in mentioned if one.lower() in wanted] or distinct(expected, barred)
    only = likely if len(likely) == 1 else mentioned if len(mentioned) == 1 else []
    return [Failed(one, notice) for one in only]


def about(notice: str, address: str) -> str:
    """Give what a notice says of an address."""
    return _said_of([address], notice.split("\n"))[address.lower()]


def replies(notice: str) -> str:
    """Give the lines in which a notice quotes a server."""
    return "\n".join(line for line in notice.split("\n") if _REPLY_LINE.match(line))


def _is_mark(line: str) -> bool:
    """Say whether a line announces the returned message; a ruled one may do so in fewer words."""
    if len(line) > _LONGEST_MARK:
        return False
    bare = line.strip(_ORNAMENTS)
    is_ruled = line.strip()[:2] in {"--", "==", "__", "**", "|-"}
    return bool(_RULED.search(bare[:60]) if is_ruled else _MARK.match(bare))


def _begins_header(lines: Sequence[str]) -> bool:
    return sum(_HEADER_LINE.match(line) is not None for line in lines) >= _FEWEST_FIELDS


def _at_start(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        found_ = _AT_START.match(line)
        if found_ and _REST.match(found_["rest"]):
            yield cleaned(found_[1])
        elif (named := _NAMED.match(line)) and not _NOT_THEIRS.search(line[: named.start(1)]):
            yield cleaned(named[1])


def _generated(lines: Sequence[str]) -> Iterator[str]:
    """Find whose alias it was that failed, where the notice hides what it stands for."""
    yield from (cleaned(one) for line in lines for one in _GENERATED.findall(line))


def _labelled(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        for label, address in _LABEL.findall(line) if "@" in line else ():
            if label.strip() and not _NOT_THEIRS.search(label) and not _TO.fullmatch(label):
                yield cleaned(address)


def _addressed(lines: Sequence[str]) -> Iterator[str]:
    """Find whom a notice's summary of our message names as addressed."""
    for line in lines:
        if (found_ := _LABEL.match(line)) and _TO.fullmatch(found_[1]):
            yield cleaned(found_[2])


def _beside(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        around = " ".join(lines[max(number - 1, 0) : number + 2])
        if "@" in line and (_FAILURE.search(around) or says_code(around)):
            label = line.partition("@")[0].rpartition(" ")[0]
            if not _NOT_THEIRS.search(label[-30:]):
                yield from found(line)


def _allowed(addresses: Iterator[str], barred: frozenset[str]) -> list[str]:
    return [one for one in distinct(addresses, barred) if not is_service(one)]


def _said_of(named: Sequence[str], lines: Sequence[str]) -> dict[str, str]:
    """Give what stands beside and behind each address in its paragraphs, up to another one."""
    said: dict[str, list[str]] = {one.lower(): [] for one in named}
    about_: set[str] = set()
    for line in lines:
        here = {one.lower() for one in found(line)} & said.keys() if "@" in line else set()
        about_ = here or (about_ if line.strip() else set())
        for one in about_:
            said[one].append(line)
    return {one: "\n".join(texts) for one, texts in said.items()}
