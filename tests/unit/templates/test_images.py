"""Images that are made for each person: their addresses hold, are signed, and can be cached."""

import json
import re
import shutil
import subprocess
from base64 import urlsafe_b64encode
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given

from penguinmails.ids import derived
from penguinmails.keyring import generate
from penguinmails.templates.check import check, variables
from penguinmails.templates.compile import compile_template
from penguinmails.templates.context import context_of
from penguinmails.templates.images import signed_image, unsigned
from penguinmails.templates.limits import URL_CHARS
from penguinmails.templates.publish import publish
from penguinmails.templates.sandbox import HTML, SIGN, Sheet
from penguinmails.templates.template import Format, Rendered, Template
from penguinmails.templates.urls import web_url
from tests.unit.templates.test_any import data
from tests.unit.templates.test_compile import PlainUrls

DOCS = Path(__file__).parents[3] / "docs" / "images.md"
RING, TENANT = generate(lambda size: b"k" * size), derived("tenant")
KEY = urlsafe_b64encode(RING.image_key(TENANT)).decode()
HELLO = "{{ 'https://img.example/hello.png'|image(name=contact.first_name, plan=contact.plan) }}"
MJ_IMAGE = f'<mj-image src="{HELLO}" alt="" />'
SOURCE = re.compile(r"<img[^>]* src=\"([^\"]*)\"")


class Urls(PlainUrls):
    def image_signature(self, target: str) -> str:
        return RING.image_signature(TENANT, target)


def rendered(
    body: str, text: str = "", written_in: Format = Format.HTML, **attributes: object
) -> Rendered:
    done = publish(Template("t", "T", "S", "", body, text, written_in))
    assert done.problems == ()
    compiled = compile_template(done.ready, tracked=True)
    return compiled.render(context_of(attributes), Urls())


def address(source: str, **attributes: object) -> str:
    """Give the address of an image of this source, as a mail program asks for it."""
    shown = rendered(f'<img src="{source}" alt="">', "", Format.HTML, **attributes)
    found = SOURCE.search(shown.html)
    assert found is not None
    return unescape(found[1])


def verify(url: str) -> dict[str, str] | None:
    """Check an address as the documentation says."""
    scope: dict[str, Any] = {}
    exec(_code("python"), scope)  # noqa: S102 - this is what the page tells people to run
    parts = urlsplit(url)
    found: dict[str, str] | None = scope["verified"](f"{parts.path}?{parts.query}", KEY)
    return found


def _code(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("source", "attributes", "url"),
    [
        ("{{ contact.plan }}.png", {"plan": "pro"}, "pro.png"),
        ("{{ contact.plan }}.png", {"plan": "a b\"'><x"}, "a%20b%22'%3E%3Cx.png"),
        ("{{ contact.plan }}.png", {}, ".png"),
        (
            "h?name={{ name|urlencode }}",
            {"name": 'Zoë & "Bob"\''},
            "h?name=Zo%C3%AB%20%26%20%22Bob%22%27",
        ),
        ("h?name={{ name|urlencode }}&amp;w=2", {}, "h?name=&w=2"),
    ],
)
def test_a_value_in_the_address_of_an_image_is_encoded(
    source: str, attributes: dict[str, object], url: str
) -> None:
    assert address(f"https://img.example/{source}", **attributes) == f"https://img.example/{url}"


@pytest.mark.parametrize(
    "photo",
    ["javascript:alert(1)", "data:image/png;base64,x", "x onerror=alert(1)", "//x", "a\r\nb", ""],
)
@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_an_address_that_is_none_of_the_web_is_left_empty_and_breaks_out_of_nothing(
    photo: str, quote: str
) -> None:
    out = rendered(f"<img src={quote}{{{{ photo }}}}{quote} alt='you'>", photo=photo)
    assert f"<img src={quote or chr(34) * 2}{quote} alt='you'>" in out.html


def test_an_unquoted_address_is_put_in_quotes() -> None:
    out = rendered("<img src={{ photo }} alt=you>", photo="https://x.example/a b.png?'\"")
    assert '<img src="https://x.example/a%20b.png?&#x27;%22" alt=you>' in out.html


