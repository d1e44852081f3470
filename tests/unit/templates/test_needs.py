"""What a template reads without a fallback is found without rendering it, and counted by people."""

import pytest

from penguinmails.contacts.contact import Contact
from penguinmails.table.port import Value
from penguinmails.templates.needs import missing_in, needs
from penguinmails.templates.template import Template, Variant


def template(html: str, subject: str = "S", **variants: Variant) -> Template:
    return Template("t", "T", subject, "", html, "", variants=variants)


def person(locale: str = "", **attributes: Value) -> Contact:
    return Contact("tenant", "id", "ada@example.com", attributes, locale=locale)


@pytest.mark.parametrize(
    ("html", "paths"),
    [
        ("{{ firstName }} {{ contact.first_name }} {{ contact['First Name'] }}", {"first_name"}),
        ("{{ company|upper|truncate(n) }}", {"company"}),
        ("{{ contact.address.city }}", {"address.city"}),
        ("{{ contact.tags[0] }}", {"tags"}),
        ("{{ 'Dear ' + name }}", {"name"}),
        ("{{ 'https://i.example'|image(n=name, p=plan|d('x'), c=a or b)|e }}", {"name", "a"}),
        ("<a href='https://x.example/{{ id|urlencode }}'>x</a>", {"id"}),
        ("{{ name|default('you') }}{{ name|d('you')|upper }}{{ (name or 'you')|e }}", set()),
        ("{{ name|default('') }}{{ name|default }}", set()),
        ("{{ name|default(nick) }}", {"name"}),
        ("{% if name %}{{ name }}{% else %}{{ nick }}{% endif %}", {"nick"}),
        ("{% if not name %}{{ nick }}{% else %}{{ name }}{% endif %}", {"nick"}),
        ("{% if name is defined and vip %}{{ name }}{{ vip }}{% endif %}", set()),
        ("{% if a %}x{% elif b %}{{ b }}{{ a }}{% endif %}", {"a"}),
        ("{{ name if name else nick }}", {"nick"}),
        ("{{ age > 5 }}{{ not name }}{{ name is defined }}", set()),
        ("{% for o in orders %}{{ o.title }}{{ loop.index }}{{ shop }}{% endfor %}", {"shop"}),
        ("{{ unsubscribe_url }}{{ unsubscribeUrl }}{# {{ note }} #}", set()),
        ("{{ sender_postal_address }}{{ senderPostalAddress }}", set()),
        ("{{ (orders|first).title }}", {"orders"}),
    ],
)
def test_a_value_that_would_leave_a_gap_is_found(html: str, paths: set[str]) -> None:
    assert {need.path for need in needs(template(html))} == paths


def test_people_are_counted_by_what_their_email_would_lack() -> None:
    wanted = template("{{ firstName }} {{ company|default(contact.employer) }}", "{{ plan }}")
    people = [
        person(first_name="Ada", company="A", plan="p"),
        person(firstName="Ben", employer="B", plan=""),
        person(plan=0, company=None),
    ]
    assert missing_in(wanted, people) == {"first_name": 1, "plan": 1, "company": 1}
    assert missing_in(wanted, []) == {}


def test_everybody_is_asked_for_what_their_own_language_needs() -> None:
    wanted = template("{{ company }}", de=Variant("{{ anrede }}", html="<p>x"))
    people = [person(locale="de_AT"), person(locale="fr"), person(locale="")]
    assert missing_in(wanted, people) == {"anrede": 1, "company": 2}
