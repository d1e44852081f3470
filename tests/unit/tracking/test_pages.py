"""The public pages need no script, say what they are, and carry the style they allow."""

import base64
import hashlib
import re

import pytest

from penguinmails.tracking.pages import ASK, DONE, GONE, LATER, SECURITY_HEADERS


@pytest.mark.parametrize("page", [ASK, DONE, GONE, LATER])
def test_a_page_has_a_language_a_title_and_one_heading(page: str) -> None:
    title = re.search(r"<title>(.+?)</title>", page)
    heading = re.findall(r"<h1>(.+?)</h1>", page)
    assert title is not None
    assert heading == [title[1]]
    assert '<html lang="en">' in page
    assert "<script" not in page
    assert "http" not in page


@pytest.mark.parametrize("page", [ASK, DONE, GONE, LATER])
def test_the_policy_allows_the_pages_own_style_alone(page: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{fingerprint}'" in SECURITY_HEADERS["content-security-policy"]
    assert "style=" not in page.replace(f"<style>{style}", "")


def test_only_the_question_has_a_form_and_it_posts_to_its_own_address() -> None:
    assert re.findall(r"<form[^>]*>", ASK) == ['<form method="post">']
    assert not any("<form" in page for page in (DONE, GONE, LATER))
