"""The published schemas say what the reader takes."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from penguinmails.campaigns import read_actions, read_outline
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.read import read
from penguinmails.resources.schema import schema_of
from penguinmails.resources.step_schema import STEPS

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
CAMPAIGN = {"kind": "campaign", "slug": "a", "name": "A", "type": "drip"}


def faults(kind: str, data: object) -> list[str]:
    return [error.message for error in Draft202012Validator(schema_of(kind)).iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_and_describes_every_key(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == [field.name for field in KINDS[kind].fields]
    assert all(said["description"] for said in schema["properties"].values())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_are_valid(path: Path) -> None:
    for document in read(path.name, path.read_bytes()).documents:
        assert faults(document.kind, document.data) == []


@pytest.mark.parametrize(
    "step",
    [
        {"email": "a"},
        {"email": "A", "template": "t"},
        {"wait": "2 moons"},
        {"wait": {"value": 2}},
        {"branch": []},
        {"branch": [{"if": "true"}]},
        {"action": {"add_tagg": "a"}},
        {"goto": {"step": "a"}},
        {"exit": "done", "x": 1},
        {"pause": 1},
    ],
)
def test_a_step_that_the_reader_refuses_is_invalid(step: dict[str, Any]) -> None:
    assert faults("campaign", {**CAMPAIGN, "steps": [step]})


def test_keys_that_the_reader_refuses_are_invalid() -> None:
    assert faults("campaign", {**CAMPAIGN, "sgement": "a"})
    assert faults("campaign", {**CAMPAIGN, "from": {"email": "a@example.com", "names": "a"}})
    assert faults("template", {"kind": "template", "slug": "a"})


def test_the_steps_have_the_keys_that_their_reader_takes() -> None:
    written = {kind: _keys(schema) - {kind} for kind, schema in STEPS.items()}
    assert written == {kind: set(keys) for kind, keys in read_outline._BESIDE.items()}
    actions = schema_of("campaign")["$defs"]["action_item"]["anyOf"]
    assert {key for each in actions for key in each["properties"]} == set(read_actions._KINDS)


def _keys(schema: dict[str, Any]) -> set[str]:
    return {key for each in schema.get("anyOf", [schema]) for key in each["properties"]}
