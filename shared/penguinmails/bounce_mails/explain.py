"""Explains a raw mail: whether it is a bounce, a complaint or an automatic answer, and for whom."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from penguinmails.bounce_mails import auto_reply, feedback, notice, report
from penguinmails.bounce_mails.addresses import distinct, found
from penguinmails.bounce_mails.codes import reason_of, says_code
from penguinmails.bounce_mails.explained import Explained, Kind, Recipient
from penguinmails.bounce_mails.mail import REPORTS, RETURNED, Mail, read, split_headers
from penguinmails.deliveries.bounce import UNEXPLAINED, Reason, classify

_MAILER = re.compile(r"mailer-daemon@|^mailer-daemon", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|non-?deliver|not delivered|could not be delivered|delivery (?:status|failure|fail"
    r"|problem|error|notification|report|has)|returned mail|returning message|failure notice"
    r"|mail (?:error|status|failure)|message status|processing error|unzustellbar|zustellung"
    r"|non remis|non distribu|non recapit|mancato|no se pued|no entreg|não entreg|nao entreg"
    r"|devuelto|devolvid|onbestelbaar|niet bezorgd|niedostarcz|nie dostarcz|недостав"
    r"|не доставлен|невозможно|失败|失敗|退信|退回|無法|无法|配信|エラー|送信",
    re.IGNORECASE,
)
_WEAK_SUBJECT = re.compile(r"returned|failed|failure|rejected|bounce|imposs", re.IGNORECASE)
_BODY = re.compile(
    r"undeliver|(?:could|can|was|were|has|have|did|would) ?(?:not|n.t) (?:yet )?(?:be |been )?"
    r"(?:able to )?(?:deliver|reach|sen[dt]|receive)|cannot be delivered|unable to deliver"
    r"|not able to deliver|was(?: not|n.t) able|delivery (?:to|of|has|failed|failure|error|problem)"
    r"|failed recipient|failed address|returned mail|has been returned|permanent(?:ly)? (?:error"
    r"|fail|fatal)|fatal error|does ?n.t have a|user unknown|unknown user|mailbox (?:is )?full"
    r"|did not exactly match|delivery problem|failed to deliver|message (?:was )?rejected"
    r"|nicht zugestellt|nicht zustell|unzustellbar|n.a pas pu|non remis|non livr"
    r"|no (?:se )?(?:pudo|ha podido|puede) |n[ãa]o (?:foi|p[ôo]de|pode)|non [èe] stat"
    r"|impossibil[ei]|niet (?:worden|bezorgd)|nie (?:został|można|dostarcz)|не (?:может|удалось|был)"
    r"|невозможно|недостав|できません|失敗|届け|无法|無法|失败|退信|未能",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"not yet been delivered|will keep trying|will (?:be )?(?:continue|retr)\w* (?:to|for|until)"
    r"|attempts? will continue|continue to (?:be made|try)|warning message only"
    r"|do not need to resend|could not send message for past|still being (?:re)?tried"
    r"|transient non-fatal|no action is required on your part|has been delayed|is delayed"
    r"|delivery (?:is |has been )?delayed|retry (?:for|until)|noch nicht zugestellt|verzögert",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"permanent(?:ly)?[ _-](?:fatal )?(?:error|fail)|given up|fatal errors -----"
    r"|returned to sender|failed permanently|will not be (?:re)?tri|not going to try",
    re.IGNORECASE,
)
_OWN_HEADERS = (
    "to",
    "delivered-to",
    "envelope-to",
    "apparently-to",
    "from",
    "reply-to",
    "sender",
    "return-path",
    "errors-to",
    "x-rcpt-to",
)
_ORIGINAL_SENDERS = ("from", "return-path", "sender", "reply-to", "errors-to", "envelope-from")
_FOR = re.compile(r"\bfor\s+<?([^\s<>;]{1,120}@[^\s<>;]{1,255})>?")
_ENOUGH, _MOST_RECIPIENTS = 2, 500
_NONE: frozenset[str] = frozenset()


def explain(raw: bytes) -> Explained:
    """Explain a mail. Any bytes are read; nothing is raised."""
    mail = read(raw)
    explained = _explained(mail)
    if explained.kind is Kind.BOUNCE and _wraps_bounce(mail):
        inner = _explained(read(mail.texts(RETURNED).encode("utf-8", "replace")))
        return inner if inner.recipients else explained
    return explained


def _wraps_bounce(mail: Mail) -> bool:
    """Say whether what is returned is itself a bounce, which a gateway has wrapped."""
    return _MAILER.search(feedback.original_of(mail).get("from", "")) is not None


def _explained(mail: Mail) -> Explained:
    if type_ := feedback.type_of(mail):
        return Explained(Kind.FEEDBACK, feedback.recipients(mail, type_))
    told, quoted = notice.cut(mail.notice())
    if auto_reply.is_challenge(mail, told):
        return Explained(Kind.AUTO_REPLY)
    groups = [*_groups(mail, told)]
    failed = [group for group in groups if report.is_failed(group)]
    if reported := _reported(failed, told):
        return Explained(Kind.BOUNCE, reported)
    if groups and not failed:
        return Explained(Kind.NONE)
    return _by_notice(mail, told, quoted)


def _groups(mail: Mail, told: str) -> Iterator[report.Group]:
    yield from islice(report.groups(mail.texts(REPORTS) or told), _MOST_RECIPIENTS)


def _reported(failed: Iterable[report.Group], told: str) -> tuple[Recipient, ...]:
    """Make recipients of a report's failures; what the notice says of them fills the gaps."""
    made: dict[str, Recipient] = {}
    for group in failed:
        address = report.address_of(group)
        if address and address.lower() not in made:
            made[address.lower()] = _judged(address, _reason(group, address, told))
    return tuple(made.values())


