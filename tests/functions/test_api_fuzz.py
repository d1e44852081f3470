"""What the API answers is what its description says, for requests that nobody thought of."""

import pytest
from schemathesis import Response

from penguinmails.api.openapi import operations as declared
from tests.functions.api_house import ApiHouse
from tests.functions.everything import FOR_TESTS, everything
from tests.functions.wsgi import application
from tests.fuzz.cases import Asked, Described, Fuzz, operations

CASES = 8
OPERATIONS = list(operations(ApiHouse().ask("GET", "/api/openapi.json", key=None).json))


def test_every_operation_is_asked_for() -> None:
    assert len(OPERATIONS) == len(declared())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.label))
def test_the_api_answers_as_its_description_says(operation: Described) -> None:
    house = ApiHouse()
    keys = house.mine
    minted = keys.test_key if operation.path.startswith(FOR_TESTS) else keys.key
    app, key = application(house), minted.text

    def ask(case: Asked) -> Response:
        return case.call(app=app, headers={"Authorization": f"Bearer {key}"})

    Fuzz(ask, everything(house, "mine", "welcome")).check(operation, CASES)
