"""Takes an uploaded file: what cannot be read is refused at once, the rest is read later."""

from collections.abc import Iterator

from penguinmails.contacts.person import read_person as read_said
from penguinmails.contacts.person import reject
from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import is_uuid
from penguinmails.imports.header import read_header, read_names
from penguinmails.imports.job import FileFormat, ImportJob, ImportOptions, Layout, TooLarge
from penguinmails.imports.lines import Unreadable
from penguinmails.imports.objects import Objects
from penguinmails.imports.ports import UploadPorts
from penguinmails.imports.sheet import Sheet
from penguinmails.queues.port import Queue
from penguinmails.segments.segment import make_segment
from penguinmails.timer.wakeup import WakeUp

LARGEST_FILE = 5_000_000
_AS_USUAL = ImportOptions()
_REPLACEMENT = "\ufffd".encode()


def take_upload(
    tenant: str,
    job: str,
    data: bytes,
    segment: str,
    given: UploadPorts,
    options: ImportOptions = _AS_USUAL,
) -> ImportJob:
    """Accept a file under an id, for a segment that is made if its slug is new.

    Raises TooLarge, and InvalidInput for what makes the whole file unreadable. Taking the same
    upload twice does it once.
    """
    consent = _consent(options.consent)
    layout, total = _survey(data, options)
    into = _segment(tenant, segment, given) if segment else ""
    now_at = given.clock.now()
    new = ImportJob(
        tenant,
        job,
        into,
        layout,
        total,
        created_at=now_at,
        updated_at=now_at,
        mode=options.mode,
        consent=consent,
    )
    body = {"tenant": tenant, "import": job}
    given.blobs.put(new.file, data)
    given.timer.put([WakeUp(now_at, Queue.IMPORT, body)])
    given.imports.add(new)
    given.queues.send(Queue.IMPORT, [body])
    return given.imports.get(tenant, job)


def _survey(data: bytes, options: ImportOptions) -> tuple[Layout, int]:
    if len(data) > LARGEST_FILE:
        most = LARGEST_FILE // 1_000_000
        raise TooLarge(f"a file has at most {most} MB; split it, and import the parts")
    if _REPLACEMENT in data:
        # What the gateway could not decode it replaced.
        at = data.index(_REPLACEMENT)
        detail = f"the character at byte {at} was not UTF-8; save the file as UTF-8"
        raise Unreadable("wrong_encoding", detail)
    return survey(iter([data]), options)


def survey(chunks: Iterator[bytes], options: ImportOptions = _AS_USUAL) -> tuple[Layout, int]:
    """Read a whole file once: its layout and the number of its rows; raises InvalidInput."""
    names = read_names(options.columns)
    if options.format is FileFormat.NDJSON:
        return Layout((), "", FileFormat.NDJSON, names), _lines(chunks)
    sheet = Sheet(chunks)
    records = sheet.records()
    header = next(records, None)
    if header is None:
        raise Unreadable("empty_file", "the file is empty; its first row names the columns")
    return read_header(header.cells, sheet.delimiter, names), sum(1 for _ in records)


def _lines(chunks: Iterator[bytes]) -> int:
    records = Objects(chunks).records()
    first = next(records, None)
    if first is None:
        raise Unreadable("empty_file", "the file is empty; each line of it is a JSON object")
    if first.fault:
        detail = 'the first line is no JSON object; write one like {"email": "ann@example.com"}'
        raise Unreadable("not_ndjson", detail)
    return 1 + sum(1 for _ in records)


def _consent(source: str) -> str:
    person, faults = read_said({"consent": source} if source else {}, {})
    reject(faults)
    return person.consent


def _segment(tenant: str, reference: str, given: UploadPorts) -> str:
    found = given.segments.find(tenant, reference)
    if found is not None:
        return found.id
    if is_uuid(reference):
        detail = "there is no such segment; name a new one by a slug, such as new-customers"
        raise InvalidInput(Problem("/segment", "unknown_segment", detail))
    made = make_segment(tenant, reference, reference, given.clock.now())
    given.segments.add(made)
    return made.id
