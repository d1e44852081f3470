"""The writer renders a step for one person, with signed addresses of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from penguinmails.campaigns.campaign import Sender
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.clock import ManualClock
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.correlate import ref_of
from penguinmails.enrollments.enrollment import Enrollment, Mail, Ref, Status
from penguinmails.errors import NotFound
from penguinmails.keyring import generate
from penguinmails.sends.mime import mime_bytes
from penguinmails.sends.writer import MessageWriter, RenderFailed
from penguinmails.templates.template import Template, Variant
from penguinmails.tracking.content import Contents
from penguinmails.tracking.tokens import Purpose, decode

NOW_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"
CAMPAIGN = "01890000-0000-7000-8000-000000000002"
RING = generate(lambda size: b"k" * size)
ADA = Contact(
    TENANT, RING.contact_id(TENANT, "ada@example.com"), "ada@example.com", {"first_name": "Ada"}
)
ROW = Enrollment(
    Ref(TENANT, CAMPAIGN, 7, ADA.id), Status.ACTIVE, 1, 1, NOW_AT, NOW_AT, 1, NOW_AT, frozenset()
)
TEMPLATE = Template(
    "intro",
    "Intro",
    "Hello {{ firstName }}",
    "",
    '<html><body><p>Dear {{ contact.first_name }}</p><a href="https://northlight.example/">Go</a>'
    "</body></html>",
    "",
)
PIXEL, CLICK = "https://mail.example.com/o/", "https://mail.example.com/c/"


class Library:
    """One revision with one email."""

    def __init__(self, revision: Revision, contents: Mapping[int, Template]) -> None:
        self._revision = revision
        self._contents = contents
        self.reads = 0

    def revision(self, tenant: str, campaign: str, number: int) -> Revision:
        return self._revision

    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template:
        self.reads += 1
        if step not in self._contents:
            raise NotFound("no such email")
        return self._contents[step]


def revision_of(*, subject: str | None = None) -> Revision:
    email = {"id": "intro", "template": "intro"} | ({"subject": subject} if subject else {})
    sequence = compile_sequence([{"email": email}])
    return Revision(CAMPAIGN, 1, sequence, Sender("Northlight", "hello@northlight.example"), ())


def writer_of(library: Library) -> MessageWriter:
    return MessageWriter(Contents(library, ManualClock(NOW_AT)), RING, "https://mail.example.com")


def test_a_message_names_its_send_and_its_person() -> None:
    revision = revision_of()
    library = Library(revision, {1: TEMPLATE})
    writer = writer_of(library)
    message = writer.write(ROW, revision, Mail(1, 1, 2), ADA, NOW_AT)
    assert (message.to_email, message.subject) == ("ada@example.com", "Hello Ada")
    assert "Dear Ada" in message.html
    assert "Dear Ada" in message.text
    assert message.message_id == f"<{message.send_key}@northlight.example>"
    token = decode(message.token, RING, Purpose.MESSAGE)
    assert ref_of(token) == ROW.ref
    assert (token.step, token.visit, token.attempt, token.revision) == (1, 1, 2, 1)
    assert mime_bytes(message)
    writer.write(ROW, revision, Mail(1), ADA, NOW_AT)
    assert library.reads == 1


def test_the_same_send_is_written_the_same() -> None:
    revision = revision_of()
    writer = writer_of(Library(revision, {1: TEMPLATE}))
    written = {mime_bytes(writer.write(ROW, revision, Mail(1), ADA, NOW_AT)) for _ in range(3)}
    assert len(written) == 1


def test_a_step_may_have_its_own_subject() -> None:
    revision = revision_of(subject="For {{ firstName }}")
    message = writer_of(Library(revision, {1: TEMPLATE})).write(ROW, revision, Mail(1), ADA, NOW_AT)
    assert message.subject == "For Ada"


def test_a_person_is_written_to_in_their_language() -> None:
    german = Variant("Hallo {{ firstName }}", html="<p>Liebe {{ firstName }}</p>")
    library = Library(revision_of(), {1: replace(TEMPLATE, variants={"de": german})})
    austrian = replace(ADA, locale="de-AT")
    write = writer_of(library).write
    message = write(ROW, revision_of(), Mail(1), austrian, NOW_AT)
    assert message.subject == "Hallo Ada"
    assert "Liebe Ada" in message.html
    assert write(ROW, revision_of(), Mail(1), ADA, NOW_AT).subject == "Hello Ada"


@pytest.mark.parametrize(
    ("opens", "clicks"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_only_what_the_campaign_asked_for_is_tracked(*, opens: bool, clicks: bool) -> None:
    revision = replace(revision_of(), track_opens=opens, track_clicks=clicks)
    message = writer_of(Library(revision, {1: TEMPLATE})).write(ROW, revision, Mail(1), ADA, NOW_AT)
    assert (message.html.count(PIXEL), "<img" in message.html) == (int(opens), opens)
    assert message.html.count(CLICK) == int(clicks)
    assert (CLICK in message.text) is clicks


@pytest.mark.parametrize("marketing", [True, False])
def test_marketing_mail_has_the_header_to_unsubscribe_with(*, marketing: bool) -> None:
    revision = replace(revision_of(), marketing=marketing)
    message = writer_of(Library(revision, {1: TEMPLATE})).write(ROW, revision, Mail(1), ADA, NOW_AT)
    assert (
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mime_bytes(message)
    ) is marketing
    if marketing:
        assert message.unsubscribe_url is not None
        assert message.unsubscribe_url in message.html


@pytest.mark.parametrize(
    "contents",
    [
        {},
        {1: replace(TEMPLATE, html="{{ broken")},
        {
            1: replace(
                TEMPLATE,
                html="{% for a in tags %}{% for b in tags %}{{ b }}{% endfor %}{% endfor %}",
            )
        },
    ],
)
def test_what_cannot_be_rendered_fails_for_this_person_with_a_reason(
    contents: Mapping[int, Template],
) -> None:
    revision = revision_of()
    crowded = replace(ADA, tags=frozenset("x" * 1_900 + str(number) for number in range(100)))
    writer = writer_of(Library(revision, contents))
    with pytest.raises(RenderFailed, match="step 1 cannot be written"):
        writer.write(ROW, revision, Mail(1), crowded, NOW_AT)


def test_an_image_has_the_same_signed_address_in_every_send() -> None:
    revision = revision_of()
    image = "<img src='{{ \"https://img.example/hello.png\"|image(name=firstName) }}' alt=''>"
    writer = writer_of(Library(revision, {1: replace(TEMPLATE, html=image)}))
    first, second = (
        writer.write(ROW, revision, Mail(1, visit, 1), ADA, NOW_AT).html for visit in (1, 2)
    )
    signature = RING.image_signature(TENANT, "/hello.png?name=Ada")
    source = f"src='https://img.example/hello.png?name=Ada&amp;s={signature}'"
    assert source in first
    assert source in second
