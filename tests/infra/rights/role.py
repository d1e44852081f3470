"""The roles of a deployed stack's functions: what they grant, and what the platform needs of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import boto3

from penguinmails.local.package import REGION
from penguinmails.local.stack import Stack
from tests.infra.rights.right import Right

_POLLING = {
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "dynamodb": ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"),
}
"""What a trigger does with its source, in the name of the function that it is for."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a function's role grants by itself, and the names of the managed policies with it."""

    granted: frozenset[Right]
    managed: frozenset[str]


def role_of(stack: Stack, function: str) -> Role:
    """Read the role of a function, every name and ARN in it as it was deployed."""
    found = stack.account.client("lambda").get_function_configuration(
        FunctionName=stack.function(function)
    )
    iam, name = _iam(stack), found["Role"].rpartition("/")[2]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    granted = {
        right
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        for right in _of_policy(iam.get_role_policy(RoleName=name, PolicyName=policy))
    }
    return Role(frozenset(granted), frozenset(policy["PolicyName"] for policy in attached))


def take_triggers(stack: Stack) -> dict[str, set[Right]]:
    """Disconnect all triggers of a stack; give the rights that each function needs for its own."""
    functions = stack.account.client("lambda")
    needs: dict[str, set[Right]] = {}
    for trigger in functions.list_event_source_mappings()["EventSourceMappings"]:
        source = trigger["EventSourceArn"]
        service = source.split(":")[2]
        function = trigger["FunctionArn"].rpartition("-")[2]
        rights = {Right(f"{service}:{action}", source) for action in _POLLING[service]}
        needs.setdefault(function, set()).update(rights)
        functions.delete_event_source_mapping(UUID=trigger["UUID"])
    return needs


def _of_policy(policy: dict[str, Any]) -> Iterator[Right]:
    for statement in policy["PolicyDocument"]["Statement"]:
        assert statement.keys() == {"Effect", "Action", "Resource"}
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            yield from (Right(action, resource) for resource in statement["Resource"])


def _iam(stack: Stack) -> Any:  # noqa: ANN401 - no types are installed for this service
    account = stack.account
    return cast("Any", boto3).client(
        "iam",
        endpoint_url=account.endpoint,
        aws_access_key_id=account.number,
        aws_secret_access_key="local",
        region_name=REGION,
    )
