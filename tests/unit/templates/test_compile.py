"""Compiling: links numbered, the way out and the pixel in place, a text part always there."""

from dataclasses import replace

import pytest

from penguinmails.errors import InvalidInput
from penguinmails.templates.compile import CompiledTemplate, compile_template
from penguinmails.templates.context import context_of
from penguinmails.templates.template import Rendered, Template, Variant

UNSUBSCRIBE = "https://m.example/u/token"


class PlainUrls:
    """Addresses one can read."""

    def open_url(self) -> str:
        return "https://m.example/o/token"

    def click_url(self, index: int) -> str:
        return f"https://m.example/c/{index}"

    def unsubscribe_url(self) -> str:
        return UNSUBSCRIBE

    def image_signature(self, target: str) -> str:
        return "signature"


def compiled(
    html: str, text: str = "", *, subject: str = "S", preview: str = "", tracked: bool = True
) -> CompiledTemplate:
    return compile_template(Template("t", "T", subject, preview, html, text), tracked=tracked)


def rendered(html: str, text: str = "", *, tracked: bool = True, **attributes: object) -> Rendered:
    template = compiled(html, text, tracked=tracked)
    return template.render(context_of(attributes), PlainUrls())


def test_links_are_numbered_in_html_and_text_and_lead_to_the_written_address() -> None:
    template = compiled(
        "<a href=\"https://a.example/?x=1&amp;y=2\">a</a> <A HREF='HTTP://b.example'>b</A>",
        "See https://a.example/?x=1&y=2, or https://c.example/{{ company|urlencode }}.",
    )
    assert template.links == (
        "https://a.example/?x=1&y=2",
        "HTTP://b.example",
        "https://c.example/{{ company|urlencode }}",
    )
    out = template.render({}, PlainUrls())
    assert 'href="https://m.example/c/0"' in out.html
    assert "HREF='https://m.example/c/1'" in out.html
    assert "See https://m.example/c/0, or https://m.example/c/2." in out.text
    assert template.render_link(2, context_of({"company": "A&B"})) == "https://c.example/A%26B"


def test_addresses_that_are_not_of_the_web_are_left_alone() -> None:
    html = (
        '<a href="mailto:a@b.example">m</a><a href="#top">t</a><a name="x">n</a><a>e</a>'
        '<a href="tel:+4912">t</a><a href="{{ unsubscribe_url }}">u</a><abbr href="https://x">x</abbr>'
    )
    template = compiled(html)
    assert template.links == ()
    written = template.render({}, PlainUrls()).html
    assert 'href="mailto:a@b.example"' in written
    assert f'<a href="{UNSUBSCRIBE}">u</a>' in written


@pytest.mark.parametrize(
    "html",
    [
        "<p>no way out</p>",
        "<html><body>no way out</BODY ></html>",
        "<!-- <a href='{{ unsubscribe_url }}'>hidden</a> -->",
        "{% if vip %}<a href='{{ unsubscribe_url }}'>for some</a>{% endif %}",
        "{# {{ unsubscribe_url }} #}",
        "<a href='{{ unsubscribe_url }}'>here</a>",
        "<a href='{{unsubscribeUrl}}'>here</a>",
    ],
)
def test_every_email_offers_the_way_out_in_both_parts(html: str) -> None:
    for tracked in (True, False):
        out = rendered(html, "text", tracked=tracked)
        assert f'<a href="{UNSUBSCRIBE}"' in out.html.replace("'", '"')
        assert UNSUBSCRIBE in out.text


def test_the_way_out_is_not_doubled() -> None:
    out = rendered("<a href='{{ unsubscribe_url }}'>here</a>", "{{ unsubscribe_url }}")
    assert out.html.count(UNSUBSCRIBE) == out.text.count(UNSUBSCRIBE) == 1


def test_the_pixel_stands_at_the_end_of_the_body_and_only_when_tracked() -> None:
    assert rendered("<body>x</body>").html.endswith('border:0"></body>')
    assert "<img" not in rendered("<body>x</body>", tracked=False).html


