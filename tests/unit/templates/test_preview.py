"""A preview is the email one person would get, with what to look at and what is missing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from penguinmails.contacts.contact import Contact
from penguinmails.contacts.store import ContactStore
from penguinmails.errors import InvalidInput, NotFound
from penguinmails.table.memory import MemoryTable
from penguinmails.templates.preview import WAY_OUT, Asked, PreviewPorts, preview
from penguinmails.templates.reader import Reader
from penguinmails.templates.save import save_template
from penguinmails.templates.store import TemplateStore
from penguinmails.templates.template import Format, Template, Variant
from tests.world import TENANT as WORLD
from tests.world import World

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT, ID = "tenant", "01890000-0000-8000-8000-00000000000a"
MAIL = Template(
    *("hello", "Hello", "Hi {{ firstName }}", "", "<p>From {{ company }}<img src='x'>", ""),
    variants={"de": Variant("Hallo {{ firstName|default('du') }}", html="<p>Von {{ company }}")},
)


@pytest.fixture
def ports() -> PreviewPorts:
    templates, contacts = TemplateStore(MemoryTable()), ContactStore(MemoryTable(), lambda _: 1)
    save_template(TENANT, MAIL, templates, NOW_AT)
    contact = Contact(TENANT, ID, "ada@example.com", {"first_name": "Ada"}, created_at=NOW_AT)
    contacts.add(replace(contact, updated_at=NOW_AT), "test")
    addresses = {"us@acme.example": "Acme <Ltd>\n1 Pier"}
    return PreviewPorts(
        templates,
        contacts,
        lambda tenant, email: addresses[email] if tenant == TENANT else "",
        lambda tenant, target: f"{tenant}-{len(target)}",
    )


def test_a_saved_template_is_shown_as_a_contact_gets_it(ports: PreviewPorts) -> None:
    shown = preview(TENANT, Asked("hello", reader=Reader(contact=ID)), ports)
    assert shown.rendered.subject == "Hi Ada"
    assert "<p>From <img" in shown.rendered.html
    assert WAY_OUT in shown.rendered.html
    assert WAY_OUT in shown.rendered.text
    assert (shown.language, shown.missing) == ("", ("company",))
    assert [one.code for one in shown.warnings] == ["no-alt", "no-fallback"]


def test_a_gap_is_told_where_it_stands_in_the_language_that_is_shown(ports: PreviewPorts) -> None:
    places = {}
    for locale in ("en", "de"):
        shown = preview(TENANT, Asked("hello", reader=Reader(sample={}, locale=locale)), ports)
        places[locale] = [one.field for one in shown.warnings if one.code == "no-fallback"]
    assert places == {"en": ["subject", "html"], "de": ["variants/de/html"]}


def test_a_variant_without_a_body_has_the_gaps_of_the_templates_own(ports: PreviewPorts) -> None:
    assert isinstance(ports.templates, TemplateStore)
    variants = {"de": Variant("Hallo {{ firstName }}")}
    save_template(TENANT, replace(MAIL, variants=variants), ports.templates, NOW_AT)
    shown = preview(TENANT, Asked("hello", reader=Reader(sample={}, locale="de")), ports)
    gaps = [one.field for one in shown.warnings if one.code == "no-fallback"]
    assert (gaps, shown.missing) == (["variants/de/subject", "html"], ("company", "first_name"))


def test_sample_data_and_a_locale_choose_the_variant(ports: PreviewPorts) -> None:
    sample = {"company": "A & B", "locale": "de-CH"}
    shown = preview(TENANT, Asked("hello", reader=Reader(sample=sample)), ports)
    assert (shown.rendered.subject, shown.language, shown.missing) == ("Hallo du", "de", ())
    assert "Von A &amp; B" in shown.rendered.html
    again = preview(TENANT, Asked("hello", reader=Reader(contact=ID, locale="de")), ports)
    assert again.rendered.subject == "Hallo Ada"


def test_the_senders_postal_address_is_shown_where_the_sender_is_known(
    ports: PreviewPorts,
) -> None:
    shown = preview(TENANT, Asked("hello", from_email="us@acme.example"), ports).rendered
    assert "Acme &lt;Ltd&gt;<br>1 Pier</p>" in shown.html
    assert f"-- \nAcme <Ltd>\n1 Pier\nUnsubscribe: {WAY_OUT}" in shown.text
    assert "1 Pier" not in preview(TENANT, Asked("hello"), ports).rendered.html


def test_a_template_that_is_not_saved_yet_is_published_first(ports: PreviewPorts) -> None:
    given = Template("new", "New", "S", "", "# {{ name }}", "", Format.MARKDOWN)
    shown = preview(TENANT, Asked(given, reader=Reader(sample={"name": "<b>"})), ports)
    assert "<h1>&lt;b&gt;</h1>" in shown.rendered.html


def test_an_older_version_can_be_shown(ports: PreviewPorts) -> None:
    assert isinstance(ports.templates, TemplateStore)
    save_template(TENANT, replace(MAIL, subject="New"), ports.templates, NOW_AT)
    assert preview(TENANT, Asked("hello"), ports).rendered.subject == "New"
    assert preview(TENANT, Asked("hello", version=1), ports).rendered.subject == "Hi"


def test_links_lead_where_the_author_wrote(ports: PreviewPorts) -> None:
    given = replace(MAIL, html="<a href='https://a.example/{{ x }}'>a</a>", variants={})
    shown = preview(TENANT, Asked(given, reader=Reader(sample={"x": "1", "firstName": "A"})), ports)
    assert "<a href='https://a.example/1'>a</a>" in shown.rendered.html
    assert 'width="1"' not in shown.rendered.html


def test_images_are_signed_as_in_the_email(ports: PreviewPorts) -> None:
    given = replace(MAIL, html="<img src='{{ \"https://i.example/a\"|image(n=x) }}'>", variants={})
    shown = preview(TENANT, Asked(given, reader=Reader(sample={"x": "1"})), ports)
    assert "<img src='https://i.example/a?n=1&amp;s=tenant-6'>" in shown.rendered.html


def test_an_email_that_only_this_person_gets_too_large_is_told(ports: PreviewPorts) -> None:
    given = replace(MAIL, html="<p>{% for o in l %}" + "x" * 3_000 + "{% endfor %}", variants={})
    sample = {"l": list(range(50)), "firstName": "A"}
    shown = preview(TENANT, Asked(given, reader=Reader(sample=sample)), ports)
    assert [one.code for one in shown.warnings] == ["size"]
    assert (
        preview(TENANT, Asked(given, reader=Reader(sample={"firstName": "A"})), ports).warnings
        == ()
    )


def test_problems_point_into_the_template(ports: PreviewPorts) -> None:
    given = replace(MAIL, html="{{ x() }}", variants={"de": Variant("{{ y( }}")})
    with pytest.raises(InvalidInput) as refused:
        preview(TENANT, Asked(given), ports)
    pointers = [one.pointer for one in refused.value.problems]
    assert pointers == ["/html", "/variants/de/subject"]


def test_what_is_not_there_is_not_found_and_a_double_question_is_refused(
    ports: PreviewPorts,
) -> None:
    for tenant, asked in (
        (TENANT, Asked("nothing")),
        (TENANT, Asked("hello", version=9)),
        ("other", Asked("hello")),
    ):
        with pytest.raises(NotFound):
            preview(tenant, asked, ports)
    with pytest.raises(InvalidInput):
        preview(TENANT, Asked("hello", reader=Reader(contact=ID, sample={})), ports)


@pytest.mark.parametrize("contact", [ID.replace("a", "b"), "nobody"])
def test_a_contact_that_there_is_not_is_a_mistake_in_the_request(
    ports: PreviewPorts, contact: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        preview(TENANT, Asked("hello", reader=Reader(contact=contact)), ports)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/contactId", "unknown_contact")


def test_the_house_shows_its_own_templates_and_contacts() -> None:
    world = World()
    save_template(WORLD, MAIL, world.templates, NOW_AT)
    ada = world.person("ada@example.com", first_name="Ada")
    shown = preview(WORLD, Asked("hello", reader=Reader(contact=ada.id)), world.previewing())
    assert shown.rendered.subject == "Hi Ada"
