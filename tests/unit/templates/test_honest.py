"""Templates as people write them: none is refused, and each says what its author means."""

import pytest

from penguinmails.templates.check import check, variables
from penguinmails.templates.context import context_of
from penguinmails.templates.sandbox import HTML, Sheet
from penguinmails.templates.template import Template

CONTEXT = context_of(
    {
        "first_name": "Zoë",
        "Last Name": "O'Neil",
        "company": "A & B",
        "score": "42",
        "age": 30,
        "price": 19.5,
        "vip": True,
        "blank": "",
        "bio": "<b>bold</b> move",
        "tags": ["new", "beta"],
        "orders": [
            {"title": "Tea", "price": 3, "tags": ["hot", "leaf"]},
            {"title": "Cake", "price": 5, "tags": []},
        ],
        "custom": {"items": "three", "keys": "two", "values": "one", "get": "got", "copy": "c"},
    }
)

HONEST = [
    ("Hello {{ firstName }}", "Hello Zoë"),
    ("Hello {{firstName}}!", "Hello Zoë!"),
    ("{{ contact.first_name }}", "Zoë"),
    ("{{ contact.firstName }}", "Zoë"),
    ("{{ lastName }} {{ last_name }}", "O&#39;Neil O&#39;Neil"),
    ("{{ contact['Last Name'] }}", "O&#39;Neil"),
    ("Welcome to {{company}}!", "Welcome to A &amp; B!"),
    ("{{ nickname }}", ""),
    ("{{ nickname|default('friend') }}", "friend"),
    ("{{ nickname|d('friend') }}", "friend"),
    ("{{ nickname or firstName }}", "Zoë"),
    ("{{ blank|default('nothing') }}", "nothing"),
    ("{{ contact.address.city.name }}", ""),
    ("{{ contact.address.city|default('your town') }}", "your town"),
    ("{{ firstName|upper }}", "ZOË"),
    ("{{ company|lower }}", "a &amp; b"),
    ("{{ 'mary ann'|title }}", "Mary Ann"),
    ("{{ 'mARY'|capitalize }}", "Mary"),
    ("{{ '  a '|trim }}", "a"),
    ("{{ 'one two three'|truncate(9) }}", "one two…"),
    ("{{ 'one two three'|truncate(7, killwords=true, end='.') }}", "one tw."),
    ("{{ tags|join(', ') }}", "new, beta"),
    ("{{ tags|join }}", "newbeta"),
    ("{{ tags }}", "new, beta"),
    ("{{ tags|length }} {{ tags|count }}", "2 2"),
    ("{{ tags|first }} {{ tags|last }}", "new beta"),
    ("{{ tags[0] }} {{ tags[-1] }} {{ tags[7] }}", "new beta "),
    ("{{ price|round }} {{ price|round(1) }}", "20 19.5"),
    ("{{ score|int + 1 }}", "43"),
    ("{{ score + 1 }}", "43"),
    ("{{ age - 5 }} {{ -age }}", "25 -30"),
    ("{{ 'Dear ' + firstName }}", "Dear Zoë"),
    ("{{ nonsense + 1 }}", ""),
    ("{{ company|urlencode }}", "A%20%26%20B"),
    ("{{ bio }}", "&lt;b&gt;bold&lt;/b&gt; move"),
    ("{{ bio|e }}", "&lt;b&gt;bold&lt;/b&gt; move"),
    ("{{ bio|escape }}", "&lt;b&gt;bold&lt;/b&gt; move"),
    ("{{ bio|striptags }}", "bold move"),
    ("{{ vip }}", "true"),
    ("{% if vip %}yes{% endif %}", "yes"),
    ("{% if not vip %}no{% else %}yes{% endif %}", "yes"),
    ("{% if score >= 50 %}hot{% elif score >= 40 %}warm{% else %}cold{% endif %}", "warm"),
    ("{% if score > 5 %}numbers, not letters{% endif %}", "numbers, not letters"),
    ("{% if missing > 5 %}a{% else %}b{% endif %}", "b"),
    ("{% if firstName > 5 %}a{% else %}b{% endif %}", "b"),
    ("{% if 18 <= age < 65 %}adult{% endif %}", "adult"),
    ("{% if age == 30 and vip %}both{% endif %}", "both"),
    ("{% if age != 30 or vip %}one{% endif %}", "one"),
    ("{% if 'beta' in tags %}in{% endif %}", "in"),
    ("{% if 'old' not in tags %}out{% endif %}", "out"),
    ("{% if company in ['A & B', 'C'] %}known{% endif %}", "known"),
    ("{% if 'O' in lastName %}o{% endif %}", "o"),
    ("{% if nickname is defined %}a{% else %}b{% endif %}", "b"),
    ("{% if nickname is undefined %}a{% endif %}", "a"),
    ("{% if firstName is defined and firstName is not none %}a{% endif %}", "a"),
    ("{% if age is even %}even{% endif %}{% if age is odd %}odd{% endif %}", "even"),
    ("{% if company is eq 'A & B' %}eq{% endif %}{% if age is gt 5 %}gt{% endif %}", "eqgt"),
    ("{{ 'VIP' if vip else 'guest' }}", "VIP"),
    ("{{ 'x' if nickname }}", ""),
    ("{% for tag in tags %}{{ tag }};{% endfor %}", "new;beta;"),
    ("{% for o in orders %}{{ o.title }}: {{ o.price }} {% endfor %}", "Tea: 3 Cake: 5 "),
    (
        "{% for o in orders %}{{ loop.index }}{{ o.title }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "1Tea, 2Cake",
    ),
    ("{% for o in orders if o.price > 4 %}{{ o.title }}{% endfor %}", "Cake"),
    ("{% for o in nothing %}a{% else %}none{% endfor %}", "none"),
    (
        "{% for o in orders %}{% for t in o.tags %}{{ t }}{{ loop.length }} {% endfor %}|{% endfor %}",
        "hot2 leaf2 ||",
    ),
    (
        "{% for key in contact.custom %}{{ contact.custom[key] }} {% endfor %}",
        "three two one got c ",
    ),
    ("{{ contact.custom.items }} {{ custom.keys }}", "three two"),
    ("{{ custom.values }} {{ custom.get }} {{ custom.copy }}", "one got c"),
    ("{{ (orders|first).title }}", "Tea"),
    ("{# a note to myself #}Hi", "Hi"),
    ("{%- if vip -%} trimmed {%- endif -%}", "trimmed"),
    ('{{ "{{" }} braces }}', "{{ braces }}"),
    ("a { color: red } @media{a{b:c}}", "a { color: red } @media{a{b:c}}"),
    ("100 % of 5 < 6 {x} %}", "100 % of 5 < 6 {x} %}"),
    ("<style>a{b:c}</style><p>{{ age }}</p>", "<style>a{b:c}</style><p>30</p>"),
    ("{{ unsubscribe_url }}{{ unsubscribeUrl }}", ""),
    ("emoji 🎉 {{ '🎉' }} שלום", "emoji 🎉 🎉 שלום"),
]


