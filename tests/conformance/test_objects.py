"""What we rely on of objects, of links to them, and of parameters."""

import uuid

import pytest
import urllib3
from botocore.exceptions import ClientError

from tests.conformance.ground import Ground, refused

pytestmark = pytest.mark.emulator


@pytest.fixture
def key(ground: Ground) -> str:
    """Put an object and give its key."""
    key = f"a/{uuid.uuid4()} é.csv"
    ground.client("s3").put_object(Bucket=ground.parts["Bucket"], Key=key, Body=b"all of it")
    return key


def read(ground: Ground, key: str, **more: str) -> bytes:
    found = ground.client("s3").get_object(Bucket=ground.parts["Bucket"], Key=key, **more)
    content: bytes = found["Body"].read()
    return content


def link(ground: Ground, key: str, seconds: int = 900) -> str:
    asked = {"Bucket": ground.parts["Bucket"], "Key": key}
    url: str = ground.client("s3").generate_presigned_url(
        "get_object", Params=asked, ExpiresIn=seconds
    )
    return url


def test_what_was_put_last_is_read_at_once_whole_or_in_part(ground: Ground, key: str) -> None:
    ground.client("s3").put_object(Bucket=ground.parts["Bucket"], Key=key, Body=b"later")
    assert read(ground, key) == b"later"
    assert read(ground, key, Range="bytes=1-2") == b"at"
    assert read(ground, key, Range="bytes=3-99") == b"er"


def test_a_part_behind_the_end_is_refused(ground: Ground, key: str) -> None:
    with pytest.raises(ClientError) as refusal:
        read(ground, key, Range="bytes=99-100")
    assert refused(refusal) == "InvalidRange"


def test_an_object_may_be_deleted_twice_and_is_gone(ground: Ground, key: str) -> None:
    for _ in range(2):
        ground.client("s3").delete_object(Bucket=ground.parts["Bucket"], Key=key)
    with pytest.raises(ClientError) as refusal:
        read(ground, key)
    assert refused(refusal) == "NoSuchKey"


def test_whoever_has_a_link_may_read(ground: Ground, key: str) -> None:
    assert urllib3.request("GET", link(ground, key)).data == b"all of it"


def test_a_link_that_was_changed_is_refused(ground: Ground, key: str) -> None:
    url = link(ground, key)
    other = url.replace("X-Amz-Expires=900", "X-Amz-Expires=901")
    assert other != url
    assert urllib3.request("GET", other).status == 403


def test_a_secret_parameter_is_read_back(ground: Ground) -> None:
    parameters, name = ground.client("ssm"), f"/conformance/{uuid.uuid4()}"
    parameters.put_parameter(Name=name, Value="secret", Type="SecureString")
    found = parameters.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    parameters.delete_parameter(Name=name)
    assert found["Value"] == "secret"


def test_a_parameter_that_is_not_there_is_not_found(ground: Ground) -> None:
    with pytest.raises(ClientError) as refusal:
        ground.client("ssm").get_parameter(Name=f"/conformance/{uuid.uuid4()}")
    assert refused(refusal) == "ParameterNotFound"
