"""Formats become HTML when a template is saved; what the author wrote for people stays as it was."""

import pytest

from penguinmails.templates.compile import compile_template
from penguinmails.templates.context import context_of
from penguinmails.templates.publish import Published, publish
from penguinmails.templates.template import Format, Template, Variant
from tests.unit.templates.test_compile import PlainUrls

ORDERS = [{"title": "Tea", "url": "https://t.example/?a=1&b=2"}, {"title": "Cake", "url": ""}]


def published(html: str, written_in: Format = Format.HTML, *, inline_css: bool = True) -> Published:
    return publish(Template("t", "T", "S", "", html, "", written_in, inline_css))


def ready(html: str, written_in: Format = Format.HTML, *, inline_css: bool = True) -> str:
    done = published(html, written_in, inline_css=inline_css)
    assert done.problems == ()
    return done.ready.html


def rendered(html: str, written_in: Format, **attributes: object) -> str:
    done = published(html, written_in)
    assert done.problems == ()
    compiled = compile_template(done.ready, tracked=False)
    return compiled.render(context_of(attributes), PlainUrls()).html


def codes(done: Published) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in (*done.problems, *done.warnings)]


def mjml(body: str, head: str = "") -> str:
    column = f"<mj-section><mj-column>{body}</mj-column></mj-section>"
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{column}</mj-body></mjml>"


# ---- styles


def test_html_without_styles_is_sent_as_it_was_written() -> None:
    html = "<P>odd <b>markup <i>stays</b></i> {{ x }}{% if a %}<br>{% endif %}<!-- c --> &copy"
    assert ready(html) == html


def test_rules_go_into_the_tags_and_a_tags_own_style_wins() -> None:
    html = "<style>p { color: red } .x { margin: 0 }</style><p class=x style='color:blue'>a<p>b"
    done = ready(html)
    assert "<p class=x style='margin: 0;color: red;color:blue'>a" in done.replace(
        "color: red;margin: 0", "margin: 0;color: red"
    )
    assert '<p style="color: red">b' in done
    assert done.startswith("<style>p { color: red }")


def test_what_depends_on_the_screen_or_on_a_condition_stays_in_the_sheet_alone() -> None:
    html = (
        "<style>p { a: b } a:hover { c: d } @media print { p { e: f } }</style>"
        "<style media='print'>p { g: h }</style><style>{% if x %}p { i: j }{% endif %}</style>"
        '<p {% if x %}class="k"{% endif %}>a</p><p>b</p>'
    )
    done = ready(html)
    assert '<p {% if x %}class="k"{% endif %}>a</p>' in done
    assert "<p>b</p>" not in done
    assert done.split("</style>")[-1].count("a: b") == 1
    assert not any(rule in done.split("</style>")[-1] for rule in ("c: d", "e: f", "g: h", "i: j"))


def test_inlining_can_be_left_out() -> None:
    html = "<style>p { color: red }</style><p>a</p>"
    assert ready(html, inline_css=False) == html


def test_rows_under_a_loop_and_expressions_in_attributes_survive() -> None:
    html = (
        "<style>td, a { color: {{ brand|default('red') }} }</style><table>{% for o in orders %}"
        "<tr{% if loop.first %} bgcolor='x'{% endif %}><td><a href='{{ o.url }}' "
        'title="{{ o.title|default("x", true) }}">{{ o.title }}</a></td></tr>{% endfor %}</table>'
    )
    done = ready(html)
    style = "style=\"color: {{ brand|default('red') }}\""
    assert done.split("</style>")[1] == html.split("</style>")[1].replace(
        "<td>", f"<td {style}>"
    ).replace("<a href", f"<a {style} href")
    out = rendered(html, Format.HTML, orders=ORDERS, brand="blue")
    assert out.count("<tr") == 2
    assert 'style="color: blue"' in out


def test_a_style_cannot_leave_its_attribute() -> None:
    html = (
        """<style>p { --a: '"><script>alert(1)</script>' } p::before { content: "x" }</style><p>a"""
    )
    done = ready(html)
    assert "<p>a" in done or '<p style="--a: ' in done
    assert done.split("</style>")[-1].count("<") == 1


def test_style_sheets_are_never_fetched_and_their_author_is_told(tmp_path: object) -> None:
    sheet = f"{tmp_path}/secret.css"
    with open(sheet, "w") as file:  # noqa: PTH123 - a file that must not be read
        file.write("p { color: red }")
    for address in (sheet, f"file://{sheet}"):
        html = (
            f"<link rel=stylesheet href='{address}'><style>@import '{address}'; i {{}}</style><p>a"
        )
        done = published(html)
        assert done.ready.html == html
        assert ("style-link", 1) in codes(done)


