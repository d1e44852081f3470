"""Tokens: every one we signed is read back, and nothing else ever is."""

import base64
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails import keyring
from penguinmails.errors import Forbidden, InvalidInput
from penguinmails.ids import derived
from penguinmails.keyring import Keyring
from penguinmails.tracking.tokens import (
    Purpose,
    SignedUrls,
    Token,
    decode,
    encode,
)

RING = keyring.generate(lambda size: bytes(range(size)))
TOKEN = Token(
    purpose=Purpose.CLICK,
    tenant=derived("tenant"),
    campaign=derived("campaign"),
    contact=derived("contact"),
    run="cart-2026",
    revision=3,
    shards=15,
    step=7,
    visit=1,
    attempt=2,
    variant=0,
    link=29,
)
short = st.integers(0, 255)
long = st.integers(0, 65_535)
uuids = st.uuids().map(str)
runs = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
tokens = st.builds(
    Token,
    purpose=st.just(Purpose.CLICK),
    tenant=uuids,
    campaign=uuids,
    contact=uuids,
    run=runs,
    revision=long,
    shards=long,
    step=long,
    visit=short,
    attempt=short,
    variant=short,
    link=long,
)


@given(token=tokens)
def test_every_token_reads_back(token: Token) -> None:
    text = encode(token, RING)
    assert decode(text, RING, Purpose.CLICK) == token
    assert len(text) <= 160
    assert not set(text) & set("/%+=")


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_is_good_for_one_purpose(purpose: Purpose) -> None:
    text = encode(TOKEN.to(purpose, 0), RING)
    assert decode(text, RING, purpose).purpose is purpose
    for other in set(Purpose) - {purpose}:
        with pytest.raises(Forbidden):
            decode(text, RING, other)


def test_no_bit_can_be_flipped() -> None:
    text = encode(TOKEN, RING)
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for bit in range(len(raw) * 8):
        altered = bytearray(raw)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Forbidden):
            decode(base64.urlsafe_b64encode(altered).decode().rstrip("="), RING, Purpose.CLICK)


@given(text=st.text(max_size=200), purpose=st.sampled_from(Purpose))
def test_garbage_is_refused(text: str, purpose: Purpose) -> None:
    with pytest.raises(Forbidden):
        decode(text, RING, purpose)


@given(raw=st.binary(max_size=120), purpose=st.sampled_from(Purpose))
def test_binary_garbage_is_refused(raw: bytes, purpose: Purpose) -> None:
    with pytest.raises(Forbidden):
        decode(base64.urlsafe_b64encode(raw).decode().rstrip("="), RING, purpose)


@given(position=st.integers(0, 200), char=st.characters(), token=tokens)
def test_only_the_text_we_wrote_is_accepted(position: int, char: str, token: Token) -> None:
    text = encode(token, RING)
    place = position % len(text)
    for altered in (text[:place] + char + text[place + 1 :], text[:place] + char + text[place:]):
        if altered != text:
            with pytest.raises(Forbidden):
                decode(altered, RING, Purpose.CLICK)


@pytest.mark.parametrize("size", range(40))
def test_a_token_has_one_spelling(size: int) -> None:
    text = encode(replace(TOKEN, run="r" * size), RING)
    for suffix in ("=", "==", "A", "\n", " ", "%3D"):
        with pytest.raises(Forbidden):
            decode(text + suffix, RING, Purpose.CLICK)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spellings = (text[:-1] + last for last in alphabet if last != text[-1])
    for spelling in spellings:
        with pytest.raises(Forbidden):
            decode(spelling, RING, Purpose.CLICK)


def test_a_token_of_another_key_or_of_none_is_refused() -> None:
    text = encode(TOKEN, RING)
    other = keyring.generate(lambda size: b"x" * size)
    for ring in (other, Keyring(2, {2: RING.keys[1]}, RING.identity)):
        with pytest.raises(Forbidden):
            decode(text, ring, Purpose.CLICK)


def test_a_token_outlives_the_rotation_of_the_signing_key() -> None:
    text = encode(TOKEN.to(Purpose.UNSUBSCRIBE), RING)
    rotated = RING.rotated(lambda size: b"n" * size)
    assert decode(text, rotated, Purpose.UNSUBSCRIBE).contact == TOKEN.contact
    assert encode(TOKEN, rotated) != encode(TOKEN, RING)