def test_untracked_links_stay_as_written() -> None:
    html = "<a href='https://a.example/?a=1&amp;b=2'>x</a>"
    assert html in rendered(html, tracked=False).html


@pytest.mark.parametrize("tracked", [True, False])
@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JAVASCRIPT:x",
            " javascript:x",
            "java\tscript:x",
            "data:text/html,x",
        ),
        *("https://user:pw@evil.example", "https://evil.example\\@x", "//evil.example", "ftp://x"),
        *(
            "https://",
            "https:///x",
            "https://[::1",
            "https://a b.example/",
            "https://x\u2028.example",
        ),
        *("https://a.example:99999999/", "", "x" * 3000, 'https://a"><script>.example'),
    ],
)
def test_a_link_made_of_contact_data_leads_to_web_pages_only(
    address: str, *, tracked: bool
) -> None:
    template = compiled('<a href="{{ contact.site }}">your page</a>', tracked=tracked)
    context = context_of({"site": address})
    if tracked:
        with pytest.raises(InvalidInput):
            template.render_link(0, context)
    else:
        assert '<a href="#">your page</a>' in template.render(context, PlainUrls()).html


def test_a_link_of_a_loops_item_is_checked_in_place_since_a_click_could_not_know_the_item() -> None:
    html = "{% for o in orders %}<a href='{{ o.url }}'>{{ o.name }}</a>{% endfor %}"
    orders = [{"url": "https://a.example/?a&b", "name": "A"}, {"url": "javascript:b", "name": "B"}]
    out = rendered(html, orders=orders)
    assert "<a href='https://a.example/?a&amp;b'>A</a><a href='#'>B</a>" in out.html


def test_a_rendered_link_is_plain_ascii() -> None:
    template = compiled("<a href='https://a.example/{{ q }}?x=%20'>x</a>")
    assert template.render_link(0, {"q": "ü ñ"}) == "https://a.example/%C3%BC%20%C3%B1?x=%20"


@pytest.mark.parametrize("index", [-1, 1, 65_535])
def test_a_link_number_that_does_not_exist_is_refused(index: int) -> None:
    with pytest.raises(InvalidInput):
        compiled("<a href='https://a.example'>x</a>").render_link(index, {})


def test_a_text_part_is_made_from_the_html_with_its_links() -> None:
    out = rendered(
        "<!DOCTYPE html><html><head><title>T</title><style>p{a:b}</style></head><body>"
        "<h1>Hi&nbsp;{{ firstName }}</h1><p>One<br>two &amp; three</p><ul><li>a<li>b</ul>"
        "<p><a href='https://a.example'>shop</a></p><img alt='Logo' src='x'>"
        "{% if vip %}<p {% if x %}a='b'{% endif %}>VIP</p>{% endif %}"
        "<a href='{{ unsubscribe_url }}'>Leave</a></body></html>",
        first_name="Zoë & <co>",
        vip=True,
    )
    assert out.text == (
        "Hi Zoë & <co>\n\nOne\ntwo & three\n\n- a\n- b\n\nshop (https://m.example/c/0)\n\n"
        f"Logo\n\nVIP\n\nLeave ({UNSUBSCRIBE})"
    )


def test_html_that_cannot_be_cut_into_text_beforehand_is_cut_when_rendered() -> None:
    html = "<p {% if vip %}>yes{% else %}class='x'>no{% endif %}</p>"
    assert rendered(html, vip=True).text.startswith("yes\n")
    assert rendered(html).text.startswith("no\n")


def test_a_text_only_template_has_no_html() -> None:
    out = rendered("", "Hello https://a.example")
    assert out.html == ""
    assert "https://m.example/c/0" in out.text


def test_the_preview_line_is_hidden_at_the_top_and_escaped() -> None:
    template = compiled("<body class='x'>hello</body>", preview="1 < 2 {{ company }}")
    out = template.render(context_of({"company": "<i>"}), PlainUrls()).html
    assert out.startswith("<body class='x'><div style=\"display:none")
    assert "1 &lt; 2 &lt;i&gt;</div>hello" in out


