"""Tests of slugs: the names that campaigns are called by in files."""

from datetime import timedelta

import pytest

from penguinmails.campaigns.clone import clone
from penguinmails.campaigns.create import create
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.campaigns.slug import slug_of
from penguinmails.errors import InvalidInput
from tests.unit.campaigns.drafting import ID, NOW_AT, TENANT, WHOLE, Desk

OTHER_ID = "01890000-0000-7000-8000-00000000000b"


def create_another(desk: Desk, number: int) -> str:
    ports = CreatePorts(desk.campaigns, desk.segments, desk.templates, desk.clock)
    return create(TENANT, f"{OTHER_ID[:-2]}{number:02}", WHOLE, ports).slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Welcome", "welcome"),
        ("Grüße zum Fest!", "grusse-zum-fest"),
        ("  Spring / Sale 2026 ", "spring-sale-2026"),
        ("ありがとう", "campaign"),
        (ID, f"campaign-{ID}"),
        ("x" * 255, "x" * 48),
    ],
)
def test_a_name_is_written_as_a_slug(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_campaign_without_a_slug_is_called_by_its_name() -> None:
    desk = Desk()
    made = desk.create()
    assert made.slug == "welcome"
    assert desk.campaigns.find(TENANT, "slug:welcome") == made


def test_campaigns_of_one_name_get_slugs_of_their_own() -> None:
    desk = Desk()
    desk.create()
    slugs = [create_another(desk, number) for number in range(12)]
    assert slugs[:2] == ["welcome-2", "welcome-3"]
    assert len(set(slugs)) == 12


def test_a_campaign_has_the_slug_that_it_is_given() -> None:
    assert Desk().create(slug="spring-sale").slug == "spring-sale"


def test_a_slug_that_is_another_campaigns_is_refused() -> None:
    desk = Desk()
    desk.create(slug="welcome")
    ports = CreatePorts(desk.campaigns, desk.segments, desk.templates, desk.clock)
    with pytest.raises(InvalidInput, match="there is a campaign called welcome already"):
        create(TENANT, OTHER_ID, desk.given(slug="welcome"), ports)


@pytest.mark.parametrize("slug", ["Welcome", "-x", "a b", "x" * 65, ID])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Desk().create(slug=slug)
    assert [(one.pointer, one.code) for one in refused.value.problems] == [
        ("/slug", "invalid_slug")
    ]


def test_creating_again_under_the_same_id_keeps_the_slug() -> None:
    desk = Desk()
    first = desk.create()
    desk.clock.move(hours=1)
    assert desk.create() == first
    assert desk.campaigns.claim_slug(TENANT, "welcome-2", OTHER_ID, NOW_AT)


def test_a_copy_has_a_slug_of_its_own() -> None:
    desk = Desk()
    desk.create()
    copy = clone(TENANT, ID, OTHER_ID, desk.campaigns, desk.clock)
    assert copy.slug == "welcome-copy"
    assert clone(TENANT, ID, OTHER_ID, desk.campaigns, desk.clock) == copy


def test_a_campaign_that_died_while_it_was_made_does_not_keep_its_slug() -> None:
    desk = Desk()
    desk.campaigns.claim_slug(TENANT, "welcome", OTHER_ID, NOW_AT - timedelta(hours=1))
    assert desk.create().slug == "welcome"