@pytest.mark.parametrize(("source", "expected"), HONEST, ids=[source[:50] for source, _ in HONEST])
def test_an_honest_template_is_accepted_and_says_what_it_means(source: str, expected: str) -> None:
    assert check(Template("t", "T", "Subject", "", source, "")) == []
    assert Sheet(source, HTML).render(dict(CONTEXT)) == expected


def test_the_paths_a_template_reads_are_listed_without_its_loop_variables() -> None:
    html = (
        "{{ contact.first_name|default(nick) }}{{ contact['company'] }}{{ contact.tags[0] }}"
        "{% for o in contact.orders if o.price > contact.limit %}{{ o.title }}{{ loop.index }}"
        "{% endfor %}<a href='https://x.example/{{ contact.city.zip }}'>x</a>"
    )
    read = variables(Template("t", "T", "{{ firstName }}", "{{ company }}", html, "{{ score }}"))
    assert read == {
        *("contact.first_name", "nick", "contact.company", "contact.tags", "contact.orders"),
        *("contact.limit", "contact.city.zip", "firstName", "company", "score"),
    }


def test_a_template_without_subject_or_body_is_told_so() -> None:
    found = check(Template("t", "T", " ", "", "", " "))
    assert [(one.field, one.code) for one in found] == [("subject", "missing"), ("html", "missing")]


def test_a_subject_is_one_line() -> None:
    found = check(Template("t", "T", "a\r\nBcc: x@example.com", "", "x", ""))
    assert [(one.field, one.code) for one in found] == [("subject", "line-break")]
