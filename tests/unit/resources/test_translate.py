"""Documents become what the API takes, what it gives becomes documents, and text keeps both."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penguinmails.api.campaign_body import CampaignBody
from penguinmails.resources.document import Document, plain
from penguinmails.resources.read import read
from penguinmails.resources.translate import export, from_api, to_api
from penguinmails.resources.tree import trees
from penguinmails.resources.write import write

WHOLE = """
kind: campaign
slug: whole
name: Whole
type: drip
segment: everybody
from: {name: Lena, email: Lena@Acme.EXAMPLE}
reply_to: hello@acme.example
time_zone: Europe/Berlin
start: "2027-03-02T09:00"
end: "2027-03-02T09:00:30+01:00"
track_opens: false
track_clicks: true
steps:
  - email: hello
    template: welcome
  - wait: 2 days
"""
KEYS = st.text(min_size=1, max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.text(max_size=30)
    | st.text(alphabet=" \n#:-'\"ab\t|>", max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False, width=16),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def document(text: str) -> Document:
    reading = read("a.yaml", text.encode())
    assert reading.findings == ()
    return reading.documents[0]


def test_a_campaign_becomes_a_body_that_the_api_takes() -> None:
    body = to_api(document(WHOLE))
    assert body == {
        "name": "Whole",
        "campaignType": "drip",
        "segmentId": "everybody",
        "fromName": "Lena",
        "fromEmail": "Lena@Acme.EXAMPLE",
        "replyTo": "hello@acme.example",
        "timezone": "Europe/Berlin",
        "startDate": "2027-03-02T09:00",
        "endDate": "2027-03-02T09:00:30+01:00",
        "trackOpens": False,
        "trackClicks": True,
        "steps": [{"email": "hello", "template": "welcome"}, {"wait": "2 days"}],
    }
    assert CampaignBody.model_validate_json(json.dumps(body)).name == "Whole"


def test_a_whole_body_undoes_what_the_document_leaves_out() -> None:
    short = "kind: campaign\nslug: a\nname: A\ntype: drip\n"
    body = to_api(document(short), whole=True)
    assert body["description"] == ""
    assert body["startDate"] is None
    assert body["trackOpens"] is True
    assert "timezone" not in body


def test_what_the_api_gives_is_exported_in_one_canonical_form() -> None:
    answer = {
        "campaign": {
            "id": "01890000-0000-7000-8000-00000000000a",
            "name": "Whole",
            "description": None,
            "campaignType": "drip",
            "status": "draft",
            "segmentId": "01890000-0000-7000-8000-00000000000b",
            "fromEmail": "lena@acme.example",
            "fromName": None,
            "startDate": "2027-03-02T08:00:00Z",
            "timezone": "Europe/Berlin",
            "trackOpens": True,
            "trackClicks": False,
        },
        "steps": [{"id": "1"}],
        "source": [{"email": "hello", "template": "welcome"}, {"wait": "10:30"}],
    }
    names = {"01890000-0000-7000-8000-00000000000b": "everybody"}
    assert export("campaign", "whole", answer, names) == (
        "kind: campaign\n"
        "slug: whole\n"
        "name: Whole\n"
        "type: drip\n"
        "segment: everybody\n"
        "from:\n"
        "  email: lena@acme.example\n"
        "time_zone: Europe/Berlin\n"
        'start: "2027-03-02T09:00"\n'
        "track_clicks: false\n"
        "steps:\n"
        "  - email: hello\n"
        "    template: welcome\n"
        '  - wait: "10:30"\n'
    )


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2027-03-02T08:00:00Z", "2027-03-02T09:00"),
        ("2027-03-28T02:30", "2027-03-28T03:00"),
        ("2027-10-31T01:30:00Z", "2027-10-31T01:30Z"),
        ("2027-10-31T02:30", "2027-10-31T02:30"),
        ("2027-03-02T09:00:30+01:00", "2027-03-02T09:00:30"),
        ("soon", "soon"),
    ],
)
def test_a_time_is_written_as_the_zone_shows_it(written: str, canonical: str) -> None:
    body = {"startDate": written, "timezone": "Europe/Berlin"}
    assert from_api("campaign", "a", body)["start"] == canonical


def test_a_template_keeps_its_languages() -> None:
    text = (
        "kind: template\nslug: hello\nsubject: Hello\nhtml: <p>Hello</p>\n"
        "variants:\n  de:\n    subject: Hallo\n    preview_text: Guten Tag\n"
    )
    body = to_api(document(text))
    assert body["variants"] == {"de": {"subject": "Hallo", "previewText": "Guten Tag"}}
    assert from_api("template", "hello", body)["variants"] == document(text).data["variants"]


def test_an_exported_document_reads_as_it_was() -> None:
    data = from_api("campaign", "whole", to_api(document(WHOLE)))
    again = document(write([data]))
    assert again.data == data
    assert from_api("campaign", "whole", to_api(again)) == data


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_what_is_written_reads_as_the_same_data(data: dict[str, Any]) -> None:
    (tree,) = trees(write([data]))
    assert plain(tree) == data
