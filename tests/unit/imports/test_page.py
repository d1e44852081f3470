"""Tests of reading imports page by page, with crashes between any two writes."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.clock import ManualClock
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.effect import Effect
from penguinmails.contacts.store import ContactStore
from penguinmails.errors import NotFound, Unavailable
from penguinmails.ids import CountingIds
from penguinmails.imports import page
from penguinmails.imports.job import ImportJob, ImportStatus, RowOutcome, TooLarge
from penguinmails.imports.page import read_page
from penguinmails.imports.ports import ImportPorts, UploadPorts
from penguinmails.imports.store import ImportStore
from penguinmails.imports.upload import LARGEST_FILE, take_upload
from penguinmails.keyring import generate
from penguinmails.properties.store import PropertyStore
from penguinmails.queues.memory import MemoryQueues
from penguinmails.segments.store import SegmentStore
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Change, Condition, Item, Key
from penguinmails.timer.store import TimerStore

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"


class FailingTable(MemoryTable):
    """Fails a write, before or after it is done, when its number comes."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0
        self.fail_at = -1
        self.after = False

    def put(self, item: Item, *expect: Condition) -> None:
        self._maybe(after=False)
        super().put(item, *expect)
        self._maybe(after=True)

    def update(self, key: Key, change: Change) -> Item:
        self._maybe(after=False)
        done = super().update(key, change)
        self._maybe(after=True)
        return done

    def _maybe(self, *, after: bool) -> None:
        self.writes += not after
        if self.writes == self.fail_at and after is self.after:
            raise Unavailable("crashed")


class House:
    def __init__(self) -> None:
        self.clock = ManualClock(NOW_AT)
        self.core = FailingTable()
        self.people = FailingTable()
        self.queues = MemoryQueues(self.clock)
        self.blobs = MemoryBlobs()
        self.imports = ImportStore(self.core)
        self.contacts = ContactStore(self.people, lambda _tenant: 2)
        self.properties = PropertyStore(self.core, self.clock)
        self.segments = SegmentStore(self.core)
        self.timer = TimerStore(MemoryTable(), CountingIds())
        self.ring = generate(lambda size: b"k" * size)

    def upload(self, name: str, data: str, segment: str = "everybody") -> ImportJob:
        ports = UploadPorts(
            self.imports, self.segments, self.blobs, self.timer, self.queues, self.clock
        )
        return take_upload(TENANT, name, data.encode(), segment, ports)

    def ports(self) -> ImportPorts:
        return ImportPorts(
            self.imports,
            self.contacts,
            self.properties,
            self.blobs,
            self.queues,
            self.clock,
            self.ring.contact_id,
        )

    def run(self) -> None:
        while (message := self.queues.receive()) is not None:
            try:
                read_page(message.body["tenant"], message.body["import"], self.ports())
            except Unavailable:
                self.queues.send(message.queue, [message.body])

    def import_all(self, name: str, data: str) -> ImportJob:
        self.upload(name, data)
        self.run()
        return self.imports.get(TENANT, name)

    def contact(self, email: str) -> Contact:
        identity = self.ring.contact_id(TENANT, email)
        return self.contacts.read(TENANT, [identity])[identity]


def rows(count: int, **more: str) -> str:
    lines = [f"p{n}@b.test,Ann{n}" for n in range(count)]
    return "\n".join(["email,first_name", *lines, *more.values()]) + "\n"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE_ROWS", 4)


def test_an_import_reads_all_pages_and_says_what_became_of_each_row() -> None:
    house = House()
    data = rows(9, bad="nobody,X", again="P3@B.test,Other")
    done = house.import_all("i1", data)
    assert done.status is ImportStatus.DONE
    assert done.total == 11
    assert done.outcomes == {RowOutcome.CREATED: 9, RowOutcome.SKIPPED: 2}
    assert [(error.row, error.code) for error in done.errors] == [
        (11, "invalid_address"),
        (12, "duplicate"),
    ]
    assert "row 5" in done.errors[1].detail
    assert house.contact("p3@b.test").attributes == {"first_name": "Ann3"}
    assert len(house.contact("p3@b.test").segments) == 1


