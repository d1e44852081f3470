"""Reads one page of an import: however often it is run, each row is counted once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from penguinmails.contacts.contact import Contact
from penguinmails.contacts.merge import fits, made, merged
from penguinmails.contacts.person import Person
from penguinmails.errors import NotFound, Unavailable
from penguinmails.imports.errors import keep_errors
from penguinmails.imports.job import (
    FileFormat,
    ImportJob,
    ImportMode,
    PageResult,
    Position,
    RowError,
    RowOutcome,
)
from penguinmails.imports.lines import Record, Unreadable
from penguinmails.imports.objects import Objects
from penguinmails.imports.person import read_person
from penguinmails.imports.ports import ImportPorts
from penguinmails.imports.sheet import Sheet
from penguinmails.queues.port import Queue

PAGE_ROWS = 300
_CHUNK = 256_000
_TRIES = 5
_MARKS = {
    RowOutcome.CREATED: "c",
    RowOutcome.UPDATED: "u",
    RowOutcome.UNCHANGED: "n",
}
_OUTCOMES = {mark: outcome for outcome, mark in _MARKS.items()}


def read_page(tenant: str, job: str, given: ImportPorts) -> ImportJob:
    """Read the next page, and send for the one after it; gives the import as it then is."""
    stands = given.imports.get(tenant, job)
    if stands.finished:
        return stands
    now_at = given.clock.now()
    try:
        page = _page(stands, given)
        parts = keep_errors(stands, page.errors, given.blobs)
        moved = replace(stands.after(page, now_at), parts=parts)
    except (Unreadable, NotFound) as problem:
        moved = stands.failed(str(problem), now_at)
    saved = given.imports.save(stands, moved)
    if saved and not moved.finished:
        given.queues.send(Queue.IMPORT, [{"tenant": tenant, "import": job}])
    return moved if saved else given.imports.get(tenant, job)


def _page(job: ImportJob, given: ImportPorts) -> PageResult:
    page = list(islice(_records(job, given), PAGE_ROWS))
    rows = _Rows(job, given)
    for record in page:
        rows.read(record)
    rows.write()
    end = len(page) < PAGE_ROWS
    position = page[-1].after if page else job.position
    errors = sorted(rows.errors, key=lambda error: error.row)
    return PageResult(position, rows.outcomes, errors, end)


def _records(job: ImportJob, given: ImportPorts) -> Iterator[Record]:
    if job.layout.format is FileFormat.NDJSON:
        return Objects(_chunks(job, given), job.position).records()
    records = Sheet(_chunks(job, given), job.position, job.layout.delimiter).records()
    if job.position == Position():
        next(records)
    return records


def _chunks(job: ImportJob, given: ImportPorts) -> Iterator[bytes]:
    at = job.position.offset
    while chunk := given.blobs.read(job.file, at, _CHUNK):
        yield chunk
        at += len(chunk)


class _Rows:
    """The rows of one page.

    A contact keeps the row that wrote it last, with the outcome. So a page that is run again
    finds its own rows and counts them as the first time, and a later row of the same file with
    the same address is known as a duplicate.
    """

    def __init__(self, job: ImportJob, given: ImportPorts) -> None:
        self._job = job
        self._given = given
        self._declared = given.properties.of(job.tenant)
        self._into = frozenset({job.segment}) if job.segment else frozenset()
        self._people: list[tuple[int, str, Person]] = []
        self._known: dict[str, tuple[Contact, str]] = {}
        self.outcomes: Counter[RowOutcome] = Counter()
        self.errors: list[RowError] = []

    def read(self, record: Record) -> None:
        """Take a row."""
        person, errors = read_person(record, self._job.layout, self._declared)
        self.errors += errors
        if person is None:
            self.outcomes[RowOutcome.SKIPPED] += 1
            return
        contact = self._given.contact_id(self._job.tenant, person.email)
        person = replace(person, consent=self._job.consent)
        self._people.append((record.after.row, contact, person))

    def write(self) -> None:
        """Write all the rows that were taken."""
        ids = [contact for _, contact, _ in self._people]
        self._known = dict(self._given.contacts.origins(self._job.tenant, ids))
        for row, contact, person in self._people:
            self.outcomes[self._written(row, contact, person)] += 1

    def _written(self, row: int, contact: str, person: Person) -> RowOutcome:
        for _ in range(_TRIES):
            outcome = self._try(row, contact, person)
            if outcome is not None:
                return outcome
            again = self._given.contacts.origins(self._job.tenant, [contact])
            self._known.update(again)
        raise Unavailable("a contact is being changed by others all the time")

    def _try(self, row: int, contact: str, person: Person) -> RowOutcome | None:
        found = self._known.get(contact)
        if found is None:
            return self._add(row, contact, person)
        stands, origin = found
        job, _, rest = origin.partition(":")
        if job == self._job.id:
            before, _, mark = rest.partition(":")
            if int(before) == row:
                return _OUTCOMES[mark]
            detail = f"row {before} has the same address; the first one counts"
            return self._skip(RowError(row, "email", "duplicate", detail))
        if self._job.mode is ImportMode.SKIP:
            return RowOutcome.EXISTING
        return self._replace(row, stands, origin, person)

    def _add(self, row: int, contact: str, person: Person) -> RowOutcome | None:
        now_at = self._given.clock.now()
        new = made(self._job.tenant, contact, person, self._into, now_at)
        origin = self._origin(row, RowOutcome.CREATED)
        if not self._given.contacts.add(new, origin):
            return None
        self._known[contact] = new, origin
        return RowOutcome.CREATED

    def _replace(self, row: int, stands: Contact, before: str, person: Person) -> RowOutcome | None:
        new = merged(stands, person, self._into, self._given.clock.now())
        if not fits(new):
            detail = "the contact would have too many long attributes"
            return self._skip(RowError(row, "", "contact_too_large", detail))
        outcome = RowOutcome.UNCHANGED if new is stands else RowOutcome.UPDATED
        origin = self._origin(row, outcome)
        if not self._given.contacts.replace(stands, new, before, origin):
            return None
        self._known[stands.id] = new, origin
        return outcome

    def _skip(self, error: RowError) -> RowOutcome:
        self.errors.append(error)
        return RowOutcome.SKIPPED

    def _origin(self, row: int, outcome: RowOutcome) -> str:
        return f"{self._job.id}:{row}:{_MARKS[outcome]}"
