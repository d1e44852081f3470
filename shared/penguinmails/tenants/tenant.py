"""A tenant: one workspace, whose data nobody else sees."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from penguinmails.ids import derived

CONTACTS_A_SHARD = 300
FEWEST_SHARDS, MOST_SHARDS = 2, 256


class EspName(StrEnum):
    """Through what a tenant sends."""

    SMTP = "smtp"
    SES = "ses"
    SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class Tenant:
    """One workspace. `contact_shards` is fixed for ever: contacts are found through it."""

    id: str
    name: str
    time_zone: str
    contact_shards: int
    esp: EspName
    created_at: datetime


def twin_id(tenant: str) -> str:
    """Give the id of a workspace's twin for tests."""
    return derived("test workspace", tenant)


def twin_of(tenant: Tenant) -> Tenant:
    """Make a workspace's twin for tests: like it, but whatever it mails ends in its inbox."""
    return replace(tenant, id=twin_id(tenant.id), esp=EspName.SANDBOX)


def shards_for(expected_contacts: int) -> int:
    """Choose the partitions of a tenant's contacts, a few hundred people in each."""
    wanted = -(-expected_contacts // CONTACTS_A_SHARD)
    return min(max(wanted, FEWEST_SHARDS), MOST_SHARDS)
