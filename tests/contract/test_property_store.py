"""What the stores of properties and jobs promise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.clock import ManualClock
from penguinmails.errors import NotFound
from penguinmails.ids import derived
from penguinmails.jobs.job import Job, JobKind, JobStatus
from penguinmails.jobs.store import JobStore
from penguinmails.properties.property import Property, PropertyType
from penguinmails.properties.store import PropertyStore
from penguinmails.table.port import Table, Value

TENANT, OTHER = derived("tenant", 1), derived("tenant", 2)
NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIZE = Property("size", PropertyType.NUMBER, "Size 🐧", NOW_AT)
JOB = Job(TENANT, derived("job"), JobKind.ERASURE, derived("ada"), NOW_AT, NOW_AT)


def test_properties_are_saved_by_whoever_read_them_last(table: Table) -> None:
    store = PropertyStore(table, ManualClock(NOW_AT))
    assert store.read(TENANT) == ({}, 0)
    assert store.save(TENANT, {"size": SIZE}, 0)
    assert not store.save(TENANT, {}, 0)
    assert store.read(TENANT) == ({"size": SIZE}, 1)
    assert not store.save(TENANT, {}, 2)
    assert store.save(TENANT, {}, 1)
    assert store.read(TENANT) == ({}, 2)


def test_another_workspace_has_properties_of_its_own(table: Table) -> None:
    """I-16."""
    store = PropertyStore(table, ManualClock(NOW_AT))
    store.save(TENANT, {"size": SIZE}, 0)
    assert store.of(OTHER) == {}


def test_properties_are_known_for_a_minute(table: Table) -> None:
    clock = ManualClock(NOW_AT)
    here, elsewhere = PropertyStore(table, clock), PropertyStore(table, clock)
    assert here.of(TENANT) == {}
    elsewhere.save(TENANT, {"size": SIZE}, 0)
    assert elsewhere.of(TENANT) == {"size": SIZE}
    assert here.of(TENANT) == {}
    clock.move(minutes=1)
    assert here.of(TENANT) == {"size": SIZE}


def test_a_job_is_created_once_and_moves_on_by_versions(table: Table) -> None:
    store = JobStore(table)
    assert store.add(JOB)
    assert not store.add(replace(JOB, subject="another"))
    assert store.get(TENANT, JOB.id) == JOB
    later_at = NOW_AT + timedelta(minutes=1)
    done = store.save(JOB, JOB.done({"enrollments": 3, "file": "x"}, later_at))
    assert (done.status, done.version) == (JobStatus.DONE, 2)
    assert store.save(JOB, JOB.failed("late", later_at)) == done
    assert store.get(TENANT, JOB.id) == done


def test_another_workspaces_job_is_not_there(table: Table) -> None:
    """I-16."""
    store = JobStore(table)
    store.add(JOB)
    with pytest.raises(NotFound, match="there is no job"):
        store.get(OTHER, JOB.id)


def test_what_became_of_each_mail_of_a_test_send_is_kept_whole(table: Table) -> None:
    store = JobStore(table)
    emails: Value = [{"step": "", "template": "hello", "missing": ["first_name"]}]
    mails: Value = [{"letter": 0, "to": 1, "fate": "accepted", "detail": ""}]
    asked = replace(JOB, kind=JobKind.TEST_SEND, result={"emails": emails, "mails": mails})
    assert store.add(asked)
    assert store.get(TENANT, JOB.id) == asked
    tried = replace(asked, progress=2 / 3, result={**asked.result, "owner": "request-1"})
    assert store.save(asked, tried) == store.get(TENANT, JOB.id) == replace(tried, version=2)
