"""A house keeps to the account that it was made for, whatever the environment says later."""

import os
from dataclasses import dataclass

import pytest

from penguinmails import bootstrap
from penguinmails.bootstrap import House
from penguinmails.keyring import Keyring, generate
from penguinmails.local.clients import Account
from penguinmails.local.emulator import Emulator
from penguinmails.queues.port import Queue
from tests.contract.places import Place

PARAMETER = "/penguinmails/keyring"


@dataclass(frozen=True)
class Home:
    """An account with a keyring, a table and a queue; the names are the same in each."""

    place: Place
    ring: Keyring
    queue_url: str

    @property
    def environment(self) -> dict[str, str]:
        """What the account's functions see."""
        return {
            **self.place.account.environment,
            "KEYRING_PARAMETER": PARAMETER,
            "CORE_TABLE": "core-0",
            "ADVANCE_QUEUE_URL": self.queue_url,
        }


def home(emulator: Emulator, number: str) -> Home:
    account = Account(emulator.endpoint, number)
    place, ring = Place(account), generate(os.urandom)
    place.new_table("core").put({"pk": "whose", "sk": "-", "account": number})
    account.client("ssm").put_parameter(Name=PARAMETER, Value=ring.to_json(), Type="SecureString")
    return Home(place, ring, place.new_queue(Queue.ADVANCE))


def house_of(lived_in: Home) -> House:
    """Make a house under the account's environment, which is gone right after."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in lived_in.environment.items():
            environment.setenv(name, value)
        bootstrap.house.cache_clear()
        made = bootstrap.house()
        bootstrap.house.cache_clear()
    return made


def held(lived_in: Home) -> int:
    """Count the messages in an account's queue."""
    asked = lived_in.place.account.client("sqs").get_queue_attributes(
        QueueUrl=lived_in.queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(asked["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.emulator
def test_a_house_keeps_to_the_account_that_it_was_made_for(emulator: Emulator) -> None:
    homes = [home(emulator, number) for number in ("000000000021", "000000000022")]
    houses = [house_of(each) for each in homes]
    for each, house in zip(homes, houses, strict=True):
        house.adapters.queues.send(Queue.ADVANCE, [{}])
        (found,) = house.adapters.table("core").query("whose").items
        assert found["account"] == each.place.account.number
        assert house.adapters.keyring() == each.ring
        assert held(each) == 1
