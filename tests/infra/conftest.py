"""The templates, read once; and a stack of listening functions in an emulator of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from penguinmails.local.emulator import Emulator, running_emulator
from penguinmails.local.stack import ROOT, Options, Stack, running_stack
from tests.infra.templates import Templates

LISTENER = '''"""Logs each event, gives up on messages that say so unless it salvages, and answers HTTP."""
import json


def handler(event, context):
    print(json.dumps({"function": context.function_name, "event": event}), flush=True)
    if "requestContext" in event:
        content = json.dumps({"path": event["rawPath"], "function": context.function_name})
        return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": content}
    if context.function_name.endswith("salvager"):
        return {"batchItemFailures": []}
    failed = [r["messageId"] for r in event.get("Records", []) if r.get("body") == "fail"]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
'''


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
