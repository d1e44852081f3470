"""Raw mails that come back: what they are, whom they are about, and that none can break us."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.bounce_mails.explain import explain
from penguinmails.bounce_mails.explained import Kind

MAILS = Path(__file__).parent / "mails"
RAW = {path.stem: path.read_bytes() for path in sorted(MAILS.glob("*.eml"))}
MARA = "mara@house.example"

BOUNCES = {
    "report_postfix": [(MARA, "hard", "5.1.1", 550)],
    "report_two_recipients": [
        ("inga@house.example", "hard", "5.0.0", 550),
        ("otto@house.example", "soft", "5.2.2", 552),
    ],
    "report_rewritten_within": [("mara+tea@house.example", "soft", "5.0.0", 0)],
    "report_in_the_text": [(MARA, "block", "5.7.1", 554)],
    "report_lost_folds": [(MARA, "hard", "5.4.1", 550)],
    "report_wrapped_by_a_gateway": [(MARA, "hard", "5.1.1", 550)],
    "qmail": [(MARA, "hard", "5.1.1", 0), ("otto@farm.example", "soft", "5.2.2", 552)],
    "exim": [(MARA, "hard", "5.1.1", 550)],
    "exim_hidden_alias": [(MARA, "soft", "", 0)],
    "sendmail": [(MARA, "hard", "5.1.2", 550)],
    "postfix_text": [(MARA, "block", "5.7.26", 550)],
    "exchange_html": [("MARA@house.example", "hard", "", 0)],
    "exchange_german": [("mara@haus.example", "hard", "5.1.1", 550)],
    "office365_french": [("mara@maison.example", "soft", "5.2.2", 554)],
    "gmail": [(MARA, "hard", "5.1.1", 550)],
    "yahoo": [("mara@yahoo.example", "hard", "", 0)],
    "domino": [("mara@works.example", "hard", "", 0)],
    "groupwise": [("mara@school.example", "hard", "", 0)],
    "imail": [(MARA, "hard", "5.3.0", 553)],
    "mailru": [("mara@dom.example", "soft", "", 0)],
    "japanese": [("mara@ie.example", "hard", "", 550)],
    "gateway": [(MARA, "hard", "5.1.1", 550)],
    "only_in_a_sentence": [(MARA, "block", "4.7.28", 421)],
    "only_in_the_original": [(MARA, "soft", "", 0)],
    "broken_boundary": [(MARA, "hard", "5.1.1", 550)],
}
OTHERS = {
    "report_delayed": Kind.NONE,
    "exim_warning": Kind.NONE,
    "letter": Kind.NONE,
    "vacation": Kind.AUTO_REPLY,
    "out_of_office_polish": Kind.AUTO_REPLY,
    "auto_reply_precedence": Kind.AUTO_REPLY,
    "challenge": Kind.AUTO_REPLY,
    "receipt": Kind.AUTO_REPLY,
}
COMPLAINTS = {
    "feedback": [(MARA, "complaint", "feedback:abuse")],
    "feedback_redacted": [],
    "feedback_hotmail": [("mara@hotmail.example", "complaint", "feedback:abuse")],
    "feedback_authentication": [(MARA, "block", "feedback:auth-failure")],
}


def test_every_sample_is_looked_at() -> None:
    assert {*BOUNCES, *OTHERS, *COMPLAINTS} == set(RAW)


@pytest.mark.parametrize("name", BOUNCES)
def test_a_bounce_names_its_recipients_their_class_and_codes(name: str) -> None:
    explained = explain(RAW[name])
    found = [(one.address, one.class_, one.status, one.reply) for one in explained.recipients]
    assert (explained.kind, found) == (Kind.BOUNCE, BOUNCES[name])


@pytest.mark.parametrize("name", OTHERS)
def test_a_delay_a_letter_and_an_automatic_answer_have_no_recipients(name: str) -> None:
    explained = explain(RAW[name])
    assert (explained.kind, explained.recipients) == (OTHERS[name], ())


@pytest.mark.parametrize("name", COMPLAINTS)
def test_a_feedback_report_names_who_complains_unless_it_is_redacted(name: str) -> None:
    explained = explain(RAW[name])
    found = [(one.address, one.class_, one.rule) for one in explained.recipients]
    assert (explained.kind, found) == (Kind.FEEDBACK, COMPLAINTS[name])


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
@pytest.mark.parametrize("name", RAW)
def test_line_ends_do_not_matter(name: str, ending: bytes) -> None:
    assert explain(RAW[name].replace(b"\n", ending)) == explain(RAW[name])


def test_praise_is_no_complaint() -> None:
    praise = RAW["feedback"].replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")
    assert explain(praise).recipients == ()


def test_our_own_address_and_the_postmaster_never_bounce() -> None:
    raw = RAW["qmail"].replace(b"<mara@house.example>:", b"<postmaster@house.example>:")
    raw = raw.replace(b"<otto@farm.example>:", b"<bounces@news.sender.example>:")
    assert not {one.address for one in explain(raw).recipients} & {
        "postmaster@house.example",
        "bounces@news.sender.example",
    }


def test_an_address_that_is_named_twice_is_one_recipient() -> None:
    raw = RAW["qmail"].replace(b"<otto@farm.example>:", b"<Mara@House.example>:")
    assert len(explain(raw).recipients) == 1


@given(st.binary(max_size=3_000))
def test_any_bytes_are_explained(raw: bytes) -> None:
    assert explain(raw).kind in Kind


@given(st.data())
def test_a_damaged_mail_is_explained(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from([*RAW.values()])))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = start + data.draw(st.integers(0, 40))
        raw[start:end] = data.draw(st.binary(max_size=40) | st.sampled_from(DAMAGE))
    explained = explain(bytes(raw))
    addresses = [one.address.lower() for one in explained.recipients]
    assert len(addresses) == len(set(addresses))


DAMAGE = [
    b"\n\n",
    b"\r",
    b"\0",
    b"--",
    b"=?utf-8?q?=ff?=",
    b"=?x?b?a?=",
    b"charset=unicode_escape",
    b"Content-Type: multipart/mixed; boundary=a\n\n--a\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Final-Recipient: rfc822;@\n",
    b"<@>",
]


@pytest.mark.parametrize(
    "body",
    [
        b"<script>" * 1_250_000,
        b"Final-Recipient: rfc822; a@b.example\n\n" * 250_000,
        b"--B\nContent-Type: multipart/mixed; boundary=B\n\n" * 200_000,
        (b"-" * 900 + b"\n") * 11_000,
        b"a@" * 5_000_000,
        b"".join(b"a%d@b.example\n" % number for number in range(600_000)),
    ],
    ids=["tags", "recipients", "parts", "rules", "signs", "addresses"],
)
def test_ten_megabytes_made_to_hurt_are_explained_soon(body: bytes) -> None:
    header = b"From: mailer-daemon@h.example\nSubject: failure\nContent-Type: multipart/report;"
    for kind in (b" boundary=B\n\n--B\n\n", b"\nContent-Type: text/html\n\n"):
        assert explain(header + kind + body).kind in Kind
