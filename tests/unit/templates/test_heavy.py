"""What a hostile author sends to be published: a refusal or a whole email, soon and in little room."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from penguinmails.templates.compile import compile_template
from penguinmails.templates.limits import LimitReached
from penguinmails.templates.publish import Published, publish
from penguinmails.templates.template import Format, Template
from tests.unit.templates.test_attacks import CONTEXT, REFUSED, SPENDERS, is_soon
from tests.unit.templates.test_compile import PlainUrls

MOST_BYTES = 64_000_000
CLEAR = Path("/proc/self/clear_refs")


def mjml(body: str) -> str:
    column = f"<mj-section><mj-column>{body}</mj-column></mj-section>"
    return f"<mjml><mj-body>{column}</mj-body></mjml>"


def styled(css: str, html: str = "<p class=a>x</p>") -> str:
    return f"<style>{css}</style>{html}"


MARKDOWN = [
    *("[" * 2_000, "![" * 2_000, "[a](b)" * 2_000, "[a][b]" * 1_000, "<" * 20_000, "<a " * 6_600),
    *("*a " * 6_600, "_a*" * 6_600, "**a *b " * 2_800, "*" * 10_000 + "a" + "*" * 9_000),
    *(">" * 20_000, "* > " * 5_000, "- " * 10_000, "`" * 20_000, "a\n" * 2_000, "a\n\n" * 1_000),
    *("a\\\n" * 6_600, "a\n=\n" * 5_000, "<!-- " * 4_000, "<div>\n" * 3_300, "&amp;" * 4_000),
    "\n".join("  " * depth + "- a" for depth in range(130)),
    "".join("`" * length + " " for length in range(195)),
    "".join(f"[a{number}]: b\n" for number in range(1_700)),
    *("|a" * 1_000 + "|\n" + "|-" * 1_000 + "|\n" + "|b\n" * 2_000, "|{{a}}\n" * 2_800),
    *("{% if a %}\n" * 1_000 + "{% endif %}\n" * 1_000, "{% if a %}{% endif %}\n" * 900),
    *("x" * 200_000, "<script>alert(1)</script>\n\n[x](vbscript:y)"),
]
MJML = [
    *(
        mjml("<b>" * 10_000 + "</b>" * 10_000),
        mjml("<b>" * 200 + "</b>" * 200),
        mjml("<b>" * 2_000),
    ),
    *(mjml("<b>x</b>" * 2_900), mjml("<mj-x>" * 5_000), mjml("<b " + 'a="b" ' * 40_000 + "></b>")),
    *(mjml("&a;" * 80_000), mjml("é" * 120_000), mjml("\\" * 240_000), mjml("\u200d" * 80_000)),
    *("<!---->" * 30_000, "<!--" * 60_000, "<?xml ?>" * 30_000, "<mjml" + " " * 250_000),
    *(
        '<mjml a="' + "'" * 250_000,
        mjml("<![CDATA[" * 5_000),
        mjml("<mj-include path='/etc/passwd'/>"),
    ),
    '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>' + mjml("&c;"),
    mjml("<mj-text>&c; <mj-text> </mj-button></mj-text>"),
    "<mjml><mj-body>" + "<mj-section></mj-section>" * 2_900 + "</mj-body></mjml>",
    "<mjml><mj-body>" + "<mj-wrapper>" * 55 + "</mj-wrapper>" * 55 + "</mj-body></mjml>",
    "<mjml><mj-head>" + "<mj-style inline='inline'>" * 3_000 + "</mj-head></mjml>",
]
STYLES = [
    *(styled("p{a:b}", "<div>" * 5_900), styled("p{a:b}", "<p>" * 5_900)),
    *(styled("p{a:b}", "<li><ul>" * 299), styled("b{c:d}", "<a>" * 250 + "<table>" * 40)),
    *(styled("p{--a:" + "x" * 2_400 + "}", "<p>" * 5_900), styled("* * *{color:red}" * 700)),
    *(styled(":is(" * 14_000 + "p"), styled("{" * 14_000), styled("p{a:" + "(" * 59_000)),
    *(styled("p ~ p ~ p ~ p ~ i{c:d}" * 20, "<p>" * 5_000), styled("p:has(~ p ~ i){c:d}" * 20)),
    *(styled("p" + ":not(p" * 5_000), styled("p:nth-last-child(2n+1 of .a){c:d}", "<p>" * 5_000)),
    *("<style>" * 5_900, "<style></style>" * 2_900, "<style>" + "</styl" * 5_000),
    styled("@import url(file:///etc/passwd);@import 'http://169.254.169.254/';"),
    styled("p{c:d}", "<p " + " ".join(f"a{number}=b" for number in range(25_000)) + ">"),
    styled("p{c:d}", "<p style=" + "a:b;" * 60_000 + ">"),
]
HEAVY = [
    *((Format.MARKDOWN, source) for source in MARKDOWN),
    *((Format.MJML, source) for source in MJML),
    *((Format.HTML, source) for source in STYLES),
]


def mail(source: str, written_in: Format = Format.HTML) -> Template:
    return Template("t", "T", "Subject", "", source, "", written_in)


@pytest.mark.parametrize(("written_in", "source"), HEAVY, ids=[text[:40] for _, text in HEAVY])
def test_whatever_is_published_it_is_soon_small_and_harmless(
    written_in: Format, source: str
) -> None:
    made: list[Published] = []
    room = peak_of(lambda: made.append(publish(mail(source, written_in))))
    assert room < MOST_BYTES
    assert is_soon(lambda: publish(mail(source, written_in)))
    done = made[0]
    assert all(one.hint and one.detail for one in (*done.problems, *done.warnings))
    assert "root:" not in done.ready.html
    assert 'href="javascript' not in done.ready.html


@pytest.mark.parametrize("sources", [REFUSED, SPENDERS], ids=["refused", "spending"])
def test_no_attack_in_html_takes_much_room(sources: list[str]) -> None:
    for source in sources:
        assert peak_of(partial(live, mail(source))) < MOST_BYTES, source[:60]


def live(template: Template) -> None:
    """Do with a template all that is ever done with one."""
    done = publish(template)
    if not done.problems:
        with suppress(LimitReached):
            compile_template(done.ready, tracked=True).render(CONTEXT, PlainUrls())


def peak_of(work: Callable[[], object]) -> int:
    """Measure by how much the process grows meanwhile, in bytes, whoever takes the memory."""
    if not CLEAR.exists():  # only Linux can measure a peak again
        work()
        return 0
    CLEAR.write_text("5")
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