def test_too_many_styles_are_left_in_their_sheets_with_a_warning() -> None:
    done = published(f"<style>p {{ --a: {'x' * 20_000} }}</style>" + "<p>a</p>" * 900)
    assert done.problems == ()
    assert codes(done)[0] == ("styles", 1)


# ---- MJML


def test_mjml_becomes_html_with_its_conditions_loops_and_expressions() -> None:
    source = mjml(
        "{% if vip %}<mj-text>Hi {{ firstName|default('you') }} &nbsp;é 👨‍👩‍👧<br></mj-text>{% endif %}"
        '<mj-button\n  href="https://x.example/{{ id|urlencode }}?a=1&amp;b=2">Go</mj-button>'
        "<mj-table>{% for o in orders %}<tr><td>{{ o.title }}</td></tr>{% endfor %}</mj-table>"
        '<mj-image src="{{ image }}" alt="\\ 👨‍👩‍👧 {{ firstName }}" />'
    )
    data = {"first_name": "Zoë", "id": "a b", "orders": ORDERS, "image": "https://i.example/x.png"}
    out = rendered(source, Format.MJML, vip=True, **data)
    assert "Hi Zoë &nbsp;é 👨‍👩‍👧<br />" in out
    assert 'href="https://x.example/a%20b?a=1&amp;b=2"' in out
    assert "<tr><td>Tea</td></tr><tr><td>Cake</td></tr>" in out
    assert 'alt="\\ 👨‍👩‍👧 Zoë"' in out
    assert 'src="https://i.example/x.png"' in out
    assert "Hi " not in rendered(source, Format.MJML, **data)


def test_a_condition_around_a_section_takes_the_whole_section_away() -> None:
    section = "<mj-section><mj-column><mj-text>gold</mj-text></mj-column></mj-section>"
    body = f"{{% if vip %}}{section}{{% endif %}}<mj-section></mj-section>"
    source = f"<mjml><mj-body>{body}</mj-body></mjml>"
    assert "gold" in rendered(source, Format.MJML, vip=True)
    plain = rendered(source, Format.MJML)
    assert "gold" not in plain
    assert plain.count("<table") == plain.count("</table>")


def test_mjml_styles_are_inlined_where_their_author_asks_for_it() -> None:
    head = (
        '<mj-style inline="inline">b { color: red }</mj-style><mj-style>i { color: red }</mj-style>'
    )
    done = ready(mjml("<mj-text><b>x</b><i>y</i></mj-text>", head), Format.MJML)
    assert '<b style="color: red">x</b><i>y</i>' in done


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("<p>Hello</p>", 1, "does not begin with <mjml>"),
        ("<mjml>\n<mj-body>\n<mj-sectoin></mj-sectoin></mj-body></mjml>", 3, "write <mj-section>"),
        ("<mjml><mj-body>\n<mj-section>\n</mj-body></mjml>", 3, "</mj-body> closes nothing"),
        ("<mjml>\n<mj-body>", 1, "<mjml> is not closed"),
        (mjml("\n<mj-text {% if x %}a='b'{% endif %}>a</mj-text>"), 2, "around the whole tag"),
        (mjml("<mj-include path='/etc/passwd' />"), 1, "no element of MJML"),
        (
            mjml("", "<mj-attributes><mj-text color='{% if a %}x{% endif %}' /></mj-attributes>"),
            *(1, "get lost"),
        ),
        (mjml("<mj-text width=a>x</mj-text>"), 1, "compare it with the MJML reference"),
        (mjml("<mj-text>{{ x() }}</mj-text>"), 1, "cannot be called"),
        (mjml("<mj-text><a href='javascript:x'>x</a></mj-text>"), None, "not one of a page"),
    ],
)
def test_faulty_mjml_is_refused_with_the_line_and_the_way_out(
    source: str, line: int | None, said: str
) -> None:
    done = published(source, Format.MJML)
    assert done.problems
    first = done.problems[0]
    assert said in f"{first.detail}; {first.hint}"
    assert line in (None, first.line)


# ---- Markdown


