"""Two hundred honest templates of every shape: none is refused, and each renders for anybody."""

from itertools import product

import pytest

from penguinmails.templates.compile import compile_template
from penguinmails.templates.context import context_of
from penguinmails.templates.filters import FILTERS
from penguinmails.templates.publish import publish
from penguinmails.templates.template import Format, Template
from tests.unit.templates.test_compile import UNSUBSCRIBE, PlainUrls

ADA = context_of(
    {
        "first_name": "Ada",
        "company": "A & B",
        "score": 42,
        "vip": True,
        "tags": ["new", "beta"],
        "orders": [{"title": "Tea", "price": 3.5, "url": "https://t.example", "parts": ["a", "b"]}],
        "image": "https://i.example/x.png",
    }
)
NOBODY = context_of({})

VALUES = [
    *("firstName", "contact.first_name", "contact['Company Name']", "tags", "orders[0].title"),
    *("score + 1", "'Dear ' + firstName"),
]
USAGES = {
    "default": "default('there')",
    "truncate": "truncate(20, true, '…')",
    "join": "join(', ')",
}
TESTS = [
    *("vip", "not vip", "score > 50", "18 <= score < 65", "'beta' in tags", "company == 'A & B'"),
    *("firstName is defined and vip", "plan in ['pro', 'team'] or score is odd", "nothing is none"),
]
BRANCHES = [
    "<p>{{% if {} %}}yes{{% else %}}no{{% endif %}}</p>",
    "<table><tr>{{% if {} %}}<td>a</td>{{% endif %}}<td>b</td></tr></table>",
    "<a href='https://x.example/{{% if {} %}}a{{% else %}}b{{% endif %}}'>go</a>",
    "<p {{% if {} %}}class='hot' style=\"color:red\"{{% endif %}}>x</p>",
    "{{{{ 'yes' if {} else 'no' }}}}",
]
LOOPS = [
    "<ul>{% for o in orders %}<li>{{ o.title }}: {{ o.price|round(2) }}</li>{% endfor %}</ul>",
    "<table>{% for o in orders %}<tr><td>{{ loop.index }}</td></tr>{% endfor %}</table>",
    "{% for o in orders %}{% for p in o.parts %}{{ p }}{% endfor %}{% else %}none{% endfor %}",
    "{% for o in orders if o.price > 3 %}<a href='{{ o.url }}'>{{ o.title }}</a>{% endfor %}",
    "{% for t in tags %}{{ t }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{%- for t in tags -%} {{- t|upper -}} {%- endfor -%}",
]
ODD = [
    "plain words, no tags",
    "<P>upper <B>case</p> unclosed <br> tags <li>a<li>b",
    "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN'><html><body>old</body></html>",
    "<!--[if mso]><table><tr><td><![endif]-->outlook<!--[if mso]></td></tr></table><![endif]-->",
    "<style>@media (max-width: 600px) { .a { width: 100% !important } } .a{b:c}</style><p class=a>x",
    "<style>.a::after { content: '{' } .b { c: d }</style><i class='a b'>x</i>",
    "<p>5 < 6 && 7 > 3, 100 % {sure}, {{ '{{' }} braces }}</p>",
    "<p>&copy; 2026 &amp; &nbsp; &#8364; € שלום 🎉 \u200dé</p>",
    "<a href='mailto:a@b.example?subject=Hi'>m</a><a href='tel:+49'>t</a><a name='top'></a>",
    "<a href='https://x.example/?a=1&amp;b={{ company|urlencode }}#c'>x</a>",
    "<a href='{{ contact.site }}'>yours</a><a href='{{ unsubscribe_url }}'>leave</a>",
    "<img src={{ image }} alt='' width=600 height=\"auto\"><img src='cid:logo' alt='Logo'>",
    "<img src='{{ \"https://i.example/hi.png?w=2\"|image(name=firstName, c=company) }}' alt=''>",
    "<a href='{{ \"https://i.example/hi.png\"|image(name=firstName) }}'>large</a>",
    "<img src='{% if vip %}{{ \"https://i.example/a\"|image(n=score) }}{% endif %}' alt=''>",
    "<img src='https://p.example/?u={{ \"https://i.example/a\"|image(n=1)|urlencode }}' alt=''>",
    "{% for o in orders %}<img src={{ 'https://i.example'|image(t=o.title) }} alt=x>{% endfor %}",
    "<td style='background:url({{ \"https://i.example/a\"|image(n=tags) }})'>x</td>",
    "<td background='{{ image }}' style='background: url({{ image }})'>x</td>",
    "<center><font color=red>1999</font><marquee>x</marquee></center>",
    "<div style='color:red;;'><span style=color:blue>x</span></div>",
    "<svg><path d='M0 0'/></svg><o:p>&nbsp;</o:p><custom-tag a:b='c'>x</custom-tag>",
    "<pre>\n  {{ firstName }}\n\tkept\r\n</pre><textarea>x</textarea>",
    '<p title="a > b" data-x=\'{"a": 1}\'>attributes</p>',
    "<table><p>misplaced</p><tr><td>a</table><div><table><tr><td>nested</td></tr></table></div>",
    "{# a note #}<p>{# another {{ x }} #}Hi</p>",
    "<html><head><title>{{ company }}</title><meta charset=utf-8></head><body>x</body></html>",
    "<base href='https://x.example/'><p>x</p>",
    '<script type=\'application/ld+json\'>{"@context": "http://schema.org"}</script><p>x</p>',
    "<p>" * 50 + "deep" + "</p>" * 50,
    "<div>" * 40 + "{{ firstName }}" + "</div>" * 40,
]
MARKDOWN = [
    "Hello {{ firstName|default('you') }}",
    "# One\n\n## Two\n\nthree\n===",
    "*a* **b** `c {{ company }}` ~~d~~ __e__",
    "- a\n- b\n  - c\n\n1. one\n2. two",
    "> quoted\n> {{ firstName }}\n\n---\n\n***",
    "[go](https://x.example/{{ score }} 'title') <https://x.example> ![]({{ image }})",
    "![hi]({{ 'https://i.example/hi.png'|image(name=firstName) }} 'title')",
    "[go][there]\n\n[there]: https://x.example/?a={{ score }}&b=1",
    "| a | b |\n|---|:-:|\n| {{ score }} | 2 |\n\nafter",
    "| a |\n|---|\n{% for o in orders %}\n| {{ o.title }} |\n{% endfor %}\n\nafter",
    "{% if vip %}\nGold\n{% elif score %}\nSilver\n{% else %}\nNone\n{% endif %}",
    "{% for t in tags %}\n- {{ t }}\n{% endfor %}",
    "Hi {% if vip %}*dear*{% endif %} {{ firstName }}  \nnew line\\\nanother",
    "<div align=center>\n\n**HTML** inside\n\n</div>",
    "    indented code\n\n```html\n<b>{{ firstName }}</b>\n```",
    "<style>h1 { color: red }</style>\n\n# Styled",
    "a_b_c * not * emphasis \\* escaped &amp; &copy;",
    "\n\n\n",
    "{{ unsubscribe_url }}",
]
PARTS = [
    "<mj-text>Hi {{ firstName }} <b>bold</b> &nbsp; &copy;<br></mj-text>",
    "<mj-text color='{{ color|default(\"red\") }}' css-class='a b'>x</mj-text>",
    "<mj-button href='https://x.example/{{ score }}?a=1&amp;b=2' inner-padding='1px 2px'>Go</mj-button>",
    "<mj-image src='{{ image }}' alt=\"It's {{ company }}\" href='https://x.example' width='100px' />",
    "<mj-image src='{{ \"https://i.example/hi.png\"|image(name=firstName) }}' alt='' />",
    "{% if vip %}<mj-text>gold</mj-text>{% else %}<mj-text>plain</mj-text>{% endif %}",
    "<mj-table>{% for o in orders %}<tr><td>{{ o.title }}</td></tr>{% endfor %}</mj-table>",
    "<mj-divider border-width='1px' /><mj-spacer height='20px' />",
    "<mj-raw><p>{{ firstName }}</p></mj-raw><!-- a comment -->",
    "<mj-social><mj-social-element name='x' href='https://x.example'>us</mj-social-element></mj-social>",
    "<mj-text>{% if vip %}<p>a</p>{% endif %}<ul>{% for t in tags %}<li>{{ t }}</li>{% endfor %}</ul></mj-text>",
]


