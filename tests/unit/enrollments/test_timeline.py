"""Tests of a person's timeline across campaigns."""

from penguinmails.contacts.audience import Membership
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.timeline import (
    MOST_WALKS,
    Entry,
    entries_of,
    in_words,
    timeline,
)
from tests.world import START_AT, TENANT, World

OTHER = "01890000-0000-7000-8000-000000000002"
HELLO = {"email": "hello", "template": "letter"}
WAIT = {"wait": "1 day"}


def story(world: World, contact: str, limit: int = 100, tenant: str = TENANT) -> list[Entry]:
    """Turn all pages."""
    page = timeline(tenant, contact, None, limit, world.telling())
    entries = [*page.entries]
    while page.after is not None:
        assert len(page.entries) == limit
        page = timeline(tenant, contact, page.after, limit, world.telling())
        entries += page.entries
    return entries


def lived() -> tuple[World, str]:
    """Let somebody live through two campaigns, open a mail, and leave."""
    world = World()
    ada = world.person("ada@example.com")
    world.launched([HELLO, WAIT, {"email": "again", "template": "letter"}])
    world.clock.move(minutes=5)
    world.report(world.esp.accepted[0], "opened")
    world.settle()
    world.pass_time(days=2)
    world.launched([HELLO, WAIT, HELLO | {"email": "later"}])
    world.clock.move(minutes=5)
    world.unsubscribe(ada)
    return world, ada.id


def test_all_campaigns_are_told_newest_first_with_step_and_words() -> None:
    world, ada = lived()
    entries = story(world, ada)
    assert [entry.at for entry in entries] == sorted((e.at for e in entries), reverse=True)
    told = [(entry.step, entry.what) for entry in entries]
    assert told == [
        ("", "left the campaign: unsubscribed"),
        ("hello", "the email was sent"),
        ("", "enrolled in the campaign"),
        ("", "completed the campaign"),
        ("again", "the email was sent"),
        ("hello", "the email was opened"),
        ("hello", "the email was sent"),
        ("", "enrolled in the campaign"),
    ]
    assert len({entry.campaign for entry in entries}) == 2


def test_pages_of_any_length_tell_the_same_story() -> None:
    world, ada = lived()
    whole = story(world, ada)
    for limit in range(1, 10):
        assert story(world, ada, limit) == whole


def test_a_stranger_and_another_workspaces_person_have_no_story() -> None:
    """I-16."""
    world, ada = lived()
    assert story(world, world.ring.contact_id(TENANT, "eve@example.com")) == []
    assert story(world, ada, tenant=OTHER) == []


def test_a_page_looks_back_on_so_many_campaigns_and_no_further() -> None:
    world = World()
    ada = world.person("ada@example.com")
    ids = [world.adapters.ids.new() for _ in range(MOST_WALKS + 5)]
    world.contacts.enroll(TENANT, [Membership(ada.id, campaign, "1", 2) for campaign in ids])
    recent = world.contacts.recent_memberships(TENANT, ada.id, MOST_WALKS)
    assert [member.campaign for member in recent] == ids[:4:-1]


def test_a_row_that_is_not_there_yet_tells_nothing() -> None:
    world = World()
    ada = world.person("ada@example.com")
    members = [Membership(ada.id, world.adapters.ids.new(), "1", 2)]
    assert entries_of(TENANT, members, world.telling()) == []


def test_every_fact_has_words() -> None:
    assert all(in_words(Fact(kind, START_AT)) for kind in FactType)


def test_words_say_who_it_was_and_why_and_which_attempt() -> None:
    opened = Fact(FactType.OPENED, START_AT, machine=True)
    bounced = Fact(FactType.BOUNCED, START_AT, attempt=2, detail="soft")
    skipped = Fact(FactType.SKIPPED, START_AT, detail="never_heard_of")
    assert in_words(opened) == "the email was opened by a machine"
    replied = Fact(FactType.REPLIED, START_AT, machine=True)
    assert in_words(replied) == "the email was replied to by a machine"
    assert in_words(bounced) == "the email bounced: soft (attempt 2)"
    assert in_words(skipped) == "the email was left out: never heard of"
