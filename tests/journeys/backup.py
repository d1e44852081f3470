"""A backup of a stack's tables, and its restore: the tables are deleted and made anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penguinmails.local.stack import FUNCTIONS, Stack
from penguinmails.settings import TABLES

KEYS = ("pk", "sk")


@dataclass(frozen=True, slots=True)
class Backup:
    """What each table holds, by its plain name."""

    stack: Stack
    items: Mapping[str, Sequence[dict[str, Any]]]

    def restore(self) -> None:
        """Put all tables in the place of those that are there, under the same names.

        As on AWS, a restored table has no stream, and tells none of what it was restored with.
        """
        lost = self._disconnect_stream()
        for name in TABLES:
            self._restore(name)
        client, table = self.stack.account.client("dynamodb"), _full_name(self.stack, "enrollments")
        client.update_table(
            TableName=table,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self._connect_stream(lost, client.describe_table(TableName=table)["Table"])

    def _restore(self, name: str) -> None:
        client, table = self.stack.account.client("dynamodb"), _full_name(self.stack, name)
        client.delete_table(TableName=table)
        client.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in KEYS],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for item in self.items[name]:
            client.put_item(TableName=table, Item=item)

    def _disconnect_stream(self) -> Mapping[str, Any]:
        functions = self.stack.account.client("lambda")
        found = functions.list_event_source_mappings()["EventSourceMappings"]
        (mapping,) = [each for each in found if ":dynamodb:" in each["EventSourceArn"]]
        functions.delete_event_source_mapping(UUID=mapping["UUID"])
        return dict(mapping)

    def _connect_stream(self, lost: Mapping[str, Any], table: Mapping[str, Any]) -> None:
        self.stack.account.client("lambda").create_event_source_mapping(
            FunctionName=lost["FunctionArn"],
            EventSourceArn=table["LatestStreamArn"],
            BatchSize=lost["BatchSize"],
            StartingPosition="LATEST",
        )


def back_up(stack: Stack) -> Backup:
    """Copy what all tables hold."""
    return Backup(stack, {name: _items(stack, name) for name in TABLES})


def function_names() -> list[str]:
    """Name all functions."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))


def _items(stack: Stack, name: str) -> list[dict[str, Any]]:
    pages = stack.account.client("dynamodb").get_paginator("scan")
    found = pages.paginate(TableName=_full_name(stack, name))
    return [item for page in found for item in page["Items"]]


def _full_name(stack: Stack, name: str) -> str:
    return stack.environment[f"{name.upper()}_TABLE"]
