"""Blobs in an S3 bucket, whose lifecycle removes them after 30 days."""

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from penguinmails.errors import NotFound, Unavailable
from penguinmails.meter import Meter

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_s3 import S3Client

_GONE = {"NoSuchKey", "404"}
_PAST_THE_END = {"InvalidRange", "416"}


def client(session: "Session", endpoint: str | None) -> "S3Client":
    """Make a client whose links are signed by version 4; its default, 2, newer regions refuse."""
    config = Config(signature_version="s3v4")
    return cast("S3Client", session.create_client("s3", endpoint_url=endpoint, config=config))


class S3Blobs:
    """The files in one bucket."""

    def __init__(self, client: "S3Client", bucket: str, meter: Meter) -> None:
        self._client = client
        self._bucket = bucket
        self._meter = meter

    def put(self, name: str, data: bytes) -> None:
        self._meter.count()
        try:
            self._client.put_object(Bucket=self._bucket, Key=name, Body=data)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(_SILENT) from error

    def read(self, name: str, start: int, length: int) -> bytes:
        self._meter.count()
        part = f"bytes={start}-{start + length - 1}"
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=name, Range=part)
            return answer["Body"].read()
        except ClientError as error:
            code = error.response["Error"].get("Code", "")
            if code in _PAST_THE_END:
                return b""
            if code in _GONE:
                raise NotFound(f"there is no file {name}") from error
            raise Unavailable(_SILENT) from error
        except BotoCoreError as error:
            raise Unavailable(_SILENT) from error

    def delete(self, name: str) -> None:
        self._meter.count()
        try:
            self._client.delete_object(Bucket=self._bucket, Key=name)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(_SILENT) from error

    def link(self, name: str, lasts: timedelta) -> str:
        # It is signed here, without a call; whoever follows it may do what our role may.
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": name,
                "ResponseContentDisposition": "attachment",
            },
            ExpiresIn=round(lasts.total_seconds()),
        )


_SILENT = "the file storage did not answer"
