"""The demo's inbox: every mail is kept, and looking at one does nothing."""

import re
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest

from penguinmails.local.demo.inbox_page import step_names, write
from penguinmails.local.demo.post import Delivered
from penguinmails.local.sink import Mail, Maildir
from penguinmails.tracking.tokens import Purpose, Token

HTML = (
    '<!doctype html><html><body>Grüße "&amp;" <img src="https://track.example/o/1"></body></html>'
)


@pytest.fixture
def maildir(tmp_path: Path) -> Maildir:
    mails = Maildir(tmp_path / "sink")
    mails.prepare()
    return mails


def post(
    maildir: Maildir, recipient: str, subject: str = "Grüße aus Köln", html: str = HTML
) -> None:
    message = EmailMessage()
    message["Date"] = "Thu, 12 Nov 2026 09:05:00 +0000"
    message["From"] = "Lena Größe <lena@northlight.example>"
    message["To"] = recipient
    message["Subject"] = subject
    message.set_content("Nur <Text>, schön")
    message.add_alternative(html, subtype="html")
    maildir.keep("bounces@northlight.example", [recipient], message.as_bytes())


def read(path: Path) -> str:
    return path.read_text()


def test_every_mail_is_kept_as_it_came(maildir: Maildir, tmp_path: Path) -> None:
    for number in range(3):
        post(maildir, f"p{number}@example.org")
    write(maildir, tmp_path / "out")
    for mail in maildir.mails():
        assert (tmp_path / "out" / "mails" / mail.file).read_bytes() == maildir.content(mail)


def test_mails_are_listed_by_step_and_by_person(maildir: Maildir, tmp_path: Path) -> None:
    for recipient in ("b@example.org", "a@example.org", "b@example.org"):
        post(maildir, recipient)
    names = {"000000001.eml": "Welcome: hello", "000000003.eml": "Welcome: offer"}
    write(maildir, tmp_path / "out", names=names)
    assert groups(tmp_path / "out" / "index.html") == [
        ("Welcome: hello", 1),
        ("Lena Größe", 1),
        ("Welcome: offer", 1),
    ]
    assert groups(tmp_path / "out" / "people.html") == [("a@example.org", 1), ("b@example.org", 2)]


def groups(page: Path) -> list[tuple[str, int]]:
    found = re.findall(r'<summary>(.*?) <span class="n">(\d+)</span>', read(page))
    return [(unescape(name), int(number)) for name, number in found]


def test_only_the_first_mails_have_pages_and_the_index_says_so(
    maildir: Maildir, tmp_path: Path
) -> None:
    for number in range(5):
        post(maildir, f"p{number}@example.org")
    write(maildir, tmp_path / "out", most=2)
    index = read(tmp_path / "out" / "index.html")
    assert "The first 2 of 5 mails are shown." in index
    assert "p1@example.org" in index
    assert "p2@example.org" not in index
    assert len(list((tmp_path / "out" / "mails").glob("*.html"))) == 2
    assert len(list((tmp_path / "out" / "mails").glob("*.eml"))) == 5


def test_a_mail_is_shown_with_its_text_and_headers_and_the_others_to_this_person(
    maildir: Maildir, tmp_path: Path
) -> None:
    post(maildir, "a@example.org")
    post(maildir, "a@example.org", "Noch einmal")
    write(maildir, tmp_path / "out")
    page = read(tmp_path / "out" / "mails" / "000000001.html")
    assert "<h1>Grüße aus Köln</h1>" in page
    assert "Lena Größe &lt;lena@northlight.example&gt;" in page
    assert "Thu 12 Nov 2026, 09:05 UTC" in page
    assert "Nur &lt;Text&gt;, schön" in page
    assert '<a href="000000002.html">Noch einmal</a>' in page


def test_a_mail_can_neither_run_scripts_nor_load_anything(maildir: Maildir, tmp_path: Path) -> None:
    evil = '"></iframe><script>alert(1)</script>'
    post(maildir, "a@example.org", subject=evil, html=HTML + evil)
    write(maildir, tmp_path / "out")
    for page in ("mails/000000001.html", "index.html", "people.html"):
        assert "<script>alert" not in read(tmp_path / "out" / page)
        assert "default-src 'none'" in read(tmp_path / "out" / page)
    page = read(tmp_path / "out" / "mails" / "000000001.html")
    found = re.search(r'sandbox="(.*?)".*?srcdoc="(.*?)"', page, re.DOTALL)
    assert found
    sandbox, framed = found.groups()
    assert "allow-scripts" not in sandbox
    assert "allow-same-origin" not in sandbox
    assert unescape(framed).startswith('<meta http-equiv="Content-Security-Policy"')
    assert "Grüße" in unescape(framed)


def test_mails_of_an_earlier_run_are_gone(maildir: Maildir, tmp_path: Path) -> None:
    post(maildir, "a@example.org")
    write(maildir, tmp_path / "out")
    write(Maildir(tmp_path / "nothing"), tmp_path / "out")
    assert not list((tmp_path / "out" / "mails").iterdir())
    assert "No mail arrived." in read(tmp_path / "out" / "index.html")


def test_a_mail_without_headers_or_html_is_shown_too(maildir: Maildir, tmp_path: Path) -> None:
    maildir.keep("a@example.org", ["b@example.org"], b"\r\nonly this\r\n")
    write(maildir, tmp_path / "out")
    page = read(tmp_path / "out" / "mails" / "000000001.html")
    assert "(no subject)" in page
    assert "only this" in page
    assert "<iframe" not in page


def test_steps_are_named_as_in_the_report_and_unknown_ones_not_at_all() -> None:
    campaign = {
        "id": "c1",
        "name": "Nurture",
        "analytics": {"byStep": [{"step": 3, "name": "hot_lead"}]},
    }
    delivereds = [delivered("1.eml", "c1", 3), delivered("2.eml", "c2", 3)]
    assert step_names(delivereds, {"campaigns": [campaign]}) == {"1.eml": "Nurture: hot lead"}


def delivered(file: str, campaign: str, step: int) -> Delivered:
    mail = Mail(file, "a@example.org", ("b@example.org",), "", 0.0)
    token = Token(Purpose.MESSAGE, "t", campaign, "p", "1", 1, 0, step, 1, 1, 0)
    return Delivered(0, mail, token)
