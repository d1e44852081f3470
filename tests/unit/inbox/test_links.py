"""The links of a mail, as its reader sees them."""

import pytest

from penguinmails.inbox.links import MailLink, links_of


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2">Look</a>', [("https://a.example/?x=1&y=2", "Look")]),
        ("<a href='https://a.example'><b>Look</b>\n  here &amp; there</a>", [("https://a.example", "Look here & there")]),
        ("<a href=https://a.example>Never closed", [("https://a.example", "Never closed")]),
        ('<a href="https://a.example">A<a href="https://b.example">B</a>', [("https://a.example", "A"), ("https://b.example", "B")]),
        ('<a href="mailto:a@b.example">A</a><a href="#top">B</a><a name="x">C</a>', []),
        ("<!-- <a href='https://a.example'>no</a> --><p>https://b.example</p>", []),
        ('<a href="https://a.example"><img src="x.png"></a>', [("https://a.example", "")]),
    ],
)  # fmt: skip
def test_links_are_found_with_the_words_that_they_lie_on(
    html: str, links: list[tuple[str, str]]
) -> None:
    assert links_of(html, "https://text.example") == [MailLink(*link) for link in links]


def test_without_html_links_are_those_of_the_text() -> None:
    text = "See https://a.example/x?y=1, (http://b.example/z). Bye"
    assert [link.url for link in links_of(" ", text)] == [
        "https://a.example/x?y=1",
        "http://b.example/z",
    ]
