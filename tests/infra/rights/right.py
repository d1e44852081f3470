"""A right: an action on a resource, as a request needs it and as a role grants it."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from penguinmails.local.package import REGION
from tests.infra.rights.wire import Request

MAIL = "/v2/email/outbound-emails"


class Right(NamedTuple):
    """An IAM action and an ARN; that of a grant may be a pattern."""

    action: str
    resource: str

    def covers(self, other: "Right") -> bool:
        """Tell whether a grant of this right allows what needs the other."""
        return self.action == other.action and fnmatchcase(other.resource, self.resource)


def needed(request: Request, account: str) -> Iterator[Right]:
    """Give the rights that AWS asks for before it answers a request of this account."""
    place = f"{REGION}:{account}"
    service, _, operation = request.target.partition(".")
    content = json.loads(request.body) if request.target else {}
    match service:
        case "DynamoDB_20120810":
            for action, table in _on_tables(operation, content):
                yield Right(f"dynamodb:{action}", f"arn:aws:dynamodb:{place}:table/{table}")
        case "AmazonSQS":
            queue = content["QueueUrl"].rpartition("/")[2]
            action = operation.removesuffix("Batch")
            yield Right(f"sqs:{action}", f"arn:aws:sqs:{place}:{queue}")
        case "AmazonSSM":
            yield Right(f"ssm:{operation}", f"arn:aws:ssm:{place}:parameter{content['Name']}")
        case _ if request.path == MAIL:
            # Its reference names the one action for this operation, its refusals the other.
            for action in ("SendEmail", "SendRawEmail"):
                yield Right(f"ses:{action}", f"arn:aws:ses:{place}:identity/sender")
        case _:
            yield from _on_objects(request)


def _on_tables(operation: str, content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for statement in content.get("Statements", []):
        verb, table = re.match(r'(\w+) .*?"(.+?)"', statement["Statement"]).groups()
        yield f"PartiQL{verb.title()}", table
    for table in content.get("RequestItems", [content.get("TableName")]):
        if table:
            yield operation, table


def _on_objects(request: Request) -> Iterator[Right]:
    name = request.path.partition("?")[0].lstrip("/")
    action = {"GET": "GetObject", "PUT": "PutObject"}[request.method]
    yield Right(f"s3:{action}", f"arn:aws:s3:::{name}")
    if request.status == 404:
        # To whom may not list the bucket, S3 answers 403 where an object is gone.
        yield Right("s3:ListBucket", f"arn:aws:s3:::{name.partition('/')[0]}")
