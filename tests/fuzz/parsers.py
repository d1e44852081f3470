"""The parsers of what strangers write, and what holds whatever bytes they are fed with."""

import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from penguinmails.campaigns.conditions import ConditionError, can_be_true, parse
from penguinmails.errors import Forbidden, InvalidInput
from penguinmails.ids import derived
from penguinmails.imports.job import FileFormat, ImportOptions, Layout, Position
from penguinmails.imports.lines import Record
from penguinmails.imports.objects import Objects
from penguinmails.imports.person import read_person
from penguinmails.imports.sheet import Sheet
from penguinmails.imports.upload import survey
from penguinmails.keyring import generate
from penguinmails.resources.lint import lint
from penguinmails.templates.compile import compile_template
from penguinmails.templates.context import context_of
from penguinmails.templates.limits import LimitReached
from penguinmails.templates.publish import publish
from penguinmails.templates.template import Format, Template
from penguinmails.tracking.tokens import Purpose, Token, decode, encode

LONGEST_S: Final = 1.0
MOST_BYTES: Final = 64_000_000
CORPUS: Final = Path(__file__).with_name("corpus")

_NOW_AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")
_RING: Final = generate(lambda size: bytes(range(size)))
_NUMBERS: Final = struct.Struct(">HHHBBBH")
_READER: Final = MappingProxyType(
    context_of({"first_name": "Ada", "n": 5, "tags": ["new"], "items": [{"title": "Tea"}] * 3})
)
_EARLIER: Final = parse("steps.intro.opened && contact.score >= 5").expression

Feed = Callable[[bytes], None]


class OutOfBounds(Exception):  # noqa: N818 - a verdict on the parser
    """A parser took too long, or too much memory."""


def read_condition(data: bytes) -> None:
    """A condition is refused with a column, or it can be asked about anybody."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        condition = parse(text)
    except ConditionError as no:
        assert 1 <= no.column <= len(text) + 1
        return
    assert isinstance(condition.evaluate(_Ada()), bool)
    assert isinstance(can_be_true(condition.expression, after=[_EARLIER]), bool)


def read_yaml(data: bytes) -> None:
    """A file's findings have a place in it."""
    for finding in lint({"any.yaml": data}, _NOW_AT).findings:
        assert finding.detail
        assert 1 <= finding.mark.line <= data.count(b"\n") + data.count(b"\r") + 1
        assert finding.mark.column >= 1


def read_people(data: bytes) -> None:
    """A file is refused as a whole, or read alike by whatever pieces, and from wherever on."""
    if not data:
        return
    kind, size, content = list(FileFormat)[data[0] % 2], (data[0] >> 1) or 1, data[1:]
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    try:
        layout, _ = survey(iter([content]), ImportOptions(kind))
    except InvalidInput as no:
        assert no.problems
        return
    whole = list(_records([content], layout))
    assert list(_records(pieces, layout)) == whole
    for record in whole:
        person, errors = read_person(record, layout)
        assert person or errors
    if whole:
        middle = whole[len(whole) // 2].after
        assert list(_records([content[middle.offset :]], layout, middle)) == [
            record for record in whole if record.after.row > middle.row
        ]


def read_token(data: bytes) -> None:
    """A token is ours and means one thing, or it is refused."""
    text = data.decode("utf-8", "replace")
    for purpose in Purpose:
        with suppress(Forbidden):
            assert encode(decode(text, _RING, purpose), _RING) == text
    if len(data) < _NUMBERS.size:
        return
    revision, shards, step, visit, attempt, variant, link = _NUMBERS.unpack_from(data)
    token = Token(
        purpose=Purpose.CLICK,
        tenant=derived("tenant", data.hex()),
        campaign=derived("campaign", data.hex()),
        contact=derived("contact", data.hex()),
        run=data[_NUMBERS.size :].decode("utf-8", "replace"),
        revision=revision,
        shards=shards,
        step=step,
        visit=visit,
        attempt=attempt,
        variant=variant,
        link=link,
    )
    with suppress(InvalidInput):
        written = encode(token, _RING)
        assert decode(written, _RING, Purpose.CLICK) == token


def read_template(data: bytes) -> None:
    """A template is refused with places and hints, or it can be sent."""
    if not data:
        return
    form, parts = data[0], data[1:].decode("utf-8", "replace").split("\0", 2)
    html, subject, text = [*parts, "Hello", ""][:3] if len(parts) == 1 else [*parts, ""][:3]
    written_in = list(Format)[form % len(Format)]
    template = Template("t", "T", subject, "", html, text, written_in, inline_css=form < 128)
    done = publish(template)
    for problem in (*done.problems, *done.warnings):
        assert problem.line >= 1
        assert problem.detail
        assert problem.hint
    if not done.problems:
        with suppress(LimitReached):
            compile_template(done.ready, tracked=True).render(_READER, _Urls())


PARSERS: Final[Mapping[str, Feed]] = MappingProxyType(
    {
        "condition": read_condition,
        "people": read_people,
        "template": read_template,
        "token": read_token,
        "yaml": read_yaml,
    }
)


def bounded(feed: Feed, longest_s: float = LONGEST_S) -> Feed:
    """Have a parser raise OutOfBounds too."""

    def timed(data: bytes) -> float:
        begun_s = time.process_time()
        feed(data)
        return time.process_time() - begun_s

    def fed(data: bytes) -> None:
        before = _held("VmRSS")
        took_s = timed(data)
        grew = _held("VmHWM") - before
        if grew > MOST_BYTES:
            raise OutOfBounds(f"{len(data)} bytes took {grew / 1e6:.0f} MB")
        # A busy machine charges more, so the best of three counts.
        if took_s > longest_s and min(timed(data), timed(data)) > longest_s:
            raise OutOfBounds(f"{len(data)} bytes took {took_s:.1f} s")

    return fed


def corpus(name: str) -> list[Path]:
    """Give the files that a parser starts from: good ones, and those that it once failed with."""
    return sorted((CORPUS / name).iterdir())


@dataclass(frozen=True, slots=True)
class _Ada:
    """Somebody whom a condition can be asked about."""

    def attribute(self, path: tuple[str, ...]) -> object | None:
        return {"score": 7, "tags": ["new"], "company": "Tea"}.get(path[0])

    def happened(self, step_slug: str, what: str) -> bool:
        return len(step_slug) % 2 == len(what) % 2


class _Urls:
    """Addresses that nobody follows."""

    def open_url(self) -> str:
        return "https://m.example/o"

    def click_url(self, index: int) -> str:
        return f"https://m.example/c/{index}"

    def unsubscribe_url(self) -> str:
        return "https://m.example/u"

    def image_signature(self, target: str) -> str:
        return "signature"


def _records(
    pieces: list[bytes], layout: Layout, start: Position | None = None
) -> Iterator[Record]:
    at = start or Position()
    if layout.format is FileFormat.NDJSON:
        return Objects(pieces, at).records()
    records = Sheet(pieces, at, layout.delimiter).records()
    if start is None:
        next(records)
    return records


def _held(name: str) -> int:
    """Tell how much memory is held (VmRSS), or was at most since then (VmHWM), as Linux does."""
    if not _STATUS.exists():
        return 0
    status = _STATUS.read_text()
    if name == "VmRSS":
        _CLEAR.write_text("5")
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024
