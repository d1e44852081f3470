"""Secrets in SSM, each read by one signed request: a client would read SSM's whole model first."""

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.session import Session

from penguinmails.errors import Unavailable

_TIMEOUT_S: Final = 3
_WAITS_S: Final = (0, 0.1, 0.3, 0.9)
"""Before each try: SSM answers 40 reads a second, and many functions may start at once."""
_BUSY: Final = "ThrottlingException"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The SecureString parameters of a session's account; without an endpoint, in AWS itself."""

    session: Session
    region: str
    endpoint: str = ""

    def read(self, name: str) -> str:
        """Give a secret; raises Unavailable, or LookupError if there is none for this function."""
        request = self._request(name)
        for wait_s in _WAITS_S:
            time.sleep(wait_s)
            said = _answer(request)
            if "Parameter" in said:
                return str(said["Parameter"]["Value"])
            code = str(said.get("__type", _BUSY)).rpartition("#")[2]
            if code != _BUSY:
                raise LookupError(f"SSM has no {name} for this function: {code}")
        raise Unavailable(f"SSM did not answer when it was asked for {name}")

    def url(self) -> str:
        """Give SSM's address in the region: each partition of AWS has a domain of its own."""
        if self.endpoint:
            return self.endpoint
        partition = self.session.get_partition_for_region(self.region)
        known = self.session.get_data("partitions")["partitions"]
        domain = next(each["outputs"]["dnsSuffix"] for each in known if each["id"] == partition)
        return f"https://ssm.{self.region}.{domain}"

    def _request(self, name: str) -> AWSRequest:
        credentials = self.session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AmazonSSM.GetParameter",
        }
        asked = json.dumps({"Name": name, "WithDecryption": True}).encode()
        request = AWSRequest("POST", self.url(), headers, asked)
        SigV4Auth(credentials, "ssm", self.region).add_auth(request)
        return request


def _answer(request: AWSRequest) -> dict[str, Any]:
    """Send a request; what is no answer of SSM's is empty."""
    try:
        answer = URLLib3Session(timeout=_TIMEOUT_S).send(request.prepare())
    except BotoCoreError:
        return {}
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return {}
    said: dict[str, Any] = json.loads(answer.content)
    return said
