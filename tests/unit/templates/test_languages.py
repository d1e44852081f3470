"""Everybody reads the variant of their locale, or of its language, or the template itself."""

from dataclasses import replace

import pytest

from penguinmails.templates.compile import compile_template
from penguinmails.templates.language import tag_of
from penguinmails.templates.template import Template, Variant
from tests.unit.templates.test_compile import PlainUrls

LINK = '<a href="https://{0}.example">{0}</a>'
MAIL = Template(
    *("t", "T", "Hello", "", LINK.format("a") + LINK.format("b"), ""),
    variants={
        "de": Variant("Hallo", "Kurz", LINK.format("c") + LINK.format("a")),
        "de-AT": Variant("Servus"),
        "fr": Variant(text="Bonjour https://d.example"),
    },
)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        *(("de", "de"), ("DE", "de"), ("de-at", "de-AT"), ("pt_BR", "pt-BR"), (" en-GB ", "en-GB")),
        *(("zh-hans-CN", "zh-Hans-CN"), ("es-419", "es-419"), ("", ""), ("german", ""), ("d", "")),
        *(("de-", ""), ("de-AT-x", ""), ("../de", ""), ("de\n", "de")),
    ],
)
def test_a_tag_is_kept_in_one_way(text: str, tag: str) -> None:
    assert tag_of(text) == tag


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        *(("de", "Hallo"), ("de_AT", "Servus"), ("de-CH", "Hallo"), ("de-Latn-AT", "Hallo")),
        *(("fr-CA", "Hello"), ("en", "Hello"), ("", "Hello"), ("nonsense!", "Hello")),
    ],
)
def test_the_nearest_variant_is_read(locale: str, subject: str) -> None:
    compiled = compile_template(MAIL, tracked=True)
    assert compiled.render({}, PlainUrls(), locale).subject == subject


def test_what_a_variant_leaves_out_is_the_templates_but_never_half_a_body() -> None:
    compiled = compile_template(MAIL, tracked=True)
    austrian = compiled.render({}, PlainUrls(), "de-AT")
    assert ">a</a>" in austrian.html
    french = compiled.render({}, PlainUrls(), "fr")
    assert french.html == ""
    assert french.text.startswith("Bonjour")


def test_a_link_has_one_number_in_all_languages() -> None:
    compiled = compile_template(MAIL, tracked=True)
    assert compiled.links == tuple(f"https://{name}.example" for name in "abcd")
    german = compiled.render({}, PlainUrls(), "de").html
    assert '"https://m.example/c/2">c</a>' in german
    assert '"https://m.example/c/0">a</a>' in german
    assert "https://m.example/c/3" in compiled.render({}, PlainUrls(), "fr").text
    assert compiled.render_link(2, {}) == "https://c.example"


def test_only_the_links_of_the_persons_own_language_are_signed() -> None:
    signed: list[int] = []

    class Urls(PlainUrls):
        def click_url(self, index: int) -> str:
            signed.append(index)
            return super().click_url(index)

    compile_template(MAIL, tracked=True).render({}, Urls(), "fr")
    assert signed == [3]


def test_a_template_without_variants_takes_any_locale() -> None:
    compiled = compile_template(replace(MAIL, variants={}), tracked=False)
    assert compiled.render({}, PlainUrls(), "de").subject == "Hello"
