"""Asks a deployed local stack what its description allows, and what it forbids: `make fuzz`.

CASES says how many times, in all; SEED chooses others.
"""

import os
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import urllib3
from hypothesis import assume
from requests import RequestException
from schemathesis import Response
from schemathesis.core.failures import FailureGroup

from penguinmails.local.stack import running_stack
from penguinmails.local.workspace import workspace
from penguinmails.tenants import create
from tests.fuzz.cases import Asked, Fuzz, may_differ, operations

PATIENCE_S = 20.0
POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Api:
    """A deployed API, and a key to it: one for tests, which may do all that there is to do."""

    url: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def ask(self, case: Asked) -> Response:
        """Ask with a case; at a 429, wait as long as it says, and ask again."""
        # The emulator's gateway finds no route for a path with a line break.
        assume("%0A" not in case.formatted_path)
        while True:
            answer = case.call(base_url=self.url, headers=self.headers)
            # A request line that is too long is the gateway's to refuse, here as on AWS.
            assume(answer.status_code != HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return answer
            time.sleep(float(answer.headers["retry-after"][0]))

    def do(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """Do what must succeed, and give the answer."""
        sent = {"body": body} if isinstance(body, bytes) else {"json": body or {}}
        sent = {} if method == "GET" else sent
        made = {**self.headers, **{name.replace("_", "-"): each for name, each in headers.items()}}
        answer = urllib3.request(method, f"{self.url}{path}", headers=made, **sent)
        assert answer.status < HTTPStatus.BAD_REQUEST, answer.data
        data: dict[str, Any] = answer.json()
        return data


def everything(api: Api) -> dict[str, list[str]]:
    """Make one of each thing that a path can lead to, as the description's examples would."""
    api.do("PUT", "/api/templates/welcome", {"subject": "Hello", "html": "<p>Hello</p>"})
    segment = api.do("PUT", "/api/segments/everybody", {"name": "Everybody"})["id"]
    campaign = api.do(
        "POST",
        "/api/campaigns",
        {
            "name": "Welcome",
            "campaignType": "drip",
            "segmentId": "everybody",
            "fromEmail": "hello@northlight.example",
            "steps": [{"email": "hello", "template": "welcome"}],
        },
    )["id"]
    file = b"email\nzoe@mail.test\n"
    job = api.do("POST", "/api/imports?segment=everybody", file, Content_Type="text/csv")["id"]
    deadline = time.monotonic() + PATIENCE_S
    while api.do("GET", f"/api/imports/{job}")["status"] != "done":
        assert time.monotonic() < deadline, "the import does not end"
        time.sleep(POLL_S)
    contact = api.do("POST", "/api/suppressions", {"email": "zoe@mail.test"})["contactId"]
    return {
        "campaign": [campaign],
        "contact": [contact],
        "job": [job],
        "reference": [segment, "everybody"],
        "slug": ["everybody", "welcome"],
    }


def fuzz(api: Api, description: dict[str, Any], cases: int, seed: int) -> int:
    """Ask for each operation in turn until there were that many cases; gives how many failed."""
    run = Fuzz(api.ask, everything(api), seed)
    found, failed = sorted(operations(description), key=may_differ), 0
    for number, operation in enumerate(found):
        before = run.asked
        share = -(-(cases - before) // (len(found) - number))
        try:
            run.check(operation, share)
            outcome = "as described"
        except (FailureGroup, RequestException) as fault:
            failed += 1
            outcome = f"NOT as described\n{fault}"
        print(f"{run.asked - before:6} {operation.label:60} {outcome}", flush=True)
    told = ", ".join(f"{count} of {status}" for status, count in sorted(run.statuses.items()))
    print(f"\n{run.asked} cases of {len(found)} operations: {failed} failed ({told})")
    return failed


def main() -> int:
    """Deploy a stack of its own, and ask it."""
    cases, seed = int(os.environ.get("CASES") or 2_000), int(os.environ.get("SEED") or 1)
    with TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        made = workspace(create.Asked("Fuzz", expected_contacts=1_000), stack.environment)
        api = Api(stack.api_url, made.test_key.text)
        return 1 if fuzz(api, api.do("GET", "/api/openapi.json"), cases, seed) else 0


if __name__ == "__main__":
    sys.exit(main())
