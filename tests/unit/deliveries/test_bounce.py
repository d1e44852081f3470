"""Bounces: hard only where the address is dead, whatever code a server puts before its words."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.deliveries.bounce import UNEXPLAINED, Reason, Verdict, classify
from penguinmails.deliveries.bounce_table import REPLIES, RULES, STATUSES
from penguinmails.deliveries.fact import BounceClass

HARD, SOFT, BLOCK = BounceClass.HARD, BounceClass.SOFT, BounceClass.BLOCK

SAID = {
    # ---- the address is dead
    "550 5.1.1 <ada@house.example>: Recipient address rejected: User unknown": HARD,
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
    "550-5.1.1 double-checking the recipient's email address for typos": HARD,
    "550 5.7.1 Recipient unknown": HARD,
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [mx.example]": HARD,
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup": HARD,
    "550 5.2.1 The email account that you tried to reach is disabled": HARD,
    "550 5.5.0 Requested action not taken: mailbox unavailable": HARD,
    "554 delivery error: dd This user doesn't have a yahoo.com account [0] - mta1": HARD,
    "554 delivery error: dd Sorry your message cannot be delivered. This account has been "
    "disabled or discontinued [#102]": HARD,
    "Sorry, no mailbox here by that name. (#5.1.1)": HARD,
    "550 Unrouteable address": HARD,
    "551 not our customer": HARD,
    "User ada (ada@works.example) not listed in Domino Directory": HARD,
    "Host or domain name not found. Name service error for name=gone.example: Host not found": HARD,
    "553 sorry, recipient ada@x.example does not exist": HARD,
    "550 Benutzer unbekannt": HARD,
    "550 L'adresse ci-dessus n\u2019existe pas": HARD,
    "550 5.1.1 Utilisateur inconnu !": HARD,
    "550 El usuario no existe": HARD,
    "550 Destinatario desconhecido": HARD,
    "550 Utente sconosciuto": HARD,
    "550 Nie ma takiego konta": HARD,
    "550 Пользователь не найден": HARD,
    "550 ユーザーが存在しません": HARD,
    "550 用户不存在": HARD,
    # ---- a passing trouble
    "552 5.2.2 Mailbox full": SOFT,
    "552-5.2.2 The email account that you tried to reach is over quota and inactive.": SOFT,
    "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException": SOFT,
    "550 5.1.1 user's mailfolder is full": SOFT,
    "552 5.3.4 Message size exceeds fixed limit": SOFT,
    "450 4.7.1 Greylisted, please try again in 5 minutes": SOFT,
    "450 4.2.1 The user you are trying to contact is receiving mail at a rate that": SOFT,
    "450 4.1.1 <ada@x.example>: unverified address: user unknown": SOFT,
    "421 4.3.2 Service shutting down": SOFT,
    "connect to mx.x.example[192.0.2.1]:25: Connection timed out": SOFT,
    "554 Too many hops 26 (25 max)": SOFT,
    "550 Mailbox is frozen": SOFT,
    "550 Das Postfach wurde zu voll": SOFT,
    "550 La boîte aux lettres du destinataire est pleine": SOFT,
    "550 почтовый ящик переполнен": SOFT,
    "550 邮箱空间不足": SOFT,
    # ---- us
    "550 5.1.1 <ada@x.example> blocked using Spamhaus": BLOCK,
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org": BLOCK,
    "550-5.7.26 This mail has been blocked because the sender is unauthenticated.": BLOCK,
    "550 5.7.25 The IP address sending this message does not have a PTR record setup": BLOCK,
    "550 5.7.515 Access denied, sending domain does not meet the required level": BLOCK,
    "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume "
    "or user complaints": BLOCK,
    "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your "
    "Internet service provider since part of their network is on our block list": BLOCK,
    "550 Requested action not taken: mailbox unavailable\n550 invalid DNS MX record": BLOCK,
    "554 5.7.1 Message rejected: it looks like spam": BLOCK,
    "552 5.7.0 Our system detected an illegal attachment type": BLOCK,
    "553 5.1.8 <us@y.example>... Domain of sender address us@y.example does not exist": BLOCK,
    "550 5.7.1 Relaying denied": BLOCK,
    "550 5.1.1 RCP-P2 Refused due to recipient preferences": BLOCK,
    "550 5.2.0 From: Domain is invalid. Please provide a valid From": BLOCK,
    "550 Ip frequency limited [Blocked IP 192.0.2.22]": BLOCK,
    "550 5.7.1 Rejected by policy": BLOCK,
    "554 Transaction failed": BLOCK,
}


@pytest.mark.parametrize(("text", "expected"), SAID.items())
def test_what_a_server_says_decides(text: str, expected: BounceClass) -> None:
    reply = int(text[:3]) if text[:3].isdigit() else 0
    assert classify(Reason(reply=reply, text=text)).bounce is expected


@pytest.mark.parametrize(
    ("status", "reply", "expected"),
    [
        ("5.1.1", 550, Verdict(HARD, "status:5.1.1")),
        ("5.1.2", 0, Verdict(HARD, "status:5.1.2")),
        ("5.1.8", 0, Verdict(BLOCK, "status:5.1.8")),
        ("5.2.1", 0, Verdict(HARD, "status:5.2.1")),
        ("5.2.2", 552, Verdict(SOFT, "status:5.2.2")),
        ("5.4.4", 0, Verdict(HARD, "status:5.4.4")),
        ("5.4.310", 0, Verdict(HARD, "status:5.4.310")),
        ("5.7.1", 550, Verdict(BLOCK, UNEXPLAINED)),
        ("4.7.1", 451, Verdict(BLOCK, "code:temporary")),
        ("4.4.7", 0, Verdict(SOFT, "code:temporary")),
        ("5.1.1", 450, Verdict(SOFT, "code:temporary")),
        ("", 556, Verdict(HARD, "reply:556")),
        ("", 550, Verdict(BLOCK, UNEXPLAINED)),
        ("", 0, Verdict(SOFT, UNEXPLAINED)),
    ],
)
def test_codes_decide_where_nothing_is_said(status: str, reply: int, expected: Verdict) -> None:
    assert classify(Reason(status=status, reply=reply)) == expected


@pytest.mark.parametrize(
    ("stated", "text", "expected"),
    [
        (HARD, "", Verdict(HARD, "stated")),
        (HARD, "4.2.2 nothing known", Verdict(HARD, "stated")),
        (HARD, "550 user unknown", Verdict(HARD, "stated")),
        (HARD, "550 5.1.1 blocked by Spamhaus", Verdict(BLOCK, "blocklisted")),
        (HARD, "552 mailbox full", Verdict(SOFT, "full")),
        (SOFT, "550 5.1.1 user unknown", Verdict(HARD, "unknown_user")),
        (SOFT, "550 mailbox unavailable", Verdict(SOFT, "stated")),
        (BLOCK, "550 denied by policy", Verdict(BLOCK, "stated")),
    ],
)
def test_unmistakable_words_count_for_more_than_what_the_source_states(
    stated: BounceClass, text: str, expected: Verdict
) -> None:
    assert classify(Reason(stated=stated, text=text)) == expected


def test_words_hold_in_any_case_across_lines_and_beside_any_address() -> None:
    text = "550-5.1.1 <rbl@spamhaus.example>:\r\n550-5.1.1 USER\r\n550 5.1.1   Unknown"
    assert classify(Reason(reply=550, text=text)) == Verdict(HARD, "unknown_user")


@given(st.text(max_size=60), st.sampled_from([*range(400, 460)]), st.sampled_from([*STATUSES]))
def test_nothing_temporary_is_hard(text: str, reply: int, status: str) -> None:
    reason = Reason(status=f"5.{status}", reply=reply, text=f"{text} user unknown {text}")
    assert classify(reason).bounce is not HARD


@given(st.text(), st.integers(), st.text())
def test_whatever_is_said_has_a_class_and_a_rule(status: str, reply: int, text: str) -> None:
    assert classify(Reason(status=status, reply=reply, text=text)).rule


def test_no_phrase_stands_twice_in_the_table_and_no_rule_shares_its_name() -> None:
    phrases = Counter(phrase for rule in RULES for phrase in rule.phrases)
    assert [phrase for phrase, count in phrases.items() if count > 1] == []
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_phrase_is_found_where_it_stands() -> None:
    """An earlier rule may take it, but none may be missed."""
    missed = [
        phrase
        for rule in RULES
        for phrase in rule.phrases
        if classify(
            Reason(text=phrase.replace("*", "")),
        ).rule
        == UNEXPLAINED
    ]
    assert missed == []


def test_only_a_dead_domain_or_mailbox_is_hard_by_its_code_alone() -> None:
    assert {code for code, bounce in REPLIES.items() if bounce is HARD} == {551, 556}
    assert {status for status, bounce in STATUSES.items() if bounce is HARD} == {
        "1",
        "2.1",
        "4.4",
        "4.310",
    }
