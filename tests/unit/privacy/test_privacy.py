"""Tests of erasing and exporting people (M-OPS-07, I-31)."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import pytest

from penguinmails.analytics.get_analytics import get_analytics
from penguinmails.campaigns.campaign import Campaign
from penguinmails.contacts.change import patch, upsert
from penguinmails.enrollments.enrollment import Status
from penguinmails.errors import Conflict, NotFound, Unavailable
from penguinmails.imports.errors import errors_file
from penguinmails.imports.ports import UploadPorts
from penguinmails.imports.upload import take_upload
from penguinmails.jobs.job import Job, JobKind, JobStatus
from penguinmails.privacy import ask as privacy
from penguinmails.privacy.run import run
from tests.simulation.taps import Crash, after, before, flow
from tests.world import SEGMENT, TENANT, World

T = TypeVar("T")
OTHER = "01890000-0000-7000-8000-000000000002"
CANARY = "canary"
ADDRESS = "canary@example.com"
HELLO = {"email": "hello", "template": "letter"}
STEPS = [HELLO, {"wait": "1 day"}, {"email": "again", "template": "letter"}]


def asked(world: World, kind: JobKind, contact: str) -> Job:
    return privacy.ask(TENANT, world.adapters.ids.new(), kind, contact, world.asking_privacy())


def ran(world: World, kind: JobKind, contact: str) -> Job:
    job = asked(world, kind, contact)
    return run(TENANT, job.id, world.privacy())


def kept(world: World) -> str:
    """Write out all that is kept in tables, files that do not expire, and queues."""
    tables = {name: table.rows for name, table in world.tables.items()}
    files = {name: data for name, data in world.files.files.items() if "/people/" in name}
    return f"{tables} {files} {world.lines.waiting}"


def live(world: World) -> str:
    """Let the canary come by every flow, and give the contact's id."""
    job = imported(world, f"email,first_name\n{ADDRESS},Canary\n{CANARY}@@broken,Canary\n")
    assert CANARY not in errors_file(TENANT, job, 1, world.import_errors())[0]
    said = {"email": ADDRESS.upper(), "attributes": {"also": ADDRESS}, "tags": ["vip"]}
    contact, created = upsert(TENANT, said, [], world.changing_contacts())
    assert not created
    patch(TENANT, contact.id, {"attributes": {"home": ADDRESS}}, world.changing_contacts())
    return contact.id


def imported(world: World, text: str) -> str:
    job = world.adapters.ids.new()
    given = world.adapters
    ports = UploadPorts(
        world.imports, world.segments, world.files, world.timer, given.queues, world.clock
    )
    take_upload(TENANT, job, text.encode(), "newcomers", ports)
    world.settle()
    return job


def campaign_with(world: World, contact: str) -> Campaign:
    """Mail somebody, hear from them, and leave them on the way to the next mail."""
    stands = world.contacts.origins(TENANT, [contact])[contact]
    joined = stands[0].segments | {SEGMENT}
    world.contacts.replace(stands[0], replace(stands[0], segments=joined), stands[1], "")
    campaign = world.launched(STEPS)
    world.report(world.esp.accepted[-1], "delivered")
    world.report(world.esp.accepted[-1], "opened")
    world.report(world.esp.accepted[-1], "bounced", **{"class": "soft"})
    world.settle()
    return campaign


def test_after_an_erasure_no_table_and_no_export_holds_the_address() -> None:
    """I-31."""
    world = World()
    contact = live(world)
    campaign = campaign_with(world, contact)
    ran(world, JobKind.EXPORT, contact)
    assert CANARY in kept(world)
    done = ran(world, JobKind.ERASURE, contact)
    assert done.status is JobStatus.DONE
    assert done.result["enrollments"] == 1
    world.settle()
    assert CANARY not in kept(world).lower()
    row = next(row for row in world.rows(campaign) if row.ref.contact == contact)
    assert (row.status, row.exit_reason) == (Status.EXITED, "erased")
    assert row.domain == "example.com"
    assert CANARY not in str(done)


def test_counters_stand_after_an_erasure() -> None:
    """I-31: what happened stays counted; the exit of the erased person is counted beside it."""
    world = World()
    campaign = campaign_with(world, live(world))
    counted = totals(world, campaign)
    assert counted["sent"] > 0
    ran(world, JobKind.ERASURE, world.rows(campaign)[0].ref.contact)
    world.settle()
    world.pass_time(days=3)
    assert totals(world, campaign) == counted | {"exited": 1}


def totals(world: World, campaign: Campaign) -> dict[str, int]:
    return dict(get_analytics(TENANT, campaign.id, None, None, world.analytics()).overall.counts)


def test_an_erased_person_gets_no_mail_when_somebody_imports_them_again() -> None:
    world = World()
    person = world.person(ADDRESS)
    ran(world, JobKind.ERASURE, person.id)
    world.person(ADDRESS)
    world.launched(STEPS)
    world.pass_time(days=2)
    assert world.sent() == []


def test_an_erasure_may_die_after_any_step_and_is_finished_by_the_next_run() -> None:
    for number in range(12):
        world = World()
        contact = live(world)
        campaign = campaign_with(world, contact)
        ran(world, JobKind.EXPORT, contact)
        job = asked(world, JobKind.ERASURE, contact)
        crash_at(world, number)
        with suppress(Crash):
            run(TENANT, job.id, world.privacy())
        world.main.tap = flow
        done = run(TENANT, job.id, world.privacy())
        assert done.status is JobStatus.DONE
        world.pass_time(days=2)
        assert CANARY not in kept(world).lower()
        assert all(row.ended for row in world.rows(campaign))
        assert len(world.sent()) == 1