@pytest.mark.parametrize(
    "source",
    ["cid:logo", "https://x.example/a b.png", "data:image/gif;base64,R0lGOD", "cid:{{ name }}"],
)
def test_what_is_no_address_made_of_values_stays_as_written(source: str) -> None:
    shown = source.replace("{{ name }}", "Ada")
    assert f"<img src='{shown}'>" in rendered(f"<img src='{source}'>", name="Ada").html


def test_a_condition_that_ends_outside_of_the_address_leaves_it_as_written() -> None:
    body = "{% if vip %}<img src='https://x.example/{% else %}<img src='https://y.example/{% endif %}a.png'>"
    assert "<img src='https://x.example/a.png'>" in rendered(body, vip=True).html


@pytest.mark.parametrize(
    ("written_in", "body"),
    [
        (Format.HTML, f'<img src="{HELLO}" alt="">'),
        (Format.HTML, f"<img alt='' src={HELLO}>"),
        (Format.MARKDOWN, f"![]({HELLO})"),
        (
            Format.MJML,
            f"<mjml><mj-body><mj-section><mj-column>{MJ_IMAGE}</mj-column></mj-section></mj-body></mjml>",
        ),
    ],
)
def test_an_image_is_signed_whatever_the_body_is_written_in(written_in: Format, body: str) -> None:
    html = rendered(body, "", written_in, first_name="Ada", plan="pro").html
    signature = RING.image_signature(TENANT, "/hello.png?name=Ada&plan=pro")
    url = f"https://img.example/hello.png?name=Ada&amp;plan=pro&amp;s={signature}"
    assert f'src="{url}"' in html


def test_in_text_it_is_signed_too() -> None:
    out = rendered("<p>Hi</p>", f"See {HELLO}.", first_name="Ada", plan="pro")
    signature = RING.image_signature(TENANT, "/hello.png?name=Ada&plan=pro")
    assert f"See https://img.example/hello.png?name=Ada&plan=pro&s={signature}." in out.text


@pytest.mark.parametrize(
    ("call", "target"),
    [
        ("'https://i.example'|image", "/"),
        ("'https://i.example?'|image(a=1)", "/?a=1"),
        (
            "' HTTPS://I.example:8443/a b/é?w=2&x=\\''|image(n=name)",
            "/a%20b/%C3%A9?w=2&x=%27&n=Ada",
        ),
        ("'https://i.example/a'|image(z=name, a=name)", "/a?z=Ada&a=Ada"),
        ("'https://i.example/a'|image(a=nobody, b=none, c='', d=contact, e=0)", "/a?e=0"),
        (
            "'https://i.example/a'|image(a=true, b=1.5, c=tags, d='&=+ /~')",
            "/a?a=true&b=1.5&c=x%2C%20y&d=%26%3D%2B%20%2F~",
        ),
        (
            "'https://i.example/a'|image(class='x', context=1, value=2, größe=3)",
            "/a?class=x&context=1&value=2&gr%C3%B6%C3%9Fe=3",
        ),
        ("'https://i.example/a'|image(n=' a\\r\\n b\\t')", "/a?n=a%20b"),
        ("'https://i.example/a'|image(n=name|default('x')|upper)", "/a?n=ADA"),
    ],
)
def test_path_and_query_are_written_the_one_way_that_mail_programs_leave_alone(
    call: str, target: str
) -> None:
    url = urlsplit(address(f"{{{{ {call} }}}}", name="Ada", tags=["x", "y"]))
    written, _, signature = f"{url.path}{'?' * bool(url.query)}{url.query}".rpartition("s=")
    assert written[:-1] == target
    assert signature == RING.image_signature(TENANT, target)


def test_the_same_values_give_the_same_address() -> None:
    ada = address(HELLO, first_name="Ada", plan="pro", email="ada@example.com", other=1)
    again = address(HELLO, first_name=" Ada\n", plan="pro", email="ada.l@example.com")
    assert ada == again
    assert ada != address(HELLO, first_name="Ben", plan="pro")


def test_long_values_are_cut_and_what_makes_the_address_too_long_is_left_out() -> None:
    assert (
        dict(parse_qsl(urlsplit(address(HELLO, first_name="x" * 2_000)).query))["name"] == "x" * 200
    )
    many = ", ".join(f"n{number}=name" for number in range(20))
    url = address(f"{{{{ 'https://i.example/a'|image({many}) }}}}", name="界" * 500)
    assert len(url) <= URL_CHARS
    assert [name for name, _ in parse_qsl(urlsplit(url).query)] == ["n0", "n1", "s"]
    assert verify(url) == {"n0": "界" * 200, "n1": "界" * 200}


