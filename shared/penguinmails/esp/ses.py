"""Sends through Amazon SES v2 as raw MIME: one request a message, and never a retry."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
)
from botocore.session import Session

from penguinmails.errors import InvalidInput
from penguinmails.meter import Meter
from penguinmails.sends.message import Message
from penguinmails.sends.mime import mime_bytes
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

TOKEN_TAG: Final = "penguinmails"  # noqa: S105 - the name of a tag, not a secret
_CONNECT_S, _READ_S = 2, 6
_NOT_CONNECTED = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
)
_BY_CODE: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "Throttling": TryLater(5, "throttled", everyone=True),
        "TooManyRequests": TryLater(5, "throttled", everyone=True),
        "LimitExceeded": TryLater(900, "sending quota reached", everyone=True),
        "MessageRejected": Refused(Scope.MESSAGE, "MessageRejected"),
        "BadRequest": Refused(Scope.MESSAGE, "BadRequest"),
        "AccountSuspended": Refused(Scope.ACCOUNT, "AccountSuspended"),
        "SendingPaused": Refused(Scope.ACCOUNT, "SendingPaused"),
        "MailFromDomainNotVerified": Refused(Scope.ACCOUNT, "MailFromDomainNotVerified"),
        "NotFound": Refused(Scope.ACCOUNT, "NotFound"),
    }
)
_BY_STATUS: Final[Mapping[int, Outcome]] = MappingProxyType(
    {
        400: Refused(Scope.MESSAGE, "HTTP 400"),
        401: Refused(Scope.ACCOUNT, "HTTP 401"),
        403: Refused(Scope.ACCOUNT, "HTTP 403"),
        404: Refused(Scope.ACCOUNT, "HTTP 404"),
        429: TryLater(5, "throttled", everyone=True),
        503: TryLater(60, "HTTP 503", everyone=True),
    }
)


class SesEsp:
    """SES; every message carries our token as a tag, which its events bring back."""

    honours_key = False

    def __init__(self, client: "SESV2Client", meter: Meter) -> None:
        self._client = client
        self._meter = meter

    def send(self, message: Message) -> Outcome:
        """Hand one message over, in one request."""
        try:
            data = mime_bytes(message)
        except InvalidInput as error:
            return Refused(Scope.MESSAGE, str(error))
        self._meter.count()
        try:
            return Accepted(self._request(message, data))
        except ClientError as error:
            return meaning(error)
        except ParamValidationError as error:
            return Refused(Scope.MESSAGE, str(error))
        except _NOT_CONNECTED as error:
            return TryLater(60, type(error).__name__, everyone=True)
        except BotoCoreError as error:
            return Uncertain(type(error).__name__)

    def _request(self, message: Message, data: bytes) -> str:
        answer = self._client.send_email(
            FromEmailAddress=message.from_email,
            Destination={"ToAddresses": [message.to_email]},
            Content={"Raw": {"Data": data}},
            EmailTags=[{"Name": TOKEN_TAG, "Value": message.token}],
        )
        return answer["MessageId"]


def client(session: Session, endpoint_url: str | None = None) -> "SESV2Client":
    """Make a client that never repeats a request: one call was seen to post three times."""
    once = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=_CONNECT_S,
        read_timeout=_READ_S,
    )
    return cast(
        "SESV2Client", session.create_client("sesv2", endpoint_url=endpoint_url, config=once)
    )


def meaning(error: ClientError) -> Outcome:
    """Say what an error that SES answered means; what is unknown may have been sent."""
    code = error.response["Error"].get("Code", "").removesuffix("Exception")
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    known = _BY_CODE.get(code) or _BY_STATUS.get(status)
    return known or Uncertain(f"HTTP {status}")