@pytest.mark.parametrize(
    "token",
    [
        replace(TOKEN, run="x" * 41),
        replace(TOKEN, run="\ud800"),
        replace(TOKEN, visit=256),
        replace(TOKEN, step=-1),
        replace(TOKEN, revision=65_536),
        replace(TOKEN, link=65_536),
        replace(TOKEN, tenant="nobody"),
    ],
    ids=repr,
)
def test_what_does_not_fit_is_refused_when_signing(token: Token) -> None:
    with pytest.raises(InvalidInput):
        encode(token, RING)


def test_a_message_gets_its_addresses_from_one_signer() -> None:
    urls = SignedUrls(TOKEN.to(Purpose.MESSAGE), RING, "https://m.example")
    click = urls.click_url(29).removeprefix("https://m.example/c/")
    assert decode(click, RING, Purpose.CLICK) == TOKEN
    opened = urls.open_url().removeprefix("https://m.example/o/")
    assert decode(opened, RING, Purpose.OPEN) == TOKEN.to(Purpose.OPEN)
    left = urls.unsubscribe_url().removeprefix("https://m.example/u/")
    assert decode(left, RING, Purpose.UNSUBSCRIBE).run == "cart-2026"
    assert decode(urls.message_token(), RING, Purpose.MESSAGE).attempt == 2


def test_an_image_is_signed_alike_in_every_message_of_a_workspace() -> None:
    urls = [
        SignedUrls(token, RING, "https://m.example")
        for token in (TOKEN, replace(TOKEN, contact=derived("ben"), step=4, attempt=1))
    ]
    one, other = (each.image_signature("/hello.png?name=Ada") for each in urls)
    key = RING.image_key(TOKEN.tenant)
    mac = hmac.digest(key, b"/hello.png?name=Ada", "sha256")[:16]
    assert base64.urlsafe_b64decode(one + "==") == mac
    assert one == other
    assert key != RING.image_key(derived("other"))
    assert one != urls[0].image_signature("/hello.png?name=Ben")


def test_an_image_stays_the_same_when_the_signing_key_is_rotated() -> None:
    rotated = RING.rotated(lambda size: b"n" * size)
    assert rotated.image_key(TOKEN.tenant) == RING.image_key(TOKEN.tenant)


def test_a_token_holds_no_address() -> None:
    contact = RING.contact_id(TOKEN.tenant, "anna@example.com")
    text = encode(replace(TOKEN, contact=contact), RING)
    assert b"anna" not in base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_contact_is_known_by_the_same_id_within_a_tenant_only() -> None:
    one, other = derived("one"), derived("other")
    assert RING.contact_id(one, "a@example.com") == RING.contact_id(one, "a@example.com")
    assert RING.contact_id(one, "a@example.com") != RING.contact_id(other, "a@example.com")
    assert RING.contact_id(one, "a@example.com") != RING.contact_id(one, "b@example.com")
    assert RING.contact_id(one, "a@example.com")[14] == "8"
    assert RING.global_address_key("a@example.com") != RING.global_address_key("b@example.com")


def test_a_keyring_reads_back_and_shows_no_key() -> None:
    rotated = RING.rotated(lambda size: b"n" * size)
    assert keyring.from_json(rotated.to_json()) == rotated
    assert "nnnn" not in repr(rotated)
    assert rotated.contact_id(TOKEN.tenant, "a@b.c") == RING.contact_id(TOKEN.tenant, "a@b.c")


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", "null", '{"current": 1}', '{"current": 1, "keys": [], "identity": ""}'),
        '{"current": 1, "keys": {"1": "c2hvcnQ="}, "identity": "c2hvcnQ="}',
        RING.to_json().replace('"current": 1', '"current": 2'),
        RING.to_json().replace('"1":', '"300":'),
        RING.to_json().replace("AAEC", "!!!!"),
    ],
)
def test_a_damaged_keyring_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        keyring.from_json(text)
    assert "AwQF" not in str(refused.value)
