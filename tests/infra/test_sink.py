"""The mail server of a local stack: it keeps what it accepted, whole and in order."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from penguinmails.local import child, sink
from penguinmails.local.sink import Maildir

MAIL = (
    b"From: a@example.com\r\nTo: b@example.com\r\nSubject: \xc3\xa4\r\n"
    b"X-PenguinMails-Token: first-part\r\n -second-part\r\n\r\n.\r\nlast line\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Maildir]]:
    folder = tmp_path_factory.mktemp("mail")
    process = sink.start(folder, child.free_port(), leashed=True)
    try:
        process.wait_until_it_listens()
        yield process.port, Maildir(folder)
    finally:
        process.stop()


def deliver(port: int, recipient: str) -> None:
    with smtplib.SMTP(child.LOOPBACK, port) as client:
        client.sendmail("bounces@example.com", [recipient], MAIL)


def test_a_mail_is_kept_as_it_was_sent(server: tuple[int, Maildir]) -> None:
    port, maildir = server
    deliver(port, "whole@example.com")
    kept = [mail for mail in maildir.mails() if mail.recipients == ("whole@example.com",)]
    assert [maildir.content(mail) for mail in kept] == [MAIL]


def test_the_index_tells_envelope_and_token(server: tuple[int, Maildir]) -> None:
    port, maildir = server
    deliver(port, "index@example.com")
    mail = next(mail for mail in maildir.mails() if mail.recipients == ("index@example.com",))
    assert mail.sender == "bounces@example.com"
    assert mail.token == "first-part-second-part"


def test_mails_are_read_on_from_where_one_was(server: tuple[int, Maildir]) -> None:
    port, maildir = server
    seen = len(list(maildir.mails()))
    deliver(port, "one@example.com")
    deliver(port, "two@example.com")
    new = [mail.recipients[0] for mail in maildir.mails(after=seen)]
    assert new == ["one@example.com", "two@example.com"]


def test_a_maildir_that_got_nothing_is_empty(tmp_path: Path) -> None:
    assert list(Maildir(tmp_path).mails()) == []
