"""A right: an action on a resource, as a role grants it and as a request needs it."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, NamedTuple

from penguinmails.local.package import REGION
from tests.infra.rights.wire import Request

_MAIL = "/v2/email/outbound-emails"
_STATEMENT = re.compile(r'^(\w+) [^"]*"([^"]+)"')
_ON_OBJECTS = {"GET": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}


class Right(NamedTuple):
    """An IAM action and an ARN; that of a grant may be a pattern."""

    action: str
    resource: str

    def covers(self, need: "Right") -> bool:
        """Tell whether who is granted this right has the other."""
        return self.action == need.action and fnmatchcase(need.resource, self.resource)


def needed(request: Request, account: str) -> set[Right]:
    """Give the rights that AWS asks for before it answers a request to an account."""
    rights = set(_needed(request, account))
    assert rights, f"what does {request} need?"
    return rights


def _needed(request: Request, account: str) -> Iterator[Right]:
    here = f"{REGION}:{account}"
    service, _, operation = request.target.partition(".")
    match service:
        case "DynamoDB_20120810":
            for action, table in _on_tables(operation, json.loads(request.body)):
                yield Right(f"dynamodb:{action}", f"arn:aws:dynamodb:{here}:table/{table}")
        case "AmazonSQS":
            queue = json.loads(request.body)["QueueUrl"].rpartition("/")[2]
            yield Right(f"sqs:{operation.removesuffix('Batch')}", f"arn:aws:sqs:{here}:{queue}")
        case "AmazonSSM":
            name = json.loads(request.body)["Name"]
            yield Right(f"ssm:{operation}", f"arn:aws:ssm:{here}:parameter{name}")
        case _ if request.path == _MAIL:
            # SES's reference names the one for this operation, its refusals the other.
            sender = json.loads(request.body)["FromEmailAddress"]
            for action in ("ses:SendEmail", "ses:SendRawEmail"):
                yield Right(action, f"arn:aws:ses:{here}:identity/{sender}")
        case _:
            yield from _on_objects(request)


def _on_tables(operation: str, content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "TableName" in content:
        yield operation, content["TableName"]
    for table in content.get("RequestItems", ()):
        yield operation, table
    for each in content.get("Statements", ()):
        verb, table = _STATEMENT.findall(each["Statement"])[0]
        yield f"PartiQL{verb.title()}", table


def _on_objects(request: Request) -> Iterator[Right]:
    name = request.path.partition("?")[0].lstrip("/")
    yield Right(f"s3:{_ON_OBJECTS[request.method]}", f"arn:aws:s3:::{name}")
    if request.status == HTTPStatus.NOT_FOUND:
        # S3 says that an object is gone to those alone who may list its bucket; others get a 403.
        yield Right("s3:ListBucket", f"arn:aws:s3:::{name.partition('/')[0]}")
