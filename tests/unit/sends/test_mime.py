"""A written message reads back as the same message, and nobody writes a header of their own."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.errors import InvalidInput
from penguinmails.sends.message import Message
from penguinmails.sends.mime import mime_bytes

PLAIN = Message(
    send_key="0123456789abcdef0123456789abcdef",
    token="AQEB-_x",
    from_name="Penguin Post",
    from_email="post@example.com",
    reply_to="answers@example.com",
    to_email="anna@example.org",
    subject="Hello",
    text="Hello\n",
    html="<p>Hello</p>\n",
    message_id="<0123@example.com>",
    date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    unsubscribe_url="https://m.example/u/token",
)

# What may stand in a header: any text without controls, separators of lines and lone surrogates.
printable = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029"), max_size=200
)
bodies = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)

ODD = [
    "",
    " ",
    "Grüße 🎉 an alle",
    "שלום עולם, this is mixed",
    "مرحبا بالعالم",
    "a" * 300,
    "word " * 60 + "end",
    "ü" * 300,
    "👨‍👩‍👧‍👦" * 30,
    "double  space",
    " leading",
    "trailing ",
    "=?utf-8?b?SGk=?=",
    "=?utf-8?q?a",
    'quotes " and \\ back, comma; semi: <angle> (comment) @ [x]',
    "Smith, John",
    "O'Brien & Søn",
    "tab is a control" + "\xa0" + "this is not",
    "a" * 75,
    "a " * 38,
    "%00%0d%0a",
    "100% =3D",
]
BODIES = [
    "",
    ".",
    "..\n.\n.a\n",
    "trailing space \nand tab\t\n \n",
    "x" * 5_000,
    "ü" * 2_000,
    "=3D = == =\n",
    "a\r\nb\rc\nd",
    "From me\n.From\n--\n--=_\n",
    "\x0b\x0c\x1c\x85\u2028 separators",
    "<p>" + "y" * 997 + "</p>",
    "no newline at the end",
    "\n\n\nleading",
    "🎉 שלום",
    "\x00",
]


def read(message: Message) -> EmailMessage:
    raw = mime_bytes(message)
    assert raw.isascii()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    parsed = message_from_bytes(raw, policy=default)
    assert parsed.defects == []
    return parsed


def changed(field: str, value: str) -> Message:
    return Message(**{**asdict(PLAIN), field: value})


def lines(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain if plain.endswith("\n") else plain + "\n"


def part(parsed: EmailMessage, kind: str) -> str:
    found = parsed.get_body((kind,))
    assert found is not None
    payload = found.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def same_name(read_back: str, name: str) -> bool:
    """Compare names; the parser puts a space between encoded words (RFC 2047, 6.2 wants none)."""
    folded = " ".join(filter(None, name.split(" ")))
    if len(folded.encode()) > 45 and not folded.isascii():
        return read_back.replace(" ", "") == folded.replace(" ", "")
    return read_back == folded


def test_every_header_is_there_once() -> None:
    parsed = read(PLAIN)
    assert {name: value for name, value in parsed.items() if name != "Content-Type"} == {
        "Date": "Mon, 02 Mar 2026 09:30:00 +0000",
        "Message-ID": "<0123@example.com>",
        "From": "Penguin Post <post@example.com>",
        "To": "anna@example.org",
        "Reply-To": "answers@example.com",
        "Subject": "Hello",
        "List-Unsubscribe": "<https://m.example/u/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-PenguinMails-Token": "AQEB-_x",
        "MIME-Version": "1.0",
    }
    assert [p.get_content_type() for p in parsed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_a_message_that_is_not_marketing_offers_no_unsubscribing() -> None:
    assert "List-Unsubscribe" not in mime_bytes(replace(PLAIN, unsubscribe_url=None)).decode()


@pytest.mark.parametrize("text", ODD)
def test_an_odd_subject_and_name_read_back(text: str) -> None:
    parsed = read(replace(PLAIN, subject=text, from_name=text))
    assert parsed["Subject"] == text
    assert same_name(parsed["From"].addresses[0].display_name, text)
    assert parsed["From"].addresses[0].addr_spec == "post@example.com"


@pytest.mark.parametrize("body", BODIES)
def test_an_odd_body_reads_back(body: str) -> None:
    parsed = read(replace(PLAIN, text=body + "\nend", html="<p>" + body))
    assert part(parsed, "plain") == lines(body + "\nend")
    assert part(parsed, "html") == lines("<p>" + body)


@given(subject=printable, name=printable)
def test_any_subject_and_name_read_back(subject: str, name: str) -> None:
    parsed = read(replace(PLAIN, subject=subject, from_name=name))
    assert parsed["Subject"] == subject
    assert parsed["From"].addresses[0].addr_spec == "post@example.com"
    assert same_name(parsed["From"].addresses[0].display_name, name)


@given(text=bodies, html=bodies)
def test_any_body_reads_back(text: str, html: str) -> None:
    parsed = read(replace(PLAIN, text="t" + text, html="h" + html))
    assert part(parsed, "plain") == lines("t" + text)
    assert part(parsed, "html") == lines("h" + html)


CONTROLS = ["\r", "\n", "\r\n", "\0", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"]
FIELDS = [
    *("subject", "from_name", "from_email", "reply_to", "to_email"),
    *("message_id", "token", "unsubscribe_url"),
]


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
@pytest.mark.parametrize("field", FIELDS)
def test_no_header_takes_a_control_character(field: str, control: str) -> None:
    value = str(getattr(PLAIN, field))
    for hostile in (f"{value}{control}Bcc: eve@example.net", control + value, value + control):
        with pytest.raises(InvalidInput) as refused:
            mime_bytes(changed(field, hostile))
        assert refused.value.problems[0].code == "header"


@pytest.mark.parametrize("field", ["from_email", "reply_to", "to_email"])
@pytest.mark.parametrize(
    "address",
    [
        *(
            "plain",
            "a@b@c",
            "a b@example.com",
            "a@exa mple.com",
            "<a@example.com>",
            "a@example.com,b@c.d",
        ),
        *('"a"@example.com', "a@example.com (x)", "a@", "@b", "a..b@example.com", ".a@example.com"),
        *(
            "a@-example.com",
            "a@example..com",
            "ü@example.com",
            "a@ü.com",
            "a" * 65 + "@b.c",
            "a:b@c.d",
        ),
    ],
)
def test_an_address_that_could_mean_something_else_is_refused(field: str, address: str) -> None:
    with pytest.raises(InvalidInput):
        mime_bytes(changed(field, address))


@pytest.mark.parametrize(
    "url",
    ["", "javascript:x", "https://a b", "https://a>b", "https://a,b <", "ftp://x", "https://ü"],
)
def test_an_unsubscribe_address_is_a_web_address(url: str) -> None:
    with pytest.raises(InvalidInput):
        mime_bytes(replace(PLAIN, unsubscribe_url=url))


def test_the_same_message_is_written_alike_every_time() -> None:
    assert mime_bytes(PLAIN) == mime_bytes(PLAIN)
