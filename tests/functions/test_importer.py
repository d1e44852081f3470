"""Tests of the importer's handler, in the words of its trigger."""

import json

from penguinmails.imports.page import read_page
from penguinmails.invocation import each_message
from tests.functions.api_house import ApiHouse


def record(number: int, body: object) -> dict[str, str]:
    return {"messageId": f"message-{number}", "body": json.dumps(body)}


def test_a_message_reads_a_page_and_a_bad_one_fails_alone() -> None:
    house = ApiHouse()
    job = house.import_csv("email\na@b.test\n").json
    body = {"tenant": house.mine.tenant.id, "import": job["id"]}
    event = {"Records": [record(1, {"tenant": "x", "import": "y"}), record(2, body)]}

    def handle(message: dict[str, str]) -> None:
        read_page(message["tenant"], message["import"], house.import_ports())

    answer = each_message(event, handle)  # type: ignore[arg-type] # it is JSON of this form
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert house.ask("GET", f"/api/imports/{job['id']}").json["status"] == "done"