def crash_at(world: World, number: int) -> None:
    """Die after this many writes."""
    left = number

    def tap(name: str, run: Callable[[], T]) -> T:
        nonlocal left
        result = run()
        if left == 0:
            raise Crash
        left -= 1
        return result

    world.main.tap = tap


def test_somebody_who_is_being_enrolled_meanwhile_is_erased_as_well() -> None:
    world = World()
    person = world.person(ADDRESS)
    campaign = world.campaign(STEPS)
    after(world.main, "contacts.put", lambda: ran(world, JobKind.ERASURE, person.id))
    world.launch(campaign)
    world.pass_time(days=2)
    assert world.sent() == []
    assert all(row.ended for row in world.rows(campaign))


def test_a_job_that_is_done_is_not_done_again() -> None:
    world = World()
    person = world.person(ADDRESS)
    done = ran(world, JobKind.ERASURE, person.id)
    world.clock.move(hours=1)
    assert run(TENANT, done.id, world.privacy()) == done


def test_nobody_is_erased_or_exported_who_is_not_there() -> None:
    """I-16."""
    world = World()
    person = world.person(ADDRESS)
    for kind in JobKind:
        with pytest.raises(NotFound, match="there is no contact"):
            privacy.ask(OTHER, world.adapters.ids.new(), kind, person.id, world.asking_privacy())
    job = asked(world, JobKind.ERASURE, person.id)
    with pytest.raises(NotFound, match="there is no job"):
        run(OTHER, job.id, world.privacy())
    assert world.contacts.read(TENANT, [person.id])


def test_a_request_that_comes_twice_is_one_job() -> None:
    world = World()
    person = world.person(ADDRESS)
    first = privacy.ask(TENANT, "job", JobKind.EXPORT, person.id, world.asking_privacy())
    world.clock.move(minutes=1)
    assert privacy.ask(TENANT, "job", JobKind.EXPORT, person.id, world.asking_privacy()) == first


# ---- exports


def test_an_export_holds_all_that_is_known() -> None:
    world = World()
    contact = live(world)
    campaign = campaign_with(world, contact)
    done = ran(world, JobKind.EXPORT, contact)
    held = json.loads(world.files.files[f"{TENANT}/people/{contact}.json"])
    assert held["contact"]["email"] == ADDRESS
    assert held["contact"]["attributes"] == {
        "first_name": "Canary",
        "also": ADDRESS,
        "home": ADDRESS,
    }
    assert held["enrollments"] == [{"campaignId": campaign.id, "run": "1"}]
    words = {entry["what"] for entry in held["history"]}
    assert {"enrolled in the campaign", "the email was opened"} <= words
    assert held["suppressions"] == []
    assert done.result["bytes"] == len(world.files.files[f"{TENANT}/people/{contact}.json"])


def test_the_link_to_an_export_lasts_a_quarter_of_an_hour_and_names_nobody() -> None:
    world = World()
    person = world.person(ADDRESS)
    job = asked(world, JobKind.EXPORT, person.id)
    with pytest.raises(Conflict, match="the export is waiting"):
        privacy.link(TENANT, job.id, world.asking_privacy())
    run(TENANT, job.id, world.privacy())
    link = privacy.link(TENANT, job.id, world.asking_privacy())
    assert link.endswith("expires=900")
    assert CANARY not in link


def test_an_export_cannot_be_downloaded_once_the_person_is_erased() -> None:
    world = World()
    person = world.person(ADDRESS)
    export = ran(world, JobKind.EXPORT, person.id)
    erasure = ran(world, JobKind.ERASURE, person.id)
    for job in (export, erasure):
        with pytest.raises(NotFound):
            privacy.link(TENANT, job.id, world.asking_privacy())
    with pytest.raises(NotFound):
        privacy.link(OTHER, export.id, world.asking_privacy())


def test_an_erasure_beside_an_export_leaves_no_file() -> None:
    world = World()
    person = world.person(ADDRESS)
    export = asked(world, JobKind.EXPORT, person.id)
    put = world.files.put

    def erased_first(name: str, data: bytes) -> None:
        ran(world, JobKind.ERASURE, person.id)
        put(name, data)

    with pytest.MonkeyPatch.context() as race:
        race.setattr(world.files, "put", erased_first)
        failed = run(TENANT, export.id, world.privacy())
    assert failed.status is JobStatus.FAILED
    assert "any more" in failed.failure
    assert CANARY not in kept(world)


def test_an_outage_leaves_the_job_to_be_run_again() -> None:
    world = World()
    person = world.person(ADDRESS)
    job = asked(world, JobKind.ERASURE, person.id)

    def away() -> None:
        raise Unavailable("the table did not answer")

    before(world.main, "contacts.delete", away)
    with pytest.raises(Unavailable):
        run(TENANT, job.id, world.privacy())
    assert world.jobs.get(TENANT, job.id).status is JobStatus.RUNNING
    assert run(TENANT, job.id, world.privacy()).status is JobStatus.DONE
