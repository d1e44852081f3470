"""Whatever is written into a template, it is checked, compiled and rendered without a fault."""

from hypothesis import given
from hypothesis import strategies as st

from penguinmails.errors import InvalidInput
from penguinmails.templates.check import check
from penguinmails.templates.compile import compile_template
from penguinmails.templates.limits import LimitReached
from penguinmails.templates.links import render_link
from penguinmails.templates.sandbox import HTML, Sheet
from penguinmails.templates.template import Template

PIECES = [
    *("{{", "}}", "{%", "%}", "{#", "#}", "{", "}", "-", "+", " ", "\n", "'", '"', "<", ">", "/"),
    *("a", "b.c", "contact", "[0]", "['k']", "|upper", "|default('x')", "|join(a)", "|round(2)"),
    *("if ", "else", "endif", "for x in a", "endfor", " == ", " in ", " not ", " and ", "1", "2.5"),
    *("<a href=", "<a href='https://x.example/", "</a>", "<p>", "<!--", "-->", "<style>", "&lt;"),
    *("{{ a }}", "{% if a %}", "{% else %}", "{% endif %}", "{% for x in b %}", "{% endfor %}"),
    *("{{ x }}", "{{ a + b }}", "{{ a < b }}", "{{ unsubscribe_url }}", "https://y.example", "é"),
    *('<img src=\'{{ "https://i.example/x"|image(a=a) }}', "'https://i.example'|image(b=b.c)"),
    *("<img src=", "<img src='https://x.example/", "|image", "|image(n=a)", "'https://i.example'"),
    *("&#123;", "{{ loop.index }}", "</body>", "<body>", "\ufdd0", "\x00", "'>", "mailto:a@b.c"),
]
sources = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


class NoUrls:
    def open_url(self) -> str:
        return "https://m.example/o"

    def click_url(self, index: int) -> str:
        return f"https://m.example/c/{index}"

    def unsubscribe_url(self) -> str:
        return "https://m.example/u"

    def image_signature(self, target: str) -> str:
        return "signature"


@given(html=sources, text=sources, a=data, b=data)
def test_any_template_is_refused_with_advice_or_renders(
    html: str, text: str, a: object, b: object
) -> None:
    template = Template("t", "T", "S", "", html, text)
    if check(template):
        return
    for tracked in (True, False):
        compiled = compile_template(template, tracked=tracked)
        out = compiled.render({"a": a, "b": b}, NoUrls())
        assert "https://m.example/u" in out.text
        assert "https://m.example/u" in out.html or not out.html
        for link in compiled.links:
            assert leads_to_the_web(link, {"a": a, "b": b})


OPERATIONS = [
    *("{{ a + b }}", "{{ a - b }}", "{{ -a }}", "{{ a < b }}{{ a >= b }}", "{{ a == b }}"),
    *("{{ a in b }}", "{{ a is eq b }}{{ a is odd }}{{ a is number }}", "{{ a[b] }}{{ a.b }}"),
    *("{{ a|upper|lower|title|capitalize|trim }}", "{{ a|truncate(b, a, b) }}", "{{ a|join(b) }}"),
    *("{{ a|length }}{{ a|count }}", "{{ a|first }}{{ a|last }}", "{{ a|round(b) }}{{ a|int(b) }}"),
    *("{{ a|e|urlencode|striptags }}", "{{ a|default(b, a) }}", "{{ a if b else b and a or a }}"),
    *(
        "{% for x in a %}{{ x }}{{ loop.length }}{% else %}{{ b }}{% endfor %}",
        "{{ a }}{{ not a }}",
    ),
]


@given(source=st.sampled_from(OPERATIONS), a=data, b=data)
def test_no_operation_fails_on_any_data(source: str, a: object, b: object) -> None:
    assert isinstance(Sheet(source, HTML).render({"a": a, "b": b}), str)


def leads_to_the_web(link: str, context: dict[str, object]) -> bool:
    try:
        return render_link(link, context).startswith(("http://", "https://"))
    except LimitReached:
        return False
    except InvalidInput:
        return True
