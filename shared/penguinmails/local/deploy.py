"""Deploys the template into a running emulator, through a change set as the real thing does."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from penguinmails.local.clients import Account
from penguinmails.local.package import TEMPLATE, url_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DEPLOY_SECONDS = 60.0
EXPIRING_TABLES = ("CORE_TABLE", "WAKEUPS_TABLE")


class DeploymentFailed(Exception):  # noqa: N818 - named by what happened
    """The emulator refused the template; the message names each resource and its reason."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a local stack may choose; a clock file makes its time virtual."""

    schedules: Literal["ENABLED", "DISABLED"]
    smtp_port: int
    clock_file: Path | None
    concurrency: int

    def parameters(self, account: Account) -> dict[str, str]:
        """Give the template's parameters."""
        return {
            "LocalEndpoint": account.endpoint,
            "MailFrom": "no-reply@penguinmails.test",
            "SmtpHost": "127.0.0.1",
            "SmtpPort": str(self.smtp_port),
            "Schedules": self.schedules,
            "ClockFile": str(self.clock_file or ""),
            "AdvancerConcurrency": "",
        }


def deploy(
    account: Account, name: str, objects: Mapping[str, bytes], settings: Settings, keyring: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Create the stack; give its outputs, and the environment its functions see."""
    _upload(account, objects)
    outputs = _create(account, name, settings.parameters(account))
    environment = _environment(account, f"{name}-api")
    _turn_on_expiry(account, environment)
    _limit_concurrency(account, f"{name}-advancer", settings.concurrency)
    account.client("ssm").put_parameter(
        Name=environment["KEYRING_PARAMETER"], Value=keyring, Type="SecureString"
    )
    return outputs, environment


def bucket_of(account: Account) -> str:
    """Name the bucket of a deployment's packages: accounts share one namespace of buckets."""
    return f"packages-{account.number}"


def _upload(account: Account, objects: Mapping[str, bytes]) -> None:
    s3 = account.client("s3")
    bucket = bucket_of(account)
    s3.create_bucket(Bucket=bucket)
    with ThreadPoolExecutor(4) as pool:
        puts = [
            pool.submit(s3.put_object, Bucket=bucket, Key=k, Body=b) for k, b in objects.items()
        ]
    for put in puts:
        put.result()


def _create(account: Account, name: str, parameters: Mapping[str, str]) -> dict[str, str]:
    cloudformation = account.client("cloudformation")
    cloudformation.create_change_set(
        StackName=name,
        ChangeSetName="create",
        ChangeSetType="CREATE",
        TemplateURL=url_of(bucket_of(account), TEMPLATE),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
    )
    _wait_for_change_set(cloudformation, name)
    cloudformation.execute_change_set(StackName=name, ChangeSetName="create")
    return _outputs_once_created(cloudformation, name)


def _wait_for_change_set(cloudformation: "CloudFormationClient", name: str) -> None:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        change_set = cloudformation.describe_change_set(StackName=name, ChangeSetName="create")
        if change_set["Status"] == "CREATE_COMPLETE":
            return
        if change_set["Status"] == "FAILED":
            raise DeploymentFailed(change_set.get("StatusReason", "the change set failed"))
        time.sleep(0.01)
    message = f"the change set was not ready within {DEPLOY_SECONDS:.0f} s"
    raise DeploymentFailed(message)


def _outputs_once_created(cloudformation: "CloudFormationClient", name: str) -> dict[str, str]:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
        if "FAILED" in stack["StackStatus"] or "ROLLBACK" in stack["StackStatus"]:
            raise DeploymentFailed(_reasons(cloudformation, name))
        time.sleep(0.02)
    message = f"the stack was not created within {DEPLOY_SECONDS:.0f} s"
    raise DeploymentFailed(message)


def _reasons(cloudformation: "CloudFormationClient", name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failures = [e for e in events if e.get("ResourceStatus", "").endswith("FAILED")]
    return "; ".join(
        f"{e.get('LogicalResourceId')}: {e.get('ResourceStatusReason')}" for e in failures
    )


def _environment(account: Account, function: str) -> dict[str, str]:
    found = account.client("lambda").get_function_configuration(FunctionName=function)
    return dict(found["Environment"]["Variables"])


def _limit_concurrency(account: Account, function: str, concurrency: int) -> None:
    """Do what the emulator reads from a template as text, and stumbles over."""
    mappings = account.client("lambda")
    found = mappings.list_event_source_mappings(FunctionName=function)
    for mapping in found["EventSourceMappings"]:
        mappings.update_event_source_mapping(
            UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": concurrency}
        )


def _turn_on_expiry(account: Account, environment: Mapping[str, str]) -> None:
    """Do what the emulator does not take from the template: let rows expire."""
    tables = account.client("dynamodb")
    for name in EXPIRING_TABLES:
        tables.update_time_to_live(
            TableName=environment[name],
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"},
        )