def test_markdown_becomes_a_whole_document_with_its_template_code() -> None:
    source = """# Hello {{ firstName|default("*you*") }}

{% if vip %}
You are **gold_{{ level }}**, and `code {{ level }}`.
{% else %}
Not yet.
{% endif %}

| Item | Link |
|---|---|
{% for o in orders %}
| {{ o.title }} | [see](https://x.example/{{ o.title|urlencode }}?a=1&b=2 "t {{ o.title }}") |
{% endfor %}

{% for o in orders %}
- {{ loop.index }}. {{ o.title }}
{% endfor %}

![Our {{ level }}]({{ image }}) <b>raw</b> ~~old~~
"""
    data = {"level": "5", "orders": ORDERS, "image": "https://i.example/x.png"}
    out = rendered(source, Format.MARKDOWN, vip=True, **data)
    assert out.startswith("<!DOCTYPE html>")
    assert "<h1>Hello *you*</h1>" in out
    assert "<p>You are <strong>gold_5</strong>, and <code>code 5</code>.</p>" in out
    assert "Not yet" not in out
    assert out.count("<tr>") == 3
    assert '<a href="https://x.example/Tea?a=1&amp;b=2" title="t Tea">see</a>' in out
    assert "<li>1. Tea</li>" in out
    assert "<li>2. Cake</li>" in out
    assert '<img src="https://i.example/x.png" alt="Our 5" />' in out
    assert "<b>raw</b> <s>old</s>" in out
    assert "<p>Not yet.</p>" in rendered(source, Format.MARKDOWN, **data)


def test_template_code_in_a_code_block_is_filled_in_as_well() -> None:
    out = rendered("```\n{% if a %}\nx {{ a }}\n{% endif %}\n```", Format.MARKDOWN, a="1")
    assert "<pre><code>\nx 1\n" in out


def test_markdown_that_leads_to_code_is_refused() -> None:
    done = published("<a href='javascript:alert(1)'>x</a>", Format.MARKDOWN)
    assert [one.code for one in done.problems] == ["link-scheme"]
    assert 'href="javascript' not in ready("[x](javascript:alert(1))", Format.MARKDOWN)


# ---- what an author should look at


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<p>x" * 30_000, "tags"),
        ("<p>" + "x" * 103_000, "size"),
        ("\n<img src='x'>Hi", "no-alt"),
        ("<img src='https://x.example/i.png' alt=''>", "no-text"),
        ("<a href='#'>x</a>", "empty-link"),
        ("<a href=''>x</a>", "empty-link"),
        ("<form>x</form>", "not-shown"),
        ("<script>x</script>y", "not-shown"),
        ("Hello {{ firstName }}", "no-fallback"),
    ],
)
def test_what_may_go_wrong_is_told(html: str, code: str) -> None:
    done = published(html)
    assert code in [one.code for one in (*done.problems, *done.warnings)]
    assert all(one.hint and one.detail for one in done.warnings)


def test_a_gap_is_told_in_each_field_that_it_stands_in() -> None:
    variants = {"de": Variant("Hallo {{ name }}", html="<p>Hallo")}
    mail = Template(
        "t", "T", "Hi {{ name }}", "", "<p>{{ name }} {{ city }}", "", variants=variants
    )
    gaps = [one for one in publish(mail).warnings if one.code == "no-fallback"]
    assert [(one.field, one.detail) for one in gaps] == [
        ("subject", "`name` has no fallback"),
        ("html", "`city` has no fallback"),
        ("html", "`name` has no fallback"),
        ("variants/de/subject", "`name` has no fallback"),
    ]


def test_a_sound_template_has_no_warnings() -> None:
    html = "<p>Hi {{ firstName|default('you') }} <img src='x' alt='y'></p><a href='https://a.example'>a"
    assert codes(published(html)) == []


# ---- languages


def test_variants_are_published_too_and_a_missing_translation_is_told() -> None:
    variants = {"de": Variant("Hallo", "", "# Tag", ""), "fr": Variant("Salut")}
    template = Template("t", "T", "S", "", "# Hi", "", Format.MARKDOWN, variants=variants)
    done = publish(template)
    assert "<h1>Tag</h1>" in done.ready.variants["de"].html
    assert done.ready.variants["fr"].html == ""
    assert [one.field for one in done.warnings] == ["variants/fr/html"]


def test_a_fault_in_a_variant_names_it() -> None:
    variants = {"de": Variant(html="{{ x() }}"), "De_at": Variant("x"), "??": Variant("x")}
    done = publish(Template("t", "T", "S", "", "Hi", "", variants=variants))
    assert [(one.field, one.code) for one in done.problems] == [
        ("variants/de/html", "call"),
        ("variants", "language"),
        ("variants", "language"),
    ]
    assert "write de-AT" in done.problems[1].hint
