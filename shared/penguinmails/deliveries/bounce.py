"""Tells a dead address from a passing trouble and from a quarrel about us, by what was said."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from penguinmails.deliveries.bounce_table import REPLIES, RULES, STATUSES, Rule
from penguinmails.deliveries.fact import BounceClass

UNEXPLAINED = "unexplained"
"""The rule that is none: neither words nor codes say why."""

LONGEST_TEXT = 2_000
"""Characters of a diagnostic that are read; what decides stands at its start."""

_STATUS = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9]|\.[0-9])")
_ADDRESS = re.compile(r"\S{1,320}@\S{1,255}")
_CODES = re.compile(r"(?<!\S)[245][0-9]{2}[ -]+(?:#?[245]\.[0-9]{1,3}\.[0-9]{1,3}\s+)?")
_NO_WORD = re.compile(r"[\W_]+")
_APOSTROPHES = dict.fromkeys(map(ord, "'\u2019`\u00b4"))
_GAP = r" (?:\S+ ){0,6}?"
_IDEOGRAPHS = 0x2E80
_PERMANENT, _TEMPORARY = 5, 4


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message came back, as far as somebody says.

    `stated` is the class that the source gives by itself, `status` an enhanced code (RFC 3463),
    `reply` an SMTP code, `text` what the receiving server said.
    """

    stated: BounceClass | None = None
    status: str = ""
    reply: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of a bounce, and the name of the rule that decided."""

    bounce: BounceClass
    rule: str


def classify(reason: Reason) -> Verdict:
    """Decide by unmistakable words, then the class that the source states, then words and codes.

    Nothing is hard by default, nor what the receiving server itself calls temporary.
    """
    words = _words(reason.text[:LONGEST_TEXT])
    rule = next((rule for rule, pattern in _patterns() if pattern.search(words)), None)
    if rule is not None and _outweighs(rule, reason):
        return _verdict(rule, reason)
    if reason.stated is not None:
        return Verdict(reason.stated, "stated")
    return _verdict(rule, reason) if rule is not None else _by_code(reason)


def bounce_class(stated: str, code: str) -> BounceClass:
    """Classify by the class that a source states, else by an enhanced status code."""
    known = BounceClass(stated) if stated in set(BounceClass) else None
    return classify(Reason(stated=known, status=code)).bounce


def _outweighs(rule: Rule, reason: Reason) -> bool:
    """Say whether the words count for more than what the source states."""
    if reason.stated is BounceClass.HARD:
        return rule.bounce is not BounceClass.HARD
    return rule.sure and not _is_temporary(reason)


def _verdict(rule: Rule, reason: Reason) -> Verdict:
    if rule.bounce is BounceClass.HARD and _is_temporary(reason):
        return Verdict(BounceClass.SOFT, f"{rule.name}:temporary")
    return Verdict(rule.bounce, rule.name)


def _by_code(reason: Reason) -> Verdict:
    found = _STATUS.search(reason.status)
    if _is_temporary(reason):
        about_us = found is not None and found[2] == "7"
        return Verdict(BounceClass.BLOCK if about_us else BounceClass.SOFT, "code:temporary")
    if found is not None and (bounce := _by_status(found[2], found[3])) is not None:
        return Verdict(bounce, f"status:{found[0]}")
    if reason.reply in REPLIES:
        return Verdict(REPLIES[reason.reply], f"reply:{reason.reply}")
    is_permanent = found is not None or reason.reply // 100 == _PERMANENT
    return Verdict(BounceClass.BLOCK if is_permanent else BounceClass.SOFT, UNEXPLAINED)


def _by_status(subject: str, detail: str) -> BounceClass | None:
    return STATUSES.get(f"{subject}.{detail}", STATUSES.get(subject))


def _is_temporary(reason: Reason) -> bool:
    """Say whether the server asks to try again; its reply counts for more than a report's code."""
    if reason.reply:
        return reason.reply // 100 == _TEMPORARY
    return reason.status.strip().startswith(f"{_TEMPORARY}.")


@cache
def _patterns() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """Compile the table when the first bounce comes, not when a function starts."""
    return tuple((rule, re.compile("|".join(map(_expression, rule.phrases)))) for rule in RULES)


def _expression(phrase: str) -> str:
    """Write a phrase of the table as an expression over words that single spaces part."""
    parts = [" ".join(map(_word, part.split())) for part in phrase.split(" * ")]
    return _edge(phrase[0]) + _GAP.join(parts) + _edge(phrase[-1])


def _word(word: str) -> str:
    return re.escape(_words(word)) + (r"\S*" if word.endswith("*") else "")


def _edge(character: str) -> str:
    """Ask for a word's end, in scripts that part words."""
    return r"\b" if character.isalnum() and ord(character) < _IDEOGRAPHS else ""


def _words(text: str) -> str:
    """Leave only words: no addresses, no codes within sentences, no punctuation."""
    bare = _CODES.sub(" ", _ADDRESS.sub(" ", text))
    plain = unicodedata.normalize("NFKC", bare).casefold().translate(_APOSTROPHES)
    return " ".join(_NO_WORD.sub(" ", plain).split())
