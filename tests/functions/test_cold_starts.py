"""What a function loads before its first event: imports are most of a cold start."""

import json
import os
import subprocess
import sys

import pytest

from penguinmails.keyring import generate
from penguinmails.local.stack import ROOT
from tests.unit.bootstrap.stand_in import ssm

CHILD = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""
MOST_MODULES = {"webhook": 450, "public": 470, "recorder": 470, "advancer": 540, "api": 620}
"""Of the hot functions and the largest, each a little above what it needs."""


def loaded_by(function: str) -> set[str]:
    """Import a function in a process of its own, over AWS, of which only SSM is there."""
    with ssm((200, {"Parameter": {"Value": generate(os.urandom).to_json()}})) as server:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "AWS_ENDPOINT_URL": server.url,
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "POWERTOOLS_SERVICE_NAME": "test",
        }
        command = [sys.executable, "-c", CHILD, f"functions.{function}.app"]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        return set(json.loads(done.stdout))


@pytest.mark.parametrize("function", MOST_MODULES)
def test_a_function_loads_little_more_than_it_needs(function: str) -> None:
    loaded = loaded_by(function)
    assert len(loaded) <= MOST_MODULES[function]
    assert "boto3" not in loaded
    assert loaded.isdisjoint({"css_inline", "markdown_it", "mjml"})
    assert ("jinja2" in loaded) == (function == "advancer")
