"""The templates, read once; and a stack of listening functions in an emulator of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from penguinmails.local.emulator import Emulator, running_emulator
from penguinmails.local.stack import ROOT, Options, Stack, running_stack

LISTENER = '''"""Logs each event, reports messages that say so as failed, and answers HTTP."""
import json


def handler(event, context):
    print(json.dumps({"function": context.function_name, "event": event}), flush=True)
    if "requestContext" in event:
        content = json.dumps({"path": event["rawPath"], "function": context.function_name})
        return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": content}
    failed = [r["messageId"] for r in event.get("Records", []) if r.get("body") == "fail"]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
'''


@dataclass(frozen=True)
class Templates:
    """The main template's resources, and those of each building block by its file's name."""

    main: dict[str, Any]
    blocks: dict[str, dict[str, Any]]

    def of_type(self, kind: str, block: str = "") -> dict[str, dict[str, Any]]:
        """Give the properties of all resources of a type, by name."""
        resources = self.blocks[block] if block else self.main
        return {n: r["Properties"] for n, r in resources.items() if r["Type"] == kind}


@pytest.fixture(scope="session")
def templates() -> Templates:
    main = yaml_parse((ROOT / "template.yaml").read_text())
    blocks = {
        path.name: yaml_parse(path.read_text())["Resources"]
        for path in (ROOT / "infra").glob("*.yaml")
    }
    return Templates(main["Resources"], blocks)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def listeners(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of functions that only listen."""
    folder = tmp_path_factory.mktemp("functions")
    for name in templates.of_type("AWS::Serverless::Function"):
        (folder / name.lower()).mkdir()
        (folder / name.lower() / "app.py").write_text(LISTENER)
    return folder


@pytest.fixture(scope="session")
def stack(
    emulator: Emulator, listeners: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    options = Options(functions=listeners, schedules=False, virtual_clock=True)
    with running_stack(tmp_path_factory.mktemp("stack"), options, emulator) as stack:
        yield stack
