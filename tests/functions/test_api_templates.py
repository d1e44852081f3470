"""Templates over HTTP: all that is said is kept, each change is a version, previews show it."""

from typing import Any

import pytest

from penguinmails.tenants.api_key import mint
from penguinmails.tenants.scope import Scope
from tests.functions.api_house import START_AT, WELCOME, ApiHouse

PATH = "/api/templates/rich"
RICH: dict[str, Any] = {
    "name": "Rich",
    "subject": "Hi {{ firstName }}",
    "previewText": "Three things",
    "html": "# From {{ company|default('us') }}\n\n![](https://a.example/x.png)",
    "text": "From us",
    "format": "markdown",
    "inlineCss": False,
    "category": "onboarding",
    "tags": ["new", "b2b"],
    "sharing": "private",
    "variants": {
        "de": {"subject": "Hallo", "previewText": "", "html": "# Von uns", "text": "Von uns"}
    },
}


@pytest.fixture
def house() -> ApiHouse:
    """Give a house with a template of every part, and a change of it."""
    house = ApiHouse()
    assert house.ask("PUT", PATH, RICH).status == 200
    assert house.ask("PUT", PATH, {**RICH, "subject": "Hello {{ firstName }}"}).status == 200
    return house


def key_for(house: ApiHouse, *scopes: Scope) -> str:
    minted = mint(house.mine.tenant.id, frozenset(scopes), lambda size: b"r" * size, START_AT)
    house.tenants.add_key(minted.key)
    return minted.text


def test_all_that_is_said_of_a_template_is_kept_and_who_said_it(house: ApiHouse) -> None:
    kept = house.ask("GET", PATH).json
    assert {name: kept[name] for name in RICH} == {**RICH, "subject": "Hello {{ firstName }}"}
    assert kept["savedBy"] == house.mine.key.key.id
    (line,) = house.ask("GET", "/api/templates").json["data"]
    assert (line["category"], line["tags"], line["version"]) == ("onboarding", ["new", "b2b"], 2)
    assert "html" not in line


def test_what_is_left_out_is_as_it_is_said_to_be() -> None:
    kept = ApiHouse().ask("PUT", "/api/templates/bare", {"subject": "S", "text": "T"}).json
    assert (kept["format"], kept["inlineCss"], kept["sharing"]) == ("html", True, "team")
    assert (kept["category"], kept["tags"], kept["variants"]) == ("", [], {})
    assert (kept["name"], kept["warnings"]) == ("bare", [])


def test_a_save_tells_what_to_look_at_and_still_saves(house: ApiHouse) -> None:
    body = {"subject": "Hi {{ firstName }}", "html": "<p>x</p>\n<img src='https://a.example/x'>"}
    warnings = house.ask("PUT", "/api/templates/odd", body).json["warnings"]
    found = [(one["pointer"], one["code"]) for one in warnings]
    assert found == [("/subject", "no_fallback"), ("/html", "no_alt")]
    assert "line 2" in warnings[1]["detail"]
    assert house.ask("GET", "/api/templates/odd").json["warnings"] == warnings


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"format": "word"}, "/format"),
        ({"sharing": "all"}, "/sharing"),
        ({"inlineCss": "yes"}, "/inlineCss"),
        ({"category": "two words"}, "/category"),
        ({"tags": ["ok", "not ok"]}, "/tags/1"),
        ({"tags": ["t"] * 21}, "/tags"),
        ({"variants": {"de": {"subject": "{{ x( }}"}}}, "/variants/de/subject"),
        ({"variants": {"de": {"name": "x"}}}, "/variants/de/name"),
        ({"variants": {"x y": {}}}, "/variants"),
        ({"variants": []}, "/variants"),
        ({"format": "mjml", "html": "<mjml><mj-body>"}, "/html"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    house: ApiHouse, change: dict[str, Any], pointer: str
) -> None:
    refused = house.ask("PUT", PATH, {**RICH, **change})
    assert refused.status == 400
    assert pointer in {one["pointer"] for one in refused.json["errors"]}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"markdown": "# x"}, "/markdown"),
        ({"variants": {"de": {"mjml": "x"}}}, "/variants/de/mjml"),
    ],
)
def test_who_names_the_body_by_its_format_is_told_how_it_is_said(
    house: ApiHouse, change: dict[str, Any], pointer: str
) -> None:
    (problem,) = house.ask("PUT", PATH, {**RICH, **change}).json["errors"]
    name = pointer.rpartition("/")[2]
    assert (problem["pointer"], problem["code"]) == (pointer, "unknown_field")
    assert f"write the body as `html`, with `format: {name}`" in problem["detail"]
    assert house.ask("GET", PATH).json["version"] == 2


def test_versions_are_listed_read_compared_and_brought_back(house: ApiHouse) -> None:
    first = house.ask("GET", f"{PATH}/versions", query={"limit": "1"}).json
    assert [one["version"] for one in first["data"]] == [2]
    more = {"limit": "1", "cursor": first["nextCursor"]}
    second = house.ask("GET", f"{PATH}/versions", query=more).json
    assert [one["version"] for one in second["data"]] == [1]
    assert house.ask("GET", f"{PATH}/versions/1").json["subject"] == RICH["subject"]
    told = house.ask("GET", f"{PATH}/versions/2/diff").json
    assert (told["version"], told["against"]) == (2, 1)
    assert "-Hi {{ firstName }}\n+Hello {{ firstName }}\n" in told["diff"]
    same = house.ask("GET", f"{PATH}/versions/1/diff", query={"against": "1"}).json
    assert same == {"version": 1, "against": 1, "diff": ""}
    assert house.ask("GET", f"{PATH}/versions/1/diff").json["against"] is None
    back = house.ask("POST", f"{PATH}/versions/1/restore").json
    assert (back["version"], back["subject"]) == (3, RICH["subject"])