def test_a_subject_stays_one_line_whatever_the_contact_brings() -> None:
    template = compiled("x", subject="Hi {{ firstName }} & co")
    out = template.render({"firstName": "Eve\r\nBcc: x@example.com\x00\u2028\x85"}, PlainUrls())
    assert out.subject == "Hi Eve Bcc: x@example.com & co"


def test_a_rendering_leaves_the_context_as_it_was() -> None:
    context = context_of({"a": 1})
    before = dict(context)
    compiled("{{ a }}").render(context, PlainUrls())
    assert context == before


def test_a_contact_cannot_change_the_products_own_addresses() -> None:
    template = compiled("<a href='https://a.example'>x</a>")
    out = template.render({"_click_0": "https://evil.example", "unsubscribe_url": "x"}, PlainUrls())
    assert "evil" not in out.html
    assert UNSUBSCRIBE in out.html


ADDRESS = "Acme <Ltd>\n1 Pier {% if %}\n\n0150 \ufdd00\ufdd1Oslo {{ contact.email }}"
AS_HTML = "Acme &lt;Ltd&gt;<br>1 Pier {% if %}<br>0150 0Oslo {{ contact.email }}"
AS_TEXT = "Acme <Ltd>\n1 Pier {% if %}\n0150 0Oslo {{ contact.email }}"


def addressed(html: str, text: str = "", address: str = ADDRESS) -> Rendered:
    template = Template("t", "T", "S", "", html, text, postal_address=address)
    context = context_of({"email": "ada@example.com", "sender_postal_address": "elsewhere"})
    return compile_template(template, tracked=True).render(context, PlainUrls())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hi</p>", ""),
        ("<body><p>Hi</p></body>", "Hi"),
        ("<a href='{{ unsubscribe_url }}'>out</a>", "Out: {{ unsubscribe_url }}"),
        ("{% if vip %}{{ sender_postal_address }}{% endif %}", "{# {{ senderPostalAddress }} #}"),
    ],
)
def test_the_senders_postal_address_is_shown_in_both_parts_each_line_on_its_own(
    html: str, text: str
) -> None:
    out = addressed(html, text)
    assert out.html.count(f">{AS_HTML}</p>") == 1
    assert out.text.count(f"\n-- \n{AS_TEXT}") == 1
    assert UNSUBSCRIBE in out.html
    assert out.text.count(UNSUBSCRIBE) == 1


def test_a_template_may_place_the_postal_address_itself() -> None:
    out = addressed("<b>{{ sender_postal_address }}</b>", "At {{ senderPostalAddress }}.")
    assert "<b>Acme &lt;Ltd&gt;\n1 Pier {% if %}" in out.html
    assert out.html.count("1 Pier") == 1
    assert out.text.startswith("At Acme <Ltd>\n1 Pier {% if %}")
    assert out.text.count("1 Pier") == 1
    out = addressed("<b>{{ sender_postal_address }}</b>")
    assert out.text.count("1 Pier") == 1


def test_without_a_postal_address_none_is_shown_nor_one_of_the_contacts() -> None:
    out = addressed("<b>{{ sender_postal_address }}</b>", address="")
    assert "<b></b>" in out.html
    assert out.text.endswith(f"-- \nUnsubscribe: {UNSUBSCRIBE}")


def test_every_language_shows_the_postal_address() -> None:
    variants = {"de": Variant(html="<p>Hallo</p>"), "fr": Variant(subject="Bonjour")}
    template = Template(
        "t", "T", "S", "", "{{ sender_postal_address }}", "", postal_address="1 Pier"
    )
    compiled_all = compile_template(replace(template, variants=variants), tracked=False)
    for locale in ("", "de", "fr"):
        out = compiled_all.render({}, PlainUrls(), locale)
        assert (out.html.count("1 Pier"), out.text.count("1 Pier")) == (1, 1)
