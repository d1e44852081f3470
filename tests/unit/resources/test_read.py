"""Files are read as YAML 1.2, each thing that is wrong is found at its place, nothing raises."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from penguinmails.resources.read import Reading, read, read_files

HEAD = "kind: segment\nslug: a\n"


def found(content: str | bytes) -> list[tuple[str, int, int]]:
    reading = read("a.yaml", content.encode() if isinstance(content, str) else content)
    return [(one.rule.id, one.mark.line, one.mark.column) for one in reading.findings]


def value(written: str) -> object:
    (document,) = read("a.yaml", f"{HEAD}name: {written}\n".encode()).documents
    return document.data["name"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10:30", "10:30"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("0o17", 15),
        ("0x1f", 31),
        ("007", 7),
        ("1_000", "1_000"),
        ("-1.5e3", -1500.0),
        (".inf", ".inf"),
        ("True", True),
        ("~", None),
        ("", None),
        ("'10'", "10"),
        ('"\\u00e9"', "é"),
    ],
)
def test_values_are_those_of_yaml_1_2(written: str, meant: object) -> None:
    assert value(written) == meant
    assert type(value(written)) is type(meant)


def test_a_file_may_hold_several_documents() -> None:
    reading = read("a.yaml", b"kind: segment\nslug: a\n---\nkind: segment\nslug: b\n---\n")
    assert [(one.kind, one.slug) for one in reading.documents] == [
        ("segment", "a"),
        ("segment", "b"),
    ]
    assert reading.findings == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ("empty-file", 1, 1)),
        ("---\n---\n", ("empty-file", 1, 1)),
        ("# nothing\n", ("empty-file", 1, 1)),
        (HEAD + "slug: b\n", ("duplicate-key", 3, 1)),
        (HEAD + "name:\n\tx: 1\n", ("tab", 4, 1)),
        (HEAD + "name: &x a\n", ("alias", 3, 7)),
        (HEAD + "name: *x\n", ("alias", 3, 7)),
        (HEAD + "name: !!str 5\n", ("tag", 3, 7)),
        (HEAD + "name: a: b\n", ("syntax", 3, 8)),
        (HEAD + "name: [a\n", ("syntax", 4, 1)),
        (HEAD + 'name: "\\U99999999"\n', ("syntax", 3, 5)),
        ("%YAML 1.0\n---\n" + HEAD, ("syntax", 1, 1)),
        (HEAD + "? [a]\n: b\n", ("syntax", 3, 3)),
        (HEAD + "name: a\0b\n", ("control-character", 3, 8)),
        (HEAD + f"name: {'1' * 5000}\n", ("long-number", 3, 7)),
        (HEAD + "name: 5\n", ("invalid-text", 3, 7)),
        (HEAD + "names: x\n", ("unknown-key", 3, 1)),
        ("kind: segment\nslug: A b\n", ("invalid-slug", 2, 7)),
        ("kind: segment\n", ("missing", 1, 1)),
        ("kind: segmnt\nslug: a\n", ("unknown-kind", 1, 7)),
        ("slug: a\n", ("unknown-kind", 1, 1)),
        ("- a\n", ("wrong-type", 1, 1)),
        (
            "kind: topic\nslug: t\nname: a\n---\nkind: topic\nslug: t\nname: a",
            ("duplicate-document", 6, 7),
        ),
        ("kind: sender\nslug: s\nname: S\nemail: a@@b\n", ("invalid-address", 4, 8)),
        (
            "kind: template\nslug: s\nsubject: Hi\nvariants: {xx_1: {}}\n",
            ("invalid-language", 4, 12),
        ),
    ],
)
def test_what_is_wrong_is_found_at_its_place(content: str, expected: tuple[str, int, int]) -> None:
    assert found(content) == [expected]


def test_a_file_in_another_coding_is_refused_at_the_byte() -> None:
    assert found(HEAD.encode() + "name: Grüße\n".encode("latin-1")) == [("encoding", 3, 9)]
    assert found(HEAD.encode("utf-16")) == [("encoding", 1, 1)]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    content = b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode() + b"names: x\r\n"
    assert found(content) == [("unknown-key", 3, 1)]


def test_a_slip_gets_a_suggestion() -> None:
    (finding,) = read("a.yaml", f"{HEAD}names: x\n".encode()).findings
    assert "did you mean name?" in finding.detail
    assert str(finding).startswith("a.yaml:3:1: error unknown-key: ")


def test_who_names_the_body_by_its_format_is_told_how_it_is_said() -> None:
    content = "kind: template\nslug: a\nsubject: x\nmarkdown: '# x'\nvariants: {de: {mjml: x}}\n"
    details = [one.detail for one in read("a.yaml", content.encode()).findings]
    for detail, name in zip(details, ("markdown", "mjml"), strict=True):
        assert detail.endswith(f"; write the body as `html`, with `format: {name}`")


def test_one_document_in_two_files_is_told_with_the_other_place() -> None:
    reading = read_files({"a.yaml": HEAD.encode(), "b.yaml": HEAD.encode()})
    (finding,) = reading.findings
    assert (finding.file, finding.rule.id) == ("b.yaml", "duplicate-document")
    assert "a.yaml, line 2" in finding.detail
    assert len(reading.documents) == 1


BOMBS: dict[str, Callable[[], bytes]] = {
    "5 MB": lambda: b"a: " + b"x" * 5_000_000,
    "a deep list": lambda: b"[" * 200_000,
    "deep mappings": lambda: b"{" * 200_000,
    "deep dashes": lambda: b"- " * 200_000,
    "many values": lambda: b"a: [" + b"[]," * 300_000 + b"]",
    "laughs": lambda: b"a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_quickly(bomb: Callable[[], bytes]) -> None:
    began_s = time.process_time()
    ((rule, _, _),) = found(bomb())
    assert rule in {"too-large", "alias"}
    assert time.process_time() - began_s < 2


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:- \n\t'\"[]{}#&*!|>%@\\U9?,.0~é\x00\x85", max_size=60))
@example("%YAML 9.9\n---\na: 1")
@example('a: "\\xZZ"')
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(read("a.yaml", text.encode()), Reading)
    assert isinstance(read("a.yaml", f"{HEAD}name: {text}".encode()), Reading)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert isinstance(read("a.yaml", content), Reading)