@pytest.mark.parametrize("number", ["0", "3", "-1", "one", "1.0", "٢", "9999999", "1e0"])
def test_a_version_that_there_is_not_is_missing(house: ApiHouse, number: str) -> None:
    for method, path in (("GET", ""), ("GET", "/diff"), ("POST", "/restore")):
        assert house.ask(method, f"{PATH}/versions/{number}{path}").status == 404, path
    assert house.ask("GET", "/api/templates/none/versions").status == 404
    assert house.ask("GET", f"{PATH}/versions/1/diff", query={"against": "9"}).status == 404
    assert house.ask("GET", f"{PATH}/versions/1/diff", query={"against": "x"}).status == 400


def test_a_saved_template_is_shown_to_a_contact(house: ApiHouse) -> None:
    shown = house.ask("POST", f"{PATH}/preview", {"contactId": house.person()}).json
    assert shown["subject"] == "Hello Ada"
    assert "<h1>From us</h1>" in shown["html"]
    assert shown["text"].startswith("From us")
    assert (shown["language"], shown["missing"]) == (None, [])
    older = house.ask("POST", f"{PATH}/preview", {"sample": {"firstName": "Bo"}, "version": 1}).json
    assert older["subject"] == "Hi Bo"


def test_a_preview_chooses_the_language_and_tells_what_is_missing(house: ApiHouse) -> None:
    german = house.ask("POST", f"{PATH}/preview", {"locale": "de-AT"}).json
    assert (german["subject"], german["language"]) == ("Hallo", "de")
    empty = house.ask("POST", f"{PATH}/preview").json
    assert empty["missing"] == ["first_name"]
    assert "no_fallback" in {one["code"] for one in empty["warnings"]}


def test_a_template_is_shown_before_it_is_saved() -> None:
    house = ApiHouse()
    body = {**RICH, "sample": {"firstName": "<Bo>", "company": "A & B"}}
    shown = house.ask("POST", "/api/templates/preview", body).json
    assert shown["subject"] == "Hi <Bo>"
    assert "From A &amp; B" in shown["html"]
    assert house.ask("GET", "/api/templates").json["data"] == []
    refused = house.ask("POST", "/api/templates/preview", {**body, "html": "{{ x() }}"})
    assert [one["pointer"] for one in refused.json["errors"]] == ["/html"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"contactId": "nobody"}, 400),
        ({"contactId": "x" * 65}, 400),
        ({"sample": []}, 400),
        ({"sample": {"a": 10**400, "": {"": [[[[[[]]]]]]}}}, 200),
        ({"version": 0}, 400),
        ({"version": 3}, 404),
        ({"locale": "not a language"}, 200),
        ({"shown": 1}, 400),
    ],
)
def test_a_preview_answers_whatever_is_asked(
    house: ApiHouse, body: dict[str, Any], status: int
) -> None:
    assert house.ask("POST", f"{PATH}/preview", body).status == status
    both = {"contactId": house.person(), "sample": {}}
    assert house.ask("POST", f"{PATH}/preview", both).status == 400


def test_what_a_contact_would_get_is_kept_nowhere(house: ApiHouse) -> None:
    asked, keyed = {"contactId": house.person()}, {"idempotency-key": "once"}
    for _ in range(2):
        assert house.ask("POST", f"{PATH}/preview", asked, headers=keyed).status == 200
    kept = house.core.query(house.mine.tenant.id, prefix="idempotency#").items
    assert "Ada" not in str(list(kept))


def test_the_same_restore_again_makes_one_version(house: ApiHouse) -> None:
    path, keyed = f"{PATH}/versions/1/restore", {"idempotency-key": "once"}
    first = house.ask("POST", path, headers=keyed)
    house.ask("PUT", PATH, {**RICH, "subject": "Meanwhile"})
    assert house.ask("POST", path, headers=keyed) == first
    assert house.ask("GET", PATH).json["version"] == 4


def test_looking_is_not_in_the_audit_log_and_changing_is(house: ApiHouse) -> None:
    house.ask("POST", f"{PATH}/preview")
    house.ask("POST", f"{PATH}/versions/1/restore")
    actions = [one["action"] for one in house.ask("GET", "/api/audit").json["data"]]
    assert actions == ["templates.restore_template_version", *["templates.put_template"] * 2]


def test_to_see_a_contact_in_a_preview_a_key_must_be_allowed_to_read_contacts(
    house: ApiHouse,
) -> None:
    contact, key = house.person(), key_for(house, Scope.TEMPLATES_READ)
    for path, body in ((f"{PATH}/preview", {}), ("/api/templates/preview", WELCOME)):
        assert house.ask("POST", path, body, key=key).status == 200
        asked = {**body, "contactId": contact}
        assert house.ask("POST", path, asked, key=key).status == 403