def mjml(part: str) -> str:
    head = "<mj-head><mj-title>T</mj-title><mj-preview>{{ firstName }}</mj-preview></mj-head>"
    section = f"<mj-section><mj-column>{part}</mj-column></mj-section>"
    return f"<mjml>{head}<mj-body>{section}</mj-body></mjml>"


CORPUS = [
    *(
        (Format.HTML, f"<p>{{{{ ({v})|{USAGES.get(f, f)} }}}}</p>")
        for f, v in product(FILTERS, VALUES)
    ),
    *((Format.HTML, shape.format(test)) for shape, test in product(BRANCHES, TESTS)),
    *((Format.HTML, html) for html in (*LOOPS, *ODD)),
    *((Format.MARKDOWN, text) for text in MARKDOWN if text.strip()),
    *((Format.MJML, mjml(part)) for part in PARTS),
]


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(CORPUS)) >= 200


@pytest.mark.parametrize(("written_in", "source"), CORPUS, ids=[text[:60] for _, text in CORPUS])
def test_an_honest_template_is_published_and_renders(written_in: Format, source: str) -> None:
    done = publish(Template("t", "T", "Hi {{ firstName }}", "", source, "", written_in))
    assert done.problems == ()
    for tracked in (True, False):
        compiled = compile_template(done.ready, tracked=tracked)
        for person in (ADA, NOBODY):
            out = compiled.render(person, PlainUrls())
            assert UNSUBSCRIBE in out.html
            assert UNSUBSCRIBE in out.text
            assert "\ufdd0" not in out.html