def test_a_second_import_updates_what_differs_and_keeps_what_it_leaves_empty() -> None:
    house = House()
    house.import_all("i1", "email,first_name,city,tags\na@b.test,Ann,Bonn,vip\nc@d.test,Cy,,\n")
    house.clock.move(hours=1)
    done = house.import_all("i2", "email,first_name,city,tags\na@b.test,Anna,,new\nc@d.test,Cy,,\n")
    assert done.outcomes == {RowOutcome.UPDATED: 1, RowOutcome.UNCHANGED: 1}
    ann = house.contact("a@b.test")
    assert ann.attributes == {"first_name": "Anna", "city": "Bonn"}
    assert ann.tags == {"vip", "new"}
    assert ann.updated_at == NOW_AT.replace(hour=10)
    assert house.contact("c@d.test").updated_at == NOW_AT


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("table", ["people", "core"])
def test_a_crash_at_any_write_changes_no_count(table: str, after: bool) -> None:  # noqa: FBT001
    data = rows(6, again="p1@b.test,Other", bad="nobody,X", new="z@b.test,Zoe")
    for number in range(1, 20):
        house = House()
        house.import_all("i0", "email,first_name\np2@b.test,Ann2\np4@b.test,Old\n")
        house.upload("i1", data)
        broken: FailingTable = getattr(house, table)
        broken.fail_at, broken.after = broken.writes + number, after
        house.run()
        done = house.imports.get(TENANT, "i1")
        assert done.status is ImportStatus.DONE
        assert done.outcomes == {
            RowOutcome.CREATED: 5,
            RowOutcome.UPDATED: 1,
            RowOutcome.UNCHANGED: 1,
            RowOutcome.SKIPPED: 2,
        }


def test_a_doubled_message_counts_nothing_twice() -> None:
    house = House()
    house.upload("i1", rows(9))
    house.queues.send(house.queues.waiting[0].queue, [house.queues.waiting[0].body] * 3)
    house.run()
    assert house.imports.get(TENANT, "i1").outcomes == {RowOutcome.CREATED: 9}


def test_an_import_does_not_undo_what_a_campaign_did_meanwhile() -> None:
    house = House()
    house.import_all("i1", "email,first_name\na@b.test,Ann\n")
    before = house.contact("a@b.test")
    house.contacts.apply(TENANT, before.id, Effect("step", score=7))
    assert not house.contacts.replace(before, before, "i1:2:c", "i2:2:n")
    house.import_all("i2", "email,first_name\na@b.test,Anna\n")
    assert house.contact("a@b.test").score == 7


def test_only_a_hundred_errors_are_kept_and_all_are_counted() -> None:
    house = House()
    done = house.import_all("i1", "email\n" + "nobody\n" * 150)
    assert len(done.errors) == 100
    assert done.error_counts == {"invalid_address": 150}


def test_a_file_that_is_gone_ends_the_import_with_a_reason() -> None:
    house = House()
    house.upload("i1", rows(3))
    house.blobs.files.clear()
    house.run()
    failed = house.imports.get(TENANT, "i1")
    assert failed.status is ImportStatus.FAILED
    assert "there is no file" in failed.failure


def test_no_address_is_kept_outside_the_contacts() -> None:
    house = House()
    house.import_all("i1", rows(3, bad="canary@@b.test,X", again="p1@b.test,Y"))
    kept = str(house.core.rows) + str(house.queues.waiting)
    assert "b.test" not in kept


def test_a_file_of_more_than_five_megabytes_is_to_be_split() -> None:
    with pytest.raises(TooLarge, match="split it"):
        House().upload("i1", "email\n" + "x" * LARGEST_FILE)


def test_another_tenants_import_is_not_there() -> None:
    house = House()
    house.upload("i1", rows(1))
    with pytest.raises(NotFound):
        house.imports.get("another", "i1")


def test_the_rows_add_up_to_the_file() -> None:
    house = House()
    done = house.import_all("i1", rows(13, bad="nobody,X", short="only@one.test"))
    assert Counter(done.outcomes).total() == done.total == 15