def _reason(group: report.Group, address: str, told: str) -> Reason:
    said = report.said_in(group)
    reason = reason_of(said, group.get("status", ""))
    if classify(replace(reason, status="", reply=0)).rule != UNEXPLAINED:
        return reason
    spoken = notice.about(told, address)
    more = reason_of(f"{said}\n{spoken}", reason.status)
    return replace(more, status=reason.status or more.status, reply=reason.reply or more.reply)


def _by_notice(mail: Mail, told: str, quoted: str) -> Explained:
    stated = [*islice(found(mail.header("x-failed-recipients")), _MOST_RECIPIENTS)]
    looks = _looks_like_bounce(mail, told)
    if not stated and (not looks or auto_reply.is_out_of_office(mail)):
        answered = auto_reply.is_auto_reply(mail)
        return Explained(Kind.AUTO_REPLY if answered else Kind.NONE)
    if not stated and _DELAY.search(told) and not _FINAL.search(told):
        return Explained(Kind.NONE)
    barred, expected = _sides(mail, quoted)
    theirs = frozenset(one.lower() for one in stated)
    named = notice.failed(told, barred - theirs, stated or expected)
    known = {one.address.lower(): one for one in named}
    wanted = [known.get(one.lower(), notice.Failed(one, told)) for one in distinct(stated, _NONE)]
    general = _telling(notice.replies(told), told) or reason_of(told)
    people = (_judged(one.address, _telling(one.said) or general) for one in wanted or named)
    return Explained(Kind.BOUNCE, tuple(people))


def _telling(*texts: str) -> Reason | None:
    """Give the reason in the first text that has one."""
    reasons = (reason_of(text) for text in texts if text.strip())
    return next((one for one in reasons if classify(one).rule != UNEXPLAINED), None)


def _judged(address: str, reason: Reason) -> Recipient:
    verdict = classify(reason)
    return Recipient(address, verdict.bounce, reason.status, reason.reply, verdict.rule)


def _looks_like_bounce(mail: Mail, told: str) -> bool:
    """Ask for two signs: a mail system as its sender, a telling subject, a notice, a code.

    What a person may write as well, such as a subject with `failed`, counts only from a mail
    system, and so does a reason that the table of bounces knows.
    """
    subject = mail.header("subject")
    daemon = auto_reply.is_daemon(mail)
    signs = (
        daemon or mail.header("return-path") == "<>",
        _SUBJECT.search(subject) or (daemon and _WEAK_SUBJECT.search(subject)),
        _BODY.search(told) or (daemon and _telling(told)),
        "report" in mail.header("content-type") or says_code(told),
    )
    answered = auto_reply.is_auto_reply(mail) and not daemon
    return sum(map(bool, signs)) >= _ENOUGH + answered


def _sides(mail: Mail, quoted: str) -> tuple[frozenset[str], list[str]]:
    """Give the addresses that cannot have bounced, and those our message was addressed to."""
    returned = mail.texts(RETURNED).lstrip("\n") or quoted.lstrip("\n")
    original = split_headers(returned)[0] or split_headers(re.sub(r"(?m)^[>|] ?", "", returned))[0]
    to = [one for name in ("to", "cc") for one in found(original.get(name, ""))]
    expected = to or _FOR.findall(original.get("received", ""))[:1]
    ours = [*_found_in(mail.headers, _OWN_HEADERS), *_found_in(original, _ORIGINAL_SENDERS)]
    return frozenset(one.lower() for one in ours), distinct(expected, _NONE)


def _found_in(headers: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from found(headers.get(name, ""))
