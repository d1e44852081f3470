"""The examples: they compile, they render for anybody, and they say what their titles promise."""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.steps import EmailStep, Sequence, WaitStep, ways_on
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput
from penguinmails.templates.check import check, variables
from penguinmails.templates.compile import compile_template
from penguinmails.templates.context import context_of
from penguinmails.templates.template import Template

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = ("welcome.yaml", "nurture.yaml", "broadcast.yaml")
CAMPAIGN_KEYS = {
    "kind",
    "slug",
    "name",
    "description",
    "type",
    "segment",
    "from",
    "reply_to",
    "track_opens",
    "track_clicks",
    "steps",
}
RESERVED = ("example.com", "example.org", "example.net", ".test", ".example")
DAY = 86_400
Document = dict[str, Any]


class FixedLinks:
    """The addresses of a message, the same for all."""

    def open_url(self) -> str:
        return "https://mail.example/o/1"

    def click_url(self, index: int) -> str:
        return f"https://mail.example/c/{index}"

    def unsubscribe_url(self) -> str:
        return "https://mail.example/u/1"

    def image_signature(self, target: str) -> str:
        return "signature"


def documents(name: str) -> list[Document]:
    with (EXAMPLES / name).open(encoding="utf-8") as file:
        return list(YAML(typ="safe", pure=True).load_all(file))


def campaign(name: str) -> Document:
    (found,) = (document for document in documents(name) if document["kind"] == "campaign")
    return found


def sequence(name: str) -> Sequence:
    return compile_sequence(campaign(name)["steps"])


def templates(name: str) -> dict[str, Template]:
    found = (document for document in documents(name) if document["kind"] == "template")
    return {
        each["slug"]: Template(
            each["slug"],
            each["name"],
            each["subject"],
            each["preview_text"],
            each["html"],
            each.get("text", ""),
        )
        for each in found
    }


def rows() -> list[dict[str, str]]:
    with (EXAMPLES / "contacts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def emails(found: Sequence) -> list[str]:
    return [step.slug for step in found.steps.values() if isinstance(step, EmailStep)]


def days_of(found: Sequence, number: int | None, seconds: int = 0) -> Iterator[tuple[str, float]]:
    """Yield each email and the day on which it comes, for every way through."""
    if number is None:
        return
    step = found.steps[number]
    if isinstance(step, EmailStep):
        yield step.slug, seconds / DAY
    if isinstance(step, WaitStep):
        seconds += step.seconds
    for way in ways_on(step):
        yield from days_of(found, way, seconds)


@pytest.mark.parametrize("name", FILES)
def test_an_example_is_plain_data_of_known_keys(name: str) -> None:
    found = documents(name)
    assert json.loads(json.dumps(found)) == found
    assert set(campaign(name)) <= CAMPAIGN_KEYS
    assert {document["kind"] for document in found} == {"campaign", "template"}


@pytest.mark.parametrize("name", FILES)
def test_an_example_brings_exactly_the_templates_it_sends(name: str) -> None:
    assert set(templates(name)) == sequence(name).templates


@pytest.mark.parametrize("name", FILES)
def test_the_templates_of_an_example_pass_the_check(name: str) -> None:
    for template in templates(name).values():
        assert check(template) == []
        assert "unsubscribe_url" in variables(template)


PEOPLE: dict[str, Mapping[str, object]] = {
    "nobody in particular": {},
    "somebody well known": {
        "email": "jurgen@example.org",
        "first_name": "Jürgen & <Söhne>",
        "company": 'The "Good" Bakery',
        "industry": "SaaS",
        "company_size": 400,
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "tags": ["newsletter", "vip"],
    },
    "somebody in a small agency": {"industry": "Agency", "company_size": 12, "tags": ["beta"]},
}


@pytest.mark.parametrize("person", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("name", FILES)
def test_the_templates_of_an_example_render_for_anybody(
    name: str, person: Mapping[str, object]
) -> None:
    for template in templates(name).values():
        compiled = compile_template(template, tracked=True)
        mail = compiled.render(context_of(person), FixedLinks())
        assert compiled.links
        assert mail.subject.strip(" ,")
        for body in (mail.html, mail.text):
            assert "https://mail.example/u/1" in body
            assert not {"{{", "}}", "{%", "None", "undefined"} & set(body.split())
            assert "{{" not in body


def test_the_welcome_series_is_three_emails_on_days_0_2_and_5() -> None:
    found = sequence("welcome.yaml")
    assert list(days_of(found, found.first)) == [("welcome", 0), ("overview", 2), ("offer", 5)]


def test_the_nurture_campaign_has_ten_emails() -> None:
    assert len(emails(sequence("nurture.yaml"))) == 10


def test_everybody_gets_the_shared_emails_of_the_nurture_campaign_on_the_same_day() -> None:
    found = sequence("nurture.yaml")
    days: dict[str, set[float]] = {}
    for slug, day in days_of(found, found.first):
        days.setdefault(slug, set()).add(day)
    assert days == {
        "intro": {0},
        "hot_lead": {2},
        "engaged": {2},
        "re_engagement": {3},
        "value": {5},
        "demo_offer": {7},
        "case_study": {8},
        "proof": {10},
        "final_offer": {14},
        "keep_in_touch": {20},
    }


def test_the_broadcast_is_one_email() -> None:
    assert campaign("broadcast.yaml")["type"] == "broadcast"
    assert emails(sequence("broadcast.yaml")) == ["letter"]


def test_the_contacts_are_500_with_8_repeated_and_7_that_nobody_can_have() -> None:
    known: Counter[str] = Counter()
    invalid: list[str] = []
    for row in rows():
        try:
            known[normalised(row["email"])] += 1
        except InvalidInput:
            invalid.append(row["email"])
    assert len(rows()) == 500
    assert sum(times - 1 for times in known.values()) == 8
    assert len(invalid) == len(set(invalid)) == 7
    assert all(address.rpartition("@")[2].endswith(RESERVED) for address in known)


def test_the_contacts_look_like_life() -> None:
    found = rows()
    text = (EXAMPLES / "contacts.csv").read_text(encoding="utf-8")
    assert len({row["time_zone"] for row in found if row["time_zone"]}) >= 12
    assert '"Ferris, Boyd & Sons"' in text
    assert '"The ""Good"" Bakery"' in text
    assert not text.isascii()
    assert sum("+" in row["email"] for row in found) == 1
    for column in ("first_name", "company", "lead_score", "time_zone", "country", "tags"):
        assert any(not row[column] for row in found), f"nobody lacks {column}"


def test_the_contacts_are_what_their_generator_writes() -> None:
    script = EXAMPLES / "make_contacts.py"
    made = subprocess.run([sys.executable, script, "500"], check=True, capture_output=True)
    assert made.stdout == (EXAMPLES / "contacts.csv").read_bytes()
