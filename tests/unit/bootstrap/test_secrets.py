"""Reading a secret: the request that SSM's own client would make, without that client."""

from datetime import UTC, datetime
from typing import Any

import botocore.auth
import pytest

from penguinmails.bootstrap import secrets
from penguinmails.bootstrap.secrets import Secrets
from penguinmails.bootstrap.session import new_session
from penguinmails.errors import Unavailable
from tests.unit.bootstrap.stand_in import Answer, ssm

REGION = "eu-central-1"
NAME = "/penguinmails/keyring"
FOUND = (200, {"Parameter": {"Name": NAME, "Value": "a secret"}})
BUSY = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
FAILED = (500, {"__type": "InternalServerError"})


def secrets_at(endpoint: str) -> Secrets:
    return Secrets(new_session(REGION), REGION, endpoint)


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "to/ken==")
    monkeypatch.setattr(secrets, "_WAITS_S", (0, 0))


def test_a_secret_is_asked_for_as_by_the_client_of_ssm(monkeypatch: pytest.MonkeyPatch) -> None:
    then_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: then_at)
    with ssm(FOUND, FOUND) as server:
        assert secrets_at(server.url).read(NAME) == "a secret"
        client: Any = new_session(REGION).create_client("ssm", endpoint_url=server.url)
        client.get_parameter(Name=NAME, WithDecryption=True)
        client.close()
    (ours, our_body), (theirs, their_body) = server.asked
    assert our_body == their_body
    for name in ("authorization", "x-amz-target", "x-amz-security-token", "content-type"):
        assert ours[name] == theirs[name]


@pytest.mark.parametrize("passing", [BUSY, FAILED])
def test_what_passes_is_tried_again(passing: Answer) -> None:
    with ssm(passing, FOUND) as server:
        assert secrets_at(server.url).read(NAME) == "a secret"


@pytest.mark.parametrize("passing", [BUSY, FAILED])
def test_what_does_not_pass_in_time_is_unavailable(passing: Answer) -> None:
    with ssm(passing, passing) as server, pytest.raises(Unavailable):
        secrets_at(server.url).read(NAME)


@pytest.mark.parametrize("code", ["ParameterNotFound", "com.amazonaws#AccessDeniedException"])
def test_a_refusal_is_final_and_says_why(code: str) -> None:
    with ssm((400, {"__type": code})) as server, pytest.raises(LookupError) as refusal:
        secrets_at(server.url).read(NAME)
    assert code.rpartition("#")[2] in str(refusal.value)
    assert len(server.asked) == 1


def test_nobody_at_the_address_is_unavailable() -> None:
    with ssm() as server:
        gone = server.url
    with pytest.raises(Unavailable):
        secrets_at(gone).read(NAME)


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("eu-central-1", "amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn"),
        ("us-gov-west-1", "amazonaws.com"),
    ],
)
def test_ssm_lives_in_the_domain_of_the_partition(region: str, domain: str) -> None:
    assert Secrets(new_session(region), region).url() == f"https://ssm.{region}.{domain}"
