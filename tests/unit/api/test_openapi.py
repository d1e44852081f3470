"""The API's description: it is what the operations are, and complete."""

import json
import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from penguinmails.api import openapi
from penguinmails.api.body import NoBody
from penguinmails.api.operation import Operation
from penguinmails.api.refusals import HEADERS
from penguinmails.tenants.scope import Scope

DESCRIBED = openapi.document()


def refs(data: object) -> set[str]:
    match data:
        case dict():
            inner = {ref for value in data.values() for ref in refs(value)}
            return inner | ({str(data["$ref"])} if "$ref" in data else set())
        case list():
            return {ref for value in data for ref in refs(value)}
        case _:
            return set()


def described() -> list[dict[str, Any]]:
    return [each for path in DESCRIBED["paths"].values() for each in path.values()]


def test_the_file_says_what_the_operations_are() -> None:
    assert openapi.FILE.read_text() == openapi.text(), "write it anew: make openapi"


def test_every_reference_leads_somewhere() -> None:
    for ref in refs(DESCRIBED):
        found: Any = DESCRIBED
        for part in ref.removeprefix("#/").split("/"):
            found = found[part]


def test_every_schema_is_used() -> None:
    used = {ref.rpartition("/")[2] for ref in refs(DESCRIBED) if "/schemas/" in ref}
    assert set(DESCRIBED["components"]["schemas"]) == used


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_known_tag() -> None:
    names = [each["operationId"] for each in described()]
    assert len(names) == len(set(names))
    for each in described():
        assert each["summary"]
        assert each["tags"][0] in openapi.TAGS


def test_every_operation_tells_the_scope_that_it_needs() -> None:
    scopes = {scope.value for scope in Scope}
    for each in described():
        needed = each["description"].rpartition("`")[0].rpartition("`")[2]
        assert needed in scopes or each["security"] == []


def test_lists_take_a_limit_and_a_cursor_and_give_pages() -> None:
    lists = [each for each in described() if each["operationId"].startswith("list")]
    assert len(lists) >= 4
    for each in lists:
        assert {"limit", "cursor"} <= {parameter["name"] for parameter in each["parameters"]}
        answer = each["responses"]["200"]["content"]["application/json"]["schema"]
        page = DESCRIBED["components"]["schemas"][answer["$ref"].rpartition("/")[2]]
        assert set(page["properties"]) == {"data", "nextCursor"}


def test_nothing_of_the_code_shows_in_it() -> None:
    for word in (r"\bpenguinmails\.", "View", "TypedDict"):
        assert not re.search(word, json.dumps(DESCRIBED))


def by_name(operation: Operation) -> dict[str, Any]:
    name = operation.name.replace("_", "")
    return next(each for each in described() if each["operationId"].lower() == name)


@pytest.mark.parametrize("operation", openapi.operations(), ids=lambda each: str(each.name))
def test_every_example_is_what_its_schema_says(operation: Operation) -> None:
    each = by_name(operation)
    for done in [one for one in each["responses"].values() if "content" in one]:
        for kind, content in done["content"].items():
            if kind == "application/json":
                TypeAdapter(operation.view).validate_python(content["example"])
    if isinstance(operation.body, tuple):
        assert set(each["requestBody"]["content"]) == set(operation.body)
    elif operation.body is not NoBody:
        example = each["requestBody"]["content"]["application/json"]["example"]
        operation.body.model_validate_json(json.dumps(example))


def test_every_problem_is_shown_as_it_is_answered() -> None:
    for status, refusal in DESCRIBED["components"]["responses"].items():
        example = refusal["content"]["application/problem+json"]["example"]
        assert str(example["status"]) == status
        assert example["title"] == refusal["description"]
        assert {"type", "detail", "code", "requestId"} <= set(example)


def test_problems_tell_their_headers() -> None:
    told = {
        status: set(refusal.get("headers", ()))
        for status, refusal in DESCRIBED["components"]["responses"].items()
    }
    assert told["401"] == {"WWW-Authenticate"}
    assert told["409"] == told["503"] == {"Retry-After"}
    assert told["429"] == {"Retry-After", "RateLimit", "RateLimit-Policy"}
    assert set().union(*told.values()) < set(HEADERS)


def test_what_is_made_tells_where_it_is_and_leads_on() -> None:
    made = DESCRIBED["paths"]["/api/campaigns"]["post"]["responses"]["201"]
    assert "Location" in made["headers"]
    assert {"launchCampaign", "pauseCampaign", "readAnalytics"} <= set(made["links"])
    assert made["links"]["launchCampaign"]["parameters"] == {"campaign": "$response.body#/id"}


def test_every_link_leads_to_an_operation_and_fills_its_path() -> None:
    places = {
        each["operationId"]: {one["name"] for one in each["parameters"] if one["in"] == "path"}
        for each in described()
    }
    for each in described():
        for answer in each["responses"].values():
            for link in answer.get("links", {}).values():
                assert set(link["parameters"]) == places[link["operationId"]]


def test_enums_have_names_that_say_what_they_are_of() -> None:
    schemas = DESCRIBED["components"]["schemas"]
    assert "Status" not in schemas
    assert schemas["Enrollment"]["properties"]["status"]["$ref"].endswith("/EnrollmentStatus")
