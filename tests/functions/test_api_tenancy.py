"""Tests of what a workspace sees of another one through the API: nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from penguinmails.api.openapi import document, operations
from penguinmails.api.operation import Operation
from penguinmails.ids import CountingIds
from tests.functions.api_house import ApiHouse, Reply
from tests.functions.everything import FOR_TESTS, everything

EXAMPLES = {
    operation["operationId"].lower(): operation.get("requestBody", {}).get("content", {})
    for methods in document()["paths"].values()
    for operation in methods.values()
}


@dataclass(frozen=True, slots=True)
class Row:
    """An operation, and the part of its path that leads into another workspace."""

    operation: Operation
    foreign: str

    def __str__(self) -> str:
        return f"{self.operation.name}-{self.foreign}"


class TwoHouses:
    """The same house twice: there are my things in one of them, and never were in the other."""

    def __init__(self) -> None:
        self.with_mine, self.without = ApiHouse(CountingIds()), ApiHouse(CountingIds())
        for house in (self.with_mine, self.without):
            self.theirs = everything(house, "theirs", "theirs")
        self.mine = everything(self.with_mine, "mine", "mine")
        for house in (self.with_mine, self.without):
            house.adapters = replace(house.adapters, ids=LaterIds())

    def ask(self, row: Row, foreign: str) -> tuple[Reply, Reply]:
        """Ask for the same with the other workspace's key in both; gives both answers."""
        operation = row.operation
        path = operation.path
        for name in operation.places:
            part = foreign if name == row.foreign else self.theirs[name][0]
            path = path.replace(f"<{name}>", part)
        content = EXAMPLES[operation.name.replace("_", "")]
        kind = next(iter(content), "application/json")
        body = content[kind]["example"] if content else None
        headers = {"content-type": kind}
        key = "their test" if path.startswith(FOR_TESTS) else "theirs"
        first, second = (
            house.ask(operation.method, path, body, key=key, headers=headers)
            for house in (self.with_mine, self.without)
        )
        return first, second


class LaterIds(CountingIds):
    """Ids that come after all that was made until now, as many as it was."""

    def __init__(self) -> None:
        super().__init__()
        self._made = 1_000_000


def rows() -> Iterator[Row]:
    """Give each operation with each part of its path."""
    for operation in operations():
        for place in operation.places:
            yield Row(operation, place)


@pytest.mark.parametrize("row", list(rows()), ids=str)
def test_i_16_another_tenants_id_is_answered_like_one_that_does_not_exist(row: Row) -> None:
    for foreign in TwoHouses().mine[row.foreign]:
        houses = TwoHouses()
        assert foreign in houses.mine[row.foreign]
        found, nothing = houses.ask(row, foreign)
        assert found == nothing
        if row.operation.method != "PUT":
            assert found.status in {400, 404}, found.text


def test_there_is_one_of_everything_that_a_path_leads_to() -> None:
    missing = {row.foreign for row in rows()} - set(TwoHouses().mine)
    assert not missing, "make one in tests/functions/everything.py"


def test_i_16_the_matrix_asks_in_the_right_words() -> None:
    """With the own ids, the same requests find what they name."""
    houses = TwoHouses()
    for row in rows():
        if row.operation.method == "GET":
            own, _ = houses.ask(row, houses.theirs[row.foreign][0])
            assert own.status == 200, (str(row), own.text)


def test_i_16_a_segment_of_another_tenant_is_unknown_to_a_campaign() -> None:
    houses = TwoHouses()
    body = {"name": "X", "campaignType": "drip", "segmentId": houses.mine["reference"][0]}
    answers = [
        house.ask("POST", "/api/campaigns", body, key="theirs")
        for house in (houses.with_mine, houses.without)
    ]
    assert answers[0] == answers[1]
    assert answers[0].status == 400


def test_i_16_lists_hold_nothing_of_another_tenant() -> None:
    house = ApiHouse()
    everything(house, "mine", "welcome")
    for path in ("/api/campaigns", "/api/templates", "/api/segments", "/api/suppressions"):
        assert house.ask("GET", path, key="theirs").json["data"] == []
    for path in ("/api/contacts", "/api/properties"):
        assert house.ask("GET", path, key="theirs").json["data"] == []
        assert house.ask("GET", path).json["data"] != []
    assert house.ask("GET", "/api/templates/welcome", key="theirs").status == 404
    assert house.ask("GET", "/api/segments/welcome", key="theirs").status == 404


def test_i_16_a_cursor_leads_into_no_other_workspace() -> None:
    house = ApiHouse()
    for number in range(3):
        body = {"name": f"C{number}", "campaignType": "drip"}
        house.ask("POST", "/api/campaigns", body)
    cursor = house.ask("GET", "/api/campaigns", query={"limit": "1"}).json["nextCursor"]
    theirs = house.ask("GET", "/api/campaigns", query={"cursor": cursor}, key="theirs")
    made_up = house.ask("GET", "/api/campaigns", query={"cursor": "AAAA"}, key="theirs")
    assert theirs.status == made_up.status == 400
    assert theirs.json == made_up.json
