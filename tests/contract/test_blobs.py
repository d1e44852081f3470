"""What the files promise, in memory and in a bucket."""

from datetime import timedelta
from itertools import count

import pytest
import urllib3

from penguinmails.blobs import s3
from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.blobs.port import Blobs
from penguinmails.bootstrap.session import new_session
from penguinmails.errors import NotFound
from penguinmails.local.package import REGION
from penguinmails.meter import Meter
from tests.contract.places import Place

_SERIAL = count()


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.emulator)])
def blobs(request: pytest.FixtureRequest) -> Blobs:
    if request.param == "memory":
        return MemoryBlobs()
    return bucket_of(request.getfixturevalue("place"))


def bucket_of(place: Place) -> s3.S3Blobs:
    session, bucket = new_session(REGION), f"files-{next(_SERIAL)}"
    # The emulator checks the signatures of links, and this is the secret of all its accounts.
    session.set_credentials(place.account.number, "test")
    client = s3.client(session, place.account.endpoint)
    client.create_bucket(Bucket=bucket)
    return s3.S3Blobs(client, bucket, Meter())


def test_a_file_is_read_in_parts_and_what_was_written_last_stands(blobs: Blobs) -> None:
    blobs.put("a/b.csv", b"first")
    blobs.put("a/b.csv", b"later")
    assert blobs.read("a/b.csv", 0, 3) == b"lat"
    assert blobs.read("a/b.csv", 3, 100) == b"er"
    assert blobs.read("a/b.csv", 5, 100) == b""


def test_a_file_that_was_deleted_is_gone_and_may_be_deleted_again(blobs: Blobs) -> None:
    blobs.put("a", b"x")
    for _ in range(2):
        blobs.delete("a")
    with pytest.raises(NotFound):
        blobs.read("a", 0, 1)


def test_a_link_names_the_file(blobs: Blobs) -> None:
    blobs.put("a/b.json", b"all of it")
    link = blobs.link("a/b.json", timedelta(minutes=15))
    assert link.startswith("http")
    assert "a/b.json" in link


@pytest.mark.emulator
def test_whoever_has_a_link_can_download_the_file(place: Place) -> None:
    blobs = bucket_of(place)
    blobs.put("a/b.json", b"all of it")
    link = blobs.link("a/b.json", timedelta(minutes=15))
    assert "X-Amz-Expires=900" in link
    assert urllib3.request("GET", link).data == b"all of it"