@given(a=data, b=data)
def test_any_data_gives_an_address_that_verifies(a: object, b: object) -> None:
    source = "{{ 'https://i.example/a?w=2'|image(a=a, b=b, c=a + b, d=a.b) }}"
    values = {"a": a, "b": b, SIGN: Urls().image_signature}
    url = unescape(Sheet(source, HTML).render(values))
    assert web_url(url) == url
    assert len(url) <= URL_CHARS
    assert verify(url) is not None


def test_a_link_to_an_image_leads_there_and_is_not_counted() -> None:
    html = f"<a href='{HELLO}'>large</a><a href='https://x.example'>x</a>"
    compiled = compile_template(Template("t", "T", "S", "", html, ""), tracked=True)
    assert compiled.links == ("https://x.example",)
    assert verify(unescape(rendered(html, first_name="Ada").html.split("'")[1])) == {"name": "Ada"}


def test_each_item_of_a_loop_has_its_image() -> None:
    loop = "{% for o in orders %}<img src='{{ \"https://i.example\"|image(t=o.t) }}'>{% endfor %}"
    html = rendered(loop, orders=[{"t": "Tea"}, {"t": "'><b>"}]).html
    assert [verify(unescape(url)) for url in re.findall("src='([^']*)'", html)] == [
        {"t": "Tea"},
        {"t": "'><b>"},
    ]


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        ("{{ host|image(a=b) }}", "image-address", "no text in quotes"),
        ("{{ 'ftp://x'|image }}", "image-address", "no http or https address"),
        ("{{ 'https://x/a#b'|image }}", "image-address", "behind a #"),
        ("{{ 'https://x/a/../b'|image }}", "image-address", "`.` or `..`"),
        ("{{ 'https://x/?a=1&s=2'|image }}", "image-address", "parameter `s`"),
        ("{{ 'https://x/?a=1&amp;b=2'|image }}", "image-address", "an & is written as it is"),
        ("{{ 'https://x'|image(s=1) }}", "image-name", "name of the signature"),
        ("{{ 'https://x'|image(a) }}", "filter-arguments", "does not take these arguments"),
        ("<img src=\"{{ 'https://x'|image }}.png\">", "image-signature", "more in the address"),
        (
            "<img src=\"{% if a %}{{ 'https://x'|image }}{% endif %}&x=1\">",
            "image-signature",
            "more in the address",
        ),
    ],
)
def test_what_could_not_be_signed_is_refused_with_its_line_and_the_way_out(
    source: str, code: str, said: str
) -> None:
    (found,) = check(Template("t", "T", "S", "", f"<p>\n{source}", ""))
    assert (found.line, found.code) == (2, code)
    assert said in found.detail
    assert found.hint


def test_the_values_of_an_image_are_variables_of_the_template() -> None:
    found = variables(Template("t", "T", "S", "", HELLO, ""))
    assert found == {"contact.first_name", "contact.plan"}


def test_without_an_address_nothing_is_written() -> None:
    assert signed_image("javascript:x", {"a": 1}, unsigned) == ""


def test_a_service_verifies_as_the_documentation_says() -> None:
    url = address(HELLO, first_name="Zoë & 'Bob'+", plan="a=b")
    assert verify(url) == {"name": "Zoë & 'Bob'+", "plan": "a=b"}
    assert verify(url.replace("plan=a", "plan=b")) is None
    assert verify(url[:-1]) is None
    assert verify(url.replace("&s=", "xs=")) is None
    assert verify("https://img.example/hello.png") is None
    assert verify("https://img.example/hello.png?s=é") is None


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_a_service_in_node_verifies_as_the_documentation_says() -> None:
    url = address(HELLO, first_name="Zoë & 'Bob'+", plan="a=b")
    targets = [
        each.removeprefix("https://img.example") for each in (url, url[:-1], "/x?s=é", "/a?b=1")
    ]
    asked = f"console.log(JSON.stringify({json.dumps(targets)}.map(t => verified(t, '{KEY}'))))"
    script = f"{_code('js')}\n{asked}"
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],  # noqa: S607
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == [{"name": "Zoë & 'Bob'+", "plan": "a=b"}, None, None, None]
