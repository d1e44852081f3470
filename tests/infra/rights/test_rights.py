"""Granted rights are used rights: what each role grants is what its function was heard to need.

A day of all functions is lived in a deployed stack, with their real adapters, and every request
is heard on the wire. The emulator grants everything; here the roles are held against what AWS
would ask for. What a function adds to its calls has to come by in the day as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from penguinmails.local import child
from penguinmails.local.emulator import Emulator
from penguinmails.local.stack import FUNCTIONS, Options, deployed
from tests.infra.rights.day import live
from tests.infra.rights.reach import Asked, Line, calling_lines
from tests.infra.rights.right import Right
from tests.infra.rights.role import Role, role_of, take_triggers
from tests.infra.rights.workshop import opened

pytestmark = pytest.mark.emulator

NAMES = sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))
LOGS_AND_TRACES = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
SMTP_USER = "/penguinmails/penguinmails/smtp"
NOT_THEIRS = {"launcher": {"Campaigns.add_revision", "Campaigns.pin"}}
"""What ports offer besides: the launcher's `begin` shares them with `launch`, which is the API's."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was heard in a day, and the roles that were there, by function."""

    roles: Mapping[str, Role]
    needed: Mapping[str, set[Right]]
    asked: Mapping[str, Asked]
    reached: set[Line]


@pytest.fixture(scope="module")
def day(emulator: Emulator, listeners: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    options = Options(functions=listeners, schedules=False)
    stack = deployed(emulator, child.free_port(), tmp_path_factory.mktemp("mail"), options)
    triggers = take_triggers(stack)
    ssm = stack.account.client("ssm")
    ssm.put_parameter(Name=SMTP_USER, Value="user:password", Type="SecureString")
    with opened(stack, {"SMTP_USER_PARAMETER": SMTP_USER}) as workshop:
        live(workshop)
    roles = {name: role_of(stack, name) for name in NAMES}
    needed = {name: workshop.needed(name) | triggers.get(name, set()) for name in NAMES}
    return Day(roles, needed, workshop.asked, workshop.reached)


def test_a_function_may_do_all_that_it_does(day: Day) -> None:
    refused = {
        (name, need)
        for name in NAMES
        for need in day.needed[name]
        if not any(grant.covers(need) for grant in day.roles[name].granted)
    }
    assert refused == set()


def test_a_function_may_do_nothing_that_it_never_does(day: Day) -> None:
    idle = {
        (name, grant)
        for name in NAMES
        for grant in day.roles[name].granted
        if not any(map(grant.covers, day.needed[name]))
    }
    assert idle == set()


def test_a_pattern_is_granted_for_more_than_one_resource(day: Day) -> None:
    needless = {
        (name, grant)
        for name in NAMES
        for grant in day.roles[name].granted
        if "*" in grant.resource and sum(map(grant.covers, day.needed[name])) < 2
    }
    assert needless == set()


def test_besides_a_role_lets_logs_and_traces_be_written_and_no_more(day: Day) -> None:
    assert {name: day.roles[name].managed for name in NAMES} == dict.fromkeys(
        NAMES, LOGS_AND_TRACES
    )


def test_the_day_sees_each_function_use_whatever_its_ports_offer(day: Day) -> None:
    idle = {name: asked.methods - asked.used for name, asked in day.asked.items()}
    assert {name: methods for name, methods in idle.items() if methods} == NOT_THEIRS
    assert idle.keys() == {*NAMES}


def test_the_day_comes_by_every_line_that_calls_upon_a_table_a_queue_or_a_file(day: Day) -> None:
    assert {*calling_lines()} - day.reached == set()
