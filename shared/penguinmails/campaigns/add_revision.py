"""Saves what a campaign sends under the next free number, and freezes what its emails say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from penguinmails.campaigns.revision import Revision
from penguinmails.errors import Conflict
from penguinmails.templates.template import Template

_TRIES = 20
_BUSY = "the campaign is being edited by others; read it again"


class Revisions(Protocol):
    """Where revisions are read and saved."""

    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def add_revision(self, tenant: str, revision: Revision) -> None: ...


class Contents(Revisions, Protocol):
    """Where revisions are saved with what their emails say."""

    def pin(self, tenant: str, revision: Revision, contents: Mapping[int, Template]) -> bool: ...


def add_next(tenant: str, wanted: Revision, revisions: Revisions) -> Revision:
    """Save a revision under the next free number after its own; raises Conflict.

    A number that somebody else took meanwhile stands, so the one after it is tried.
    """
    for number in range(wanted.number + 1, wanted.number + 1 + _TRIES):
        revisions.add_revision(tenant, replace(wanted, number=number))
        saved = revisions.revision(tenant, wanted.campaign, number)
        if same(wanted, saved):
            return saved
    raise Conflict(_BUSY)


def same(one: Revision, other: Revision) -> bool:
    """Tell whether two revisions say the same, whatever the numbers of their steps."""
    return replace(one, number=0, sequence=other.sequence) == replace(other, number=0)


def frozen(
    tenant: str, revision: Revision, contents: Mapping[int, Template], given: Contents
) -> Revision:
    """Freeze what a revision's emails say, and give the revision that says it.

    It is another one if an earlier launch, of which nothing came, froze other content.
    """
    for _ in range(_TRIES):
        if given.pin(tenant, revision, contents):
            return revision
        revision = add_next(tenant, revision, given)
    raise Conflict(_BUSY)
