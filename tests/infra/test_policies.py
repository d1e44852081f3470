"""What the templates grant: actions one by one, and resources by name but for a few, with reasons."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.infra.templates import Templates

FUNCTION, ROLE = "AWS::Serverless::Function", "AWS::IAM::Role"
SECRETS = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/penguinmails"
UPLOADS = "${Data.Outputs.UploadsArn}"
PATTERNS = {
    ("Advancer", "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:*"): (
        "senders are added later, and an identity may bring a configuration set with it"
    ),
    ("Advancer", SECRETS + "/${AWS::StackName}/*"): "the keyring and the SMTP server's user",
    ("Api", SECRETS + "/${AWS::StackName}/*"): "the keyring and the SMTP server's user",
    ("Api", f"{UPLOADS}/*"): "an import is uploaded under a name of its own",
    ("Api", f"{UPLOADS}/*/people/*.json"): "what is known of a person, to be downloaded",
    ("Api", f"{UPLOADS}/*.errors.*.csv"): "what an import could not take, to be downloaded",
    ("Importer", f"{UPLOADS}/*"): "reads what was uploaded, writes what it could not take",
    ("Importer", f"{UPLOADS}/*/people/*.json"): "removes what is known of an erased person",
}
"""Every pattern among the resources that a role may touch, and why it cannot be a name."""


class Grant(NamedTuple):
    """One statement of a policy, and whose it is."""

    owner: str
    statement: dict[str, Any]

    def listed(self, part: str) -> list[Any]:
        """Give a part of the statement as a list, which it need not be."""
        value = self.statement[part]
        return value if isinstance(value, list) else [value]


def grants(templates: Templates) -> Iterator[Grant]:
    for name, function in templates.of_type(FUNCTION).items():
        for policy in function["Policies"]:
            yield from (Grant(name, statement) for statement in policy["Statement"])
    for block, role in templates.everywhere(ROLE):
        for policy in role.get("Policies", ()):
            statements = policy["PolicyDocument"]["Statement"]
            yield from (Grant(block, statement) for statement in statements)


def written(resource: Any) -> str:  # noqa: ANN401 - a name, or a function of CloudFormation
    text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
    return str(text[0] if isinstance(text, list) else text)


def test_every_grant_names_its_actions(templates: Templates) -> None:
    found = list(grants(templates))
    assert {name for name, _ in found} >= set(templates.of_type(FUNCTION))
    for grant in found:
        assert grant.statement.keys() == {"Effect", "Action", "Resource"}
        assert grant.statement["Effect"] == "Allow"
        assert not [action for action in grant.listed("Action") if "*" in action], grant


def test_every_grant_names_its_resources_but_for_patterns_with_a_reason(
    templates: Templates,
) -> None:
    named = {
        (grant.owner, written(resource))
        for grant in grants(templates)
        for resource in grant.listed("Resource")
    }
    assert {(owner, text) for owner, text in named if "*" in text or "?" in text} == set(PATTERNS)


def test_nothing_is_granted_but_by_functions_and_the_schedules(templates: Templates) -> None:
    assert [block for block, _ in templates.everywhere(ROLE)] == ["schedules.yaml"]
    kinds = {r["Type"] for r in (*templates.main.values(), *all_of(templates))}
    assert {kind for kind in kinds if kind.startswith("AWS::IAM::")} == {ROLE}


def test_the_bucket_grants_nothing(templates: Templates) -> None:
    policies = [p for _, p in templates.everywhere("AWS::S3::BucketPolicy")]
    said = [s["Effect"] for policy in policies for s in policy["PolicyDocument"]["Statement"]]
    assert said == ["Deny"]


def test_functions_are_called_from_outside_by_the_one_http_api(templates: Templates) -> None:
    permissions = list(templates.everywhere("AWS::Lambda::Permission"))
    assert len(permissions) == 3
    for _, permission in permissions:
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert permission["SourceArn"]["Fn::Sub"].endswith(":${HttpApi}/*")


def test_webhooks_read_one_table_and_send_to_one_queue(templates: Templates) -> None:
    allowed = [grant for grant in grants(templates) if grant.owner == "Webhook"]
    actions = [action for grant in allowed for action in grant.listed("Action")]
    assert sorted(actions) == ["dynamodb:GetItem", "sqs:SendMessage"]


def all_of(templates: Templates) -> Iterator[dict[str, Any]]:
    return (resource for block in templates.blocks.values() for resource in block.values())
