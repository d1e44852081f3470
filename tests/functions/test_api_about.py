"""Tests of what the API tells everybody about itself."""

import base64
import gzip
import re
import shlex
from dataclasses import replace
from itertools import pairwise
from urllib.parse import parse_qsl, urljoin

import pytest

from penguinmails import __version__
from penguinmails.api import answer, docs_page, openapi
from tests.functions.api_house import WELCOME, ApiHouse
from tests.functions.everything import FOR_TESTS, everything

FILES = {"/api/openapi.json": openapi.FILE, "/api/docs": docs_page.FILE}
DESCRIBED = openapi.document()
REQUESTS = [
    pytest.param(docs_page.curl(operation, method, path), id=operation["operationId"])
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
]


def test_health_and_version_need_no_key() -> None:
    house = ApiHouse()
    assert house.ask("GET", "/api/health", key=None).json == {"status": "ok"}
    assert house.ask("GET", "/api/version", key=None).json == {"version": __version__}


def test_i_28_health_and_campaigns_say_that_the_fence_stands() -> None:
    house = ApiHouse()
    house.ask("PUT", "/api/templates/welcome", WELCOME)
    segment = house.ask("PUT", "/api/segments/all", {"name": "All"}).json["id"]
    body = {"name": "Hello", "campaignType": "drip", "segmentId": segment}
    path = f"/api/campaigns/{house.ask('POST', '/api/campaigns', body).json['id']}"
    noted = house.fence_notes.read()
    assert noted is not None
    for strange in ((), ("core",)):
        house.fence_notes.save(noted, replace(noted, strange=strange))
        house.clock.move(seconds=10)
        fenced = bool(strange)
        health = {"status": "fenced" if fenced else "ok"}
        assert house.ask("GET", "/api/health", key=None).json == health
        assert house.ask("GET", path).json["campaign"]["fenced"] is fenced
        assert house.ask("GET", "/api/campaigns").json["data"][0]["fenced"] is fenced
        assert house.ask("GET", f"{path}/analytics").json["fenced"] is fenced


def test_what_needs_no_key_is_what_says_so() -> None:
    open_ones = {each.path for each in openapi.operations() if each.scope is None}
    assert open_ones | set(FILES) == answer.OPEN


@pytest.mark.parametrize("path", FILES)
def test_the_files_are_served_to_everybody_and_kept_for_an_hour(path: str) -> None:
    reply = ApiHouse().ask("GET", path, key=None)
    assert reply.text == FILES[path].read_text()
    assert reply.headers["Cache-Control"] == "public, max-age=3600"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_is_known_is_not_sent_again(path: str) -> None:
    house = ApiHouse()
    tag = house.ask("GET", path, key=None).headers["ETag"]
    for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        reply = house.ask("GET", path, key=None, headers={"if-none-match": known})
        assert (reply.status, reply.text, reply.headers["ETag"]) == (304, "", tag)
    changed = house.ask("GET", path, key=None, headers={"if-none-match": '"other"'})
    assert changed.status == 200


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_compressed_for_who_can_read_that(path: str) -> None:
    reply = ApiHouse().ask("GET", path, key=None, headers={"accept-encoding": "gzip, br"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(base64.b64decode(reply.text)).decode() == FILES[path].read_text()


def test_head_is_answered_as_get_is() -> None:
    house = ApiHouse()
    for path in ("/api/docs", "/api/openapi.json", "/api/version", "/api/health"):
        assert house.ask("HEAD", path, key=None).status == 200
    assert house.ask("HEAD", "/api/campaigns").status == 200
    assert house.ask("HEAD", "/api/campaigns", key=None).status == 401


@pytest.mark.parametrize("line", REQUESTS)
def test_every_command_line_of_the_documentation_is_understood(line: str) -> None:
    house = ApiHouse()
    everything(house, "mine", "welcome")
    house.ask("PUT", "/api/segments/newsletter-readers", {})
    if "/test-send" in line:
        house.vouch("hello@example.com")
    words = shlex.split(line.replace("\\\n", ""))
    sent = dict(pairwise(words))
    headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    path, _, query = next(word for word in words if word.startswith("$API")).partition("?")
    path = path.replace("$API", "/api", 1)
    key = "my test" if path.startswith(FOR_TESTS) else "mine"
    reply = house.ask(
        sent.get("-X", "GET"),
        path,
        sent.get("-d") or sent.get("--data-binary"),
        key=key if "Authorization: Bearer $KEY" in headers else None,
        headers={name.lower(): value for name, value in (each.split(": ") for each in headers[1:])},
        query=dict(parse_qsl(query, keep_blank_values=True)),
    )
    assert reply.status < 300 or reply.status == 404, reply.text


@pytest.mark.parametrize("line", REQUESTS)
def test_the_command_lines_go_below_the_address_that_people_set(line: str) -> None:
    address = next(word for word in shlex.split(line.replace("\\\n", "")) if "$API" in word)
    assert re.fullmatch(r"\$API(?!/api/)/[\w:@,%/.-]+(\?[\w=&:@,%.~-]+)?", address)


@pytest.mark.parametrize(
    "stack", ["https://api.example.com", "http://127.0.0.1:4566/_aws/execute-api/a1b2/$default"]
)
def test_the_description_leads_to_the_stack_that_it_came_from(stack: str) -> None:
    (server,) = DESCRIBED["servers"]
    assert urljoin(f"{stack}/api/openapi.json", server["url"]) == f"{stack}/"


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = docs_page.FILE.read_text()
    assert "<script" not in page
    assert not re.findall(r"(?:src|action)=|url\(|@import|<link", page)
    assert set(re.findall(r'href="([^"#]+)"', page)) == {"openapi.json"}


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = docs_page.FILE.read_text()
    places = re.findall(r' id="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)


def test_the_page_shows_every_operation_schema_and_problem() -> None:
    page = docs_page.FILE.read_text()
    for methods in DESCRIBED["paths"].values():
        for operation in methods.values():
            assert f'<article id="{operation["operationId"]}">' in page
    for name in DESCRIBED["components"]["schemas"]:
        assert f'id="schema-{name}"' in page
    for status in DESCRIBED["components"]["responses"]:
        assert f'id="problem-{status}"' in page


def test_the_page_is_what_the_description_says() -> None:
    written = docs_page.html(DESCRIBED)
    assert docs_page.FILE.read_text() == written, "write it anew: make openapi"
