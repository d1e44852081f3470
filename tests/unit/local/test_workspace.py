"""Making a workspace: what a person is told, and what is asked for in vain."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from penguinmails.bootstrap import House
from penguinmails.errors import InvalidInput
from penguinmails.local import workspace
from penguinmails.local.record import Keys, note, noted
from penguinmails.senders.sender import NewSender
from penguinmails.tenants.create import Asked
from tests.world import World

ADA = NewSender("ada@example.com", "Ada", postal_address="1 Pier")


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Gives a house that is there already."""

    found: House

    def house(self) -> House:
        return self.found


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Give the world that workspaces are made in."""
    made = World()
    monkeypatch.setattr(workspace, "bootstrap", Bootstrap(made))
    return made


def test_the_first_sender_of_a_workspace_may_send_at_once(world: World) -> None:
    made = workspace.workspace(Asked("Acme"), {}, ADA)
    assert world.may_send_from(made.tenant.id, "ada@example.com")
    assert "sender    ada@example.com (of the live workspace; " in workspace.text(
        made, "https://x.example", ADA
    )


def test_a_workspace_without_a_sender_is_told_what_it_lacks(world: World) -> None:
    made = workspace.workspace(Asked("Acme"), {})
    assert not world.may_send_from(made.tenant.id, "ada@example.com")
    assert "sender    none yet; add one" in workspace.text(made, "https://x.example")


def test_a_sender_that_is_none_leaves_no_workspace(world: World) -> None:
    before = len(world.tables["core"].rows)
    with pytest.raises(InvalidInput, match="/sender/email"):
        workspace.workspace(Asked("Acme"), {}, NewSender("nobody", "Ada"))
    assert len(world.tables["core"].rows) == before


def test_a_postal_address_is_a_senders(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["workspace", "Acme", "--postal-address", "1 Pier"])
    with pytest.raises(SystemExit):
        workspace.main()
    assert "say whose: --sender ADDRESS" in capsys.readouterr().err


def test_keys_that_were_noted_are_found_again(world: World, tmp_path: Path) -> None:
    assert noted(tmp_path) is None
    made = workspace.workspace(Asked("Acme"), {}, ADA)
    note("https://x.example/api", made, tmp_path)
    keys = noted(tmp_path)
    assert keys == Keys(made.test_key.text, made.key.text)
    told = workspace.keys_text(keys.test, keys.live, ADA)
    assert told in workspace.text(made, "https://x.example", ADA)
    assert made.key.text not in repr(keys)
