"""What the stores of campaigns, launches, wake-ups, holds and suppressions promise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.campaign_templates.campaign_template import CampaignTemplate, library_id
from penguinmails.campaign_templates.store import CampaignTemplateStore
from penguinmails.campaigns.campaign import (
    Campaign,
    CampaignStatus,
    CampaignType,
    OnUncertain,
    PauseReason,
    Sender,
)
from penguinmails.campaigns.lane import Lane
from penguinmails.campaigns.launch_store import LaunchStore
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep, Sequence, Unit, WaitStep
from penguinmails.campaigns.store import CampaignStore
from penguinmails.clock import ManualClock
from penguinmails.enrollments.beat_store import BeatStore
from penguinmails.enrollments.patrol import Beat
from penguinmails.errors import Conflict, NotFound
from penguinmails.holds.hold import Hold, HoldReason
from penguinmails.holds.store import HoldStore
from penguinmails.ids import CountingIds, derived
from penguinmails.queues.port import Queue
from penguinmails.suppressions.store import SuppressionStore
from penguinmails.suppressions.suppression import (
    WORKSPACE,
    Suppression,
    SuppressionReason,
    campaign_scope,
)
from penguinmails.table.kept import RESTORE_TAKES
from penguinmails.table.port import Key, Table
from penguinmails.templates.save import save_template
from penguinmails.templates.store import TemplateStore
from penguinmails.templates.template import Sharing, Template, Variant
from penguinmails.timer.bucket import SHARDS
from penguinmails.timer.cursor_store import CursorStore
from penguinmails.timer.store import TimerStore
from penguinmails.timer.wakeup import WakeUp

TENANT, OTHER = derived("tenant", 1), derived("tenant", 2)
START_AT = datetime(2026, 3, 2, 9, 0, 30, 250_000, tzinfo=UTC)
MINUTE_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLOCK = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
CAMPAIGN = Campaign(
    tenant=TENANT,
    id=derived("campaign", 1),
    name="Welcome 🐧",
    type=CampaignType.DRIP,
    status=CampaignStatus.DRAFT,
    revision=1,
    segment="everybody",
    created_at=START_AT,
    updated_at=START_AT,
)
STEPS = Sequence(
    {
        1: EmailStep(1, "welcome", 2, "welcome-mail", "Hello"),
        2: WaitStep(2, "pause", 3, 2, Unit.DAYS),
        3: EmailStep(3, "tips", None, "tips-mail"),
    },
    1,
    retired={"old": 4},
)
REVISION = Revision(
    campaign=CAMPAIGN.id,
    number=1,
    sequence=STEPS,
    sender=Sender("Ada", "ada@example.org", "answers@example.org"),
    source=({"email": {"id": "welcome"}}, {"wait": "2 days"}),
    track_opens=False,
    track_clicks=True,
    marketing=False,
    on_uncertain=OnUncertain.RESEND,
)
MAIL = Template("welcome-mail", "Welcome", "Hello 🐧", "", "<p>Hello</p>", "Hello")


# ---- campaigns

KEPT = CampaignTemplate(
    tenant=TENANT,
    slug="onboarding",
    name="Onboarding 🐧",
    type=CampaignType.DRIP,
    steps=({"email": "hello", "template": "welcome-mail"},),
    saved_at=START_AT,
    saved_by="key-1",
    description="Our best",
    sharing=Sharing.PUBLIC,
    track_opens=False,
    emails=(MAIL,),
)


def test_a_campaign_template_is_kept_with_everything_it_has(table: Table) -> None:
    store = CampaignTemplateStore(table)
    store.save(KEPT, None)
    assert store.find(TENANT, "onboarding") == KEPT
    assert store.page(TENANT, None, 10).templates == [KEPT]
    assert store.find(OTHER, "onboarding") is None
    assert store.page(OTHER, None, 10).templates == []


def test_of_two_who_read_a_campaign_template_one_may_change_it(table: Table) -> None:
    store = CampaignTemplateStore(table)
    store.save(KEPT, None)
    second = replace(KEPT, name="Second", version=2)
    store.save(second, KEPT)
    for old in (None, KEPT):
        with pytest.raises(Conflict, match="read it again"):
            store.save(replace(KEPT, name="Late"), old)
    assert store.find(TENANT, "onboarding") == second


def test_the_library_has_the_public_campaign_templates_without_their_owners(table: Table) -> None:
    store = CampaignTemplateStore(table)
    store.save(KEPT, None)
    shown = replace(KEPT, tenant="", saved_by="")
    assert store.published(library_id(TENANT, "onboarding")) == shown
    assert store.library("", 10).templates == [shown]
    store.remove(KEPT)
    assert store.published(library_id(TENANT, "onboarding")) is None
    assert store.find(TENANT, "onboarding") is None


def test_a_campaign_is_created_once(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    assert store.add(CAMPAIGN)
    assert not store.add(replace(CAMPAIGN, name="Another"))
    assert store.get(TENANT, CAMPAIGN.id) == CAMPAIGN


def test_a_campaign_is_kept_with_everything_it_has(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    store.add(CAMPAIGN)
    full = replace(
        CAMPAIGN,
        status=CampaignStatus.PAUSED,
        description="For newcomers",
        time_zone="Europe/Berlin",
        start_at=START_AT + timedelta(days=1),
        end_at=START_AT + timedelta(days=2),
        late_guard=timedelta(hours=1),
        shards=8,
        audience_shards=2,
        epoch=3,
        pause_reason=PauseReason.LATE.value,
        released_at=START_AT + timedelta(days=3),
        launched_at=START_AT + timedelta(days=4),
        completed_at=START_AT + timedelta(days=5),
    )
    assert store.save(CAMPAIGN, full) == replace(full, version=2)
    assert store.get(TENANT, CAMPAIGN.id) == replace(full, version=2)


def test_of_two_who_read_a_campaign_one_may_change_it(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    store.add(CAMPAIGN)
    first = store.save(CAMPAIGN, replace(CAMPAIGN, name="First"))
    with pytest.raises(Conflict, match="read it again"):
        store.save(CAMPAIGN, replace(CAMPAIGN, name="Second"))
    assert store.get(TENANT, CAMPAIGN.id) == first
    assert store.save(first, replace(first, name="Third")).version == 3


def test_a_campaign_that_does_not_exist_cannot_be_changed(table: Table) -> None:
    with pytest.raises(Conflict):
        CampaignStore(table, CLOCK).save(CAMPAIGN, CAMPAIGN)


def test_another_workspace_does_not_find_a_campaign(table: Table) -> None:
    """I-16, trap 11: the answer is the same as for one that does not exist."""
    store = CampaignStore(table, CLOCK)
    store.add(CAMPAIGN)
    store.add_revision(TENANT, REVISION)
    store.pin(TENANT, REVISION, {1: MAIL})
    with pytest.raises(NotFound):
        store.get(OTHER, CAMPAIGN.id)
    with pytest.raises(NotFound):
        store.revision(OTHER, CAMPAIGN.id, 1)
    with pytest.raises(NotFound):
        store.content(OTHER, CAMPAIGN.id, 1, 1)
    assert store.page(OTHER, None, 10).campaigns == []


def test_campaigns_are_listed_newest_first_page_by_page(table: Table) -> None:
    store, ids = CampaignStore(table, CLOCK), CountingIds()
    made = [replace(CAMPAIGN, id=ids.new()) for _ in range(5)]
    for campaign in made:
        store.add(campaign)
        store.add_revision(TENANT, replace(REVISION, campaign=campaign.id))
    first = store.page(TENANT, None, 3)
    second = store.page(TENANT, first.after, 3)
    assert [*first.campaigns, *second.campaigns] == made[::-1]
    assert second.after is None


def test_a_campaign_is_found_by_its_id_and_by_its_slug(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    named = replace(CAMPAIGN, slug="welcome")
    assert store.claim_slug(TENANT, "welcome", CAMPAIGN.id, START_AT)
    store.add(named)
    assert store.find(TENANT, CAMPAIGN.id) == store.find(TENANT, "slug:welcome") == named
    for tenant, reference in ((OTHER, "slug:welcome"), (TENANT, "slug:other"), (TENANT, "slug:")):
        with pytest.raises(NotFound, match=f"no campaign {reference}"):
            store.find(tenant, reference)


def test_a_slug_is_one_campaigns_in_each_workspace(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    assert store.claim_slug(TENANT, "welcome", CAMPAIGN.id, START_AT)
    assert store.claim_slug(TENANT, "welcome", CAMPAIGN.id, START_AT)
    assert store.claim_slug(OTHER, "welcome", derived("campaign", 2), START_AT)
    store.add(replace(CAMPAIGN, slug="welcome"))
    late_at = START_AT + timedelta(days=1)
    assert not store.claim_slug(TENANT, "welcome", derived("campaign", 2), late_at)


def test_a_slug_whose_campaign_was_never_made_is_free_after_a_while(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    other = derived("campaign", 2)
    store.claim_slug(TENANT, "welcome", CAMPAIGN.id, START_AT)
    assert not store.claim_slug(TENANT, "welcome", other, START_AT + timedelta(minutes=4))
    assert store.claim_slug(TENANT, "welcome", other, START_AT + timedelta(minutes=6))
    assert not store.claim_slug(TENANT, "welcome", CAMPAIGN.id, START_AT + timedelta(minutes=7))


def test_a_campaign_that_is_removed_leaves_nothing_behind(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    neighbour = replace(CAMPAIGN, id=derived("campaign", 2), slug="tips")
    for campaign in (replace(CAMPAIGN, slug="welcome"), neighbour):
        store.claim_slug(TENANT, campaign.slug, campaign.id, START_AT)
        store.add(campaign)
        revision = replace(REVISION, campaign=campaign.id)
        store.add_revision(TENANT, revision)
        store.pin(TENANT, revision, {1: MAIL})
    before = len(table.query(TENANT).items)
    store.remove(replace(CAMPAIGN, slug="welcome"))
    left = table.query(TENANT).items
    assert len(left) == before // 2
    assert not any(CAMPAIGN.id in str(item.values()) for item in left)
    assert store.claim_slug(TENANT, "welcome", derived("campaign", 3), START_AT)


def test_revisions_are_listed_newest_first_with_who_saved_them(table: Table) -> None:
    store = CampaignStore(table, CLOCK)
    for number in (1, 2, 3):
        saved_at = START_AT + timedelta(minutes=number)
        store.add_revision(
            TENANT, replace(REVISION, number=number, saved_at=saved_at, saved_by=f"key-{number}")
        )
    store.add_revision(TENANT, replace(REVISION, campaign=derived("campaign", 2)))
    page = store.revisions(TENANT, CAMPAIGN.id, None, 2)
    assert [(one.number, one.saved_by) for one in page.revisions] == [(3, "key-3"), (2, "key-2")]
    rest = store.revisions(TENANT, CAMPAIGN.id, page.after, 2)
    assert [one.saved_at for one in rest.revisions] == [START_AT + timedelta(minutes=1)]
    assert rest.after is None
    assert store.revisions(OTHER, CAMPAIGN.id, None, 2).revisions == []


def test_a_revision_never_changes(table: Table) -> None:
    """I-25: what is saved under a number stands."""
    store = CampaignStore(table, CLOCK)
    store.add_revision(TENANT, REVISION)
    store.add_revision(TENANT, replace(REVISION, sender=Sender("Eve", "eve@example.org")))
    store.add_revision(TENANT, replace(REVISION, number=2, marketing=True))
    assert store.revision(TENANT, CAMPAIGN.id, 1) == REVISION
    assert CampaignStore(table, CLOCK).revision(TENANT, CAMPAIGN.id, 1) == REVISION
    assert store.revision(TENANT, CAMPAIGN.id, 2).marketing
    with pytest.raises(NotFound, match="no revision 3"):
        store.revision(TENANT, CAMPAIGN.id, 3)


def test_a_revision_of_a_table_that_was_restored_is_read_anew(table: Table) -> None:
    """A backup may hold other things under the number of a revision that came after it."""
    clock = ManualClock(CLOCK.now())
    store = CampaignStore(table, clock)
    store.add_revision(TENANT, REVISION)
    assert store.revision(TENANT, CAMPAIGN.id, 1) == REVISION
    table.delete(Key(TENANT, f"revision#{CAMPAIGN.id}#000001"))
    other = replace(REVISION, marketing=not REVISION.marketing)
    CampaignStore(table, clock).add_revision(TENANT, other)
    assert store.revision(TENANT, CAMPAIGN.id, 1) == REVISION
    clock.move(seconds=RESTORE_TAKES.total_seconds())
    assert store.revision(TENANT, CAMPAIGN.id, 1) == other


def test_what_an_email_of_a_revision_says_never_changes(table: Table) -> None:
    """I-25: pinning again leaves what is pinned."""
    store = CampaignStore(table, CLOCK)
    assert store.pin(TENANT, REVISION, {1: MAIL, 3: replace(MAIL, slug="tips-mail")})
    assert not store.pin(TENANT, REVISION, {1: replace(MAIL, html="<p>Changed</p>")})
    assert store.pin(TENANT, REVISION, {1: MAIL})
    assert store.content(TENANT, CAMPAIGN.id, 1, 1) == MAIL
    assert CampaignStore(table, CLOCK).content(TENANT, CAMPAIGN.id, 1, 3).slug == "tips-mail"
    with pytest.raises(NotFound, match="no email 2"):
        store.content(TENANT, CAMPAIGN.id, 1, 2)


# ---- launches


def test_a_lane_begins_once_and_moves_on_from_where_it_was_read(table: Table) -> None:
    """I-19: a launch that was overtaken stops, one whose answer was lost goes on."""
    store, begin = LaunchStore(table), Lane(3)
    assert store.lane(TENANT, CAMPAIGN.id, 3) == begin
    moved, done = Lane(3, "b", 250, begun=True), Lane(3, "c", 300, done=True, begun=True)
    assert store.advance(TENANT, CAMPAIGN.id, begin, moved)
    assert store.advance(TENANT, CAMPAIGN.id, begin, moved)
    assert not store.advance(TENANT, CAMPAIGN.id, begin, replace(moved, after="a"))
    assert store.lane(TENANT, CAMPAIGN.id, 3) == moved
    assert store.advance(TENANT, CAMPAIGN.id, moved, done)
    assert not store.advance(TENANT, CAMPAIGN.id, begin, moved)
    assert store.lane(TENANT, CAMPAIGN.id, 3) == done


def test_a_lane_without_anybody_is_done_at_its_beginning(table: Table) -> None:
    store = LaunchStore(table)
    done = Lane(0, done=True, begun=True)
    assert store.advance(TENANT, CAMPAIGN.id, Lane(0), done)
    assert store.lane(TENANT, CAMPAIGN.id, 0) == done


def test_the_lanes_of_a_campaign_are_its_own_in_order(table: Table) -> None:
    store = LaunchStore(table)
    for shard in (10, 2, 0):
        store.advance(TENANT, CAMPAIGN.id, Lane(shard), Lane(shard, "a", begun=True))
    store.advance(TENANT, derived("campaign", 2), Lane(1), Lane(1, "a", begun=True))
    assert [lane.shard for lane in store.lanes(TENANT, CAMPAIGN.id)] == [0, 2, 10]
    assert store.lanes(OTHER, CAMPAIGN.id) == []
    assert LaunchStore(table, "migration").lanes(TENANT, CAMPAIGN.id) == []


# ---- the timer


def wake_up(seconds: int, name: str) -> WakeUp:
    body = {"rows": [name, 1, None]}
    return WakeUp(START_AT + timedelta(seconds=seconds), Queue.ADVANCE, body, derived(name))


def woken(store: TimerStore, minute_at: datetime) -> list[WakeUp]:
    return [w for shard in range(SHARDS) for w in store.bucket(minute_at, shard).wake_ups]


def test_wake_ups_lie_in_the_bucket_of_their_minute(table: Table) -> None:
    store = TimerStore(table, CountingIds())
    due = [wake_up(seconds, f"{seconds}") for seconds in range(-30, 30)]
    store.put([*due, wake_up(30, "later")])
    assert sorted(woken(store, MINUTE_AT), key=lambda w: w.at) == due
    assert woken(store, MINUTE_AT + timedelta(minutes=1)) == [wake_up(30, "later")]
    assert store.minutes(MINUTE_AT) == [MINUTE_AT]
    assert len(store.minutes(START_AT + timedelta(days=1))) == 2


def test_a_wake_up_that_is_put_twice_is_there_once(table: Table) -> None:
    store = TimerStore(table, CountingIds())
    store.put([wake_up(0, "a"), wake_up(0, "a")])
    store.put([wake_up(0, "a")])
    assert woken(store, MINUTE_AT) == [wake_up(0, "a")]


def test_a_wake_up_without_an_id_gets_one_of_its_own(table: Table) -> None:
    store = TimerStore(table, CountingIds())
    store.put([replace(wake_up(0, "a"), id="")] * 3)
    assert len({w.id for w in woken(store, MINUTE_AT)}) == 3


def test_no_wake_ups_are_nothing_to_write(table: Table) -> None:
    TimerStore(table, CountingIds()).put([])
    assert TimerStore(table, CountingIds()).minutes(START_AT) == []


def test_what_was_sent_is_remembered_beside_its_bucket_and_adds_up(table: Table) -> None:
    store = TimerStore(table, CountingIds())
    store.put([wake_up(0, name) for name in "abcdefgh"])
    for shard in range(SHARDS):
        for one in store.bucket(MINUTE_AT, shard).wake_ups:
            store.mark_sent(MINUTE_AT, shard, [one.id])
            store.mark_sent(MINUTE_AT, shard, [one.id])
    buckets = [store.bucket(MINUTE_AT, shard) for shard in range(SHARDS)]
    assert all(bucket.sent == {w.id for w in bucket.wake_ups} for bucket in buckets)
    assert len(woken(store, MINUTE_AT)) == 8


def test_a_bucket_of_more_than_one_page_is_read_whole(table: Table) -> None:
    store = TimerStore(table, CountingIds())
    store.put([replace(wake_up(0, f"{n}"), id=f"{n:07}0") for n in range(1200)])
    assert len(store.bucket(MINUTE_AT, 0).wake_ups) == 1200


def test_wake_ups_and_what_was_sent_expire_two_days_after_their_minute(table: Table) -> None:
    store = TimerStore(table, CountingIds())
    store.put([replace(wake_up(0, "a"), id="00000000")])
    store.mark_sent(MINUTE_AT, 0, ["00000000"])
    items = table.scan(segment=0, segments=1, after=None, limit=10).items
    expires_at = int((MINUTE_AT + timedelta(days=2)).timestamp())
    assert [item["ttl"] for item in items] == [expires_at] * 2


def test_the_cursor_is_where_it_was_saved_last_and_may_go_back(table: Table) -> None:
    store = CursorStore(table)
    assert store.read() is None
    for minute_at in (MINUTE_AT, MINUTE_AT - timedelta(minutes=5)):
        store.save(minute_at)
        assert store.read() == minute_at


# ---- templates


def test_a_templates_versions_are_kept_beside_it(table: Table) -> None:
    store = TemplateStore(table)
    mail = replace(MAIL, variants={"de": Variant("Hallo 🐧")}, tags=("a",))
    made = [
        save_template(TENANT, replace(mail, name=f"{number}"), store, START_AT, f"key-{number}")
        for number in (1, 2, 3)
    ]
    assert store.get(TENANT, MAIL.slug) == made[-1]
    assert store.read(TENANT, [MAIL.slug, "other"]) == {MAIL.slug: made[-1].ready}
    assert [store.version(TENANT, MAIL.slug, n) for n in (1, 2, 3, 4)] == [*made, None]
    page = store.versions(TENANT, MAIL.slug, None, 2)
    rest = store.versions(TENANT, MAIL.slug, page.after, 2)
    assert [*page.templates, *rest.templates] == made[::-1]
    assert store.versions(OTHER, MAIL.slug, None, 2).templates == []
    assert store.page(TENANT, None, 9).templates == made[-1:]


def test_of_two_next_versions_of_a_template_the_second_is_refused(table: Table) -> None:
    store = TemplateStore(table)
    first = save_template(TENANT, MAIL, store, START_AT)
    with pytest.raises(Conflict):
        store.save(first, None)
    save_template(TENANT, replace(MAIL, name="Two"), store, START_AT)
    with pytest.raises(Conflict):
        store.save(replace(first, version=2), first)


def test_what_an_email_says_in_other_languages_is_frozen_too(table: Table) -> None:
    mail = replace(MAIL, variants={"de-AT": Variant("Servus", "", "<p>Servus</p>", "")})
    CampaignStore(table, CLOCK).pin(TENANT, REVISION, {1: mail})
    assert CampaignStore(table, CLOCK).content(TENANT, CAMPAIGN.id, 1, 1) == mail


def test_the_senders_postal_address_is_frozen_with_what_an_email_says(table: Table) -> None:
    store, mail = CampaignStore(table, CLOCK), replace(MAIL, postal_address="1 Pier\nOslo")
    assert store.pin(TENANT, REVISION, {1: mail})
    assert not store.pin(TENANT, REVISION, {1: MAIL})
    assert CampaignStore(table, CLOCK).content(TENANT, CAMPAIGN.id, 1, 1) == mail


# ---- the patrol's place


@pytest.mark.parametrize(
    "beat", [Beat(Key("p", "1"), 250, 1000), Beat(None, 0, 400), Beat(), Beat(Key("é", "🐧"), 1, 0)]
)
def test_the_patrol_goes_on_where_it_was(table: Table, beat: Beat) -> None:
    store = BeatStore(table)
    assert store.read() == Beat()
    store.save(Beat(Key("old", "1"), 5, 5))
    store.save(beat)
    assert store.read() == beat


# ---- holds


def hold(name: str, reason: HoldReason = HoldReason.PAUSE) -> Hold:
    body = {"rows": [name]}
    return Hold(TENANT, CAMPAIGN.id, reason, Queue.ADVANCE, body, START_AT, "why", name)


def test_holds_are_read_by_campaign_and_reason_oldest_first(table: Table) -> None:
    store = HoldStore(table, CountingIds())
    paused = [hold(f"{n:03}") for n in range(30)]
    store.park([*reversed(paused), hold("x", HoldReason.FAILED)])
    store.park([])
    assert store.some(TENANT, CAMPAIGN.id, HoldReason.PAUSE, 4) == paused[:4]
    assert store.some(TENANT, CAMPAIGN.id, HoldReason.PAUSE, 100) == paused
    assert store.some(TENANT, CAMPAIGN.id, HoldReason.FAILED, 5) == [hold("x", HoldReason.FAILED)]
    assert store.some(OTHER, CAMPAIGN.id, HoldReason.PAUSE, 5) == []


def test_a_hold_that_is_parked_twice_waits_once_and_is_dropped_once(table: Table) -> None:
    store = HoldStore(table, CountingIds())
    store.park([hold("a"), hold("b")])
    store.park([hold("a")])
    store.drop(hold("a"))
    store.drop(hold("a"))
    assert store.some(TENANT, CAMPAIGN.id, HoldReason.PAUSE, 5) == [hold("b")]


def test_a_hold_without_an_id_gets_one_of_its_own(table: Table) -> None:
    store = HoldStore(table, CountingIds())
    store.park([hold(""), hold("")])
    assert len({one.id for one in store.some(TENANT, CAMPAIGN.id, HoldReason.PAUSE, 5)}) == 2


# ---- suppressions


PEOPLE = [derived("person", number) for number in range(120)]


def entry(
    contact: str,
    scope: str = WORKSPACE,
    reason: SuppressionReason = SuppressionReason.UNSUBSCRIBED,
) -> Suppression:
    return Suppression(TENANT, contact, scope, reason, "test", START_AT)


def test_the_first_suppression_of_a_scope_stands(table: Table) -> None:
    store = SuppressionStore(table)
    first = entry(PEOPLE[0])
    assert store.add(first)
    assert not store.add(replace(first, reason=SuppressionReason.MANUAL, source="other"))
    assert store.get(TENANT, PEOPLE[0]) == [first]
    assert store.add(entry(PEOPLE[0], campaign_scope(CAMPAIGN.id)))
    assert len(store.get(TENANT, PEOPLE[0])) == 2


def test_reasons_not_to_send_come_from_the_workspace_and_the_campaign(table: Table) -> None:
    """I-2: the workspace's entries count for every campaign, a campaign's for its own."""
    store = SuppressionStore(table)
    store.add(entry(PEOPLE[0], reason=SuppressionReason.HARD_BOUNCED))
    store.add(entry(PEOPLE[1], campaign_scope(CAMPAIGN.id)))
    store.add(entry(PEOPLE[2], campaign_scope(derived("campaign", 2))))
    assert store.reasons(TENANT, CAMPAIGN.id, PEOPLE) == {
        PEOPLE[0]: "hard_bounced",
        PEOPLE[1]: "unsubscribed",
    }
    assert store.reasons(OTHER, CAMPAIGN.id, PEOPLE) == {}
    assert store.reasons(TENANT, CAMPAIGN.id, []) == {}


def test_a_suppression_that_is_lifted_is_gone_in_its_scope_alone(table: Table) -> None:
    store = SuppressionStore(table)
    scope = campaign_scope(CAMPAIGN.id)
    store.add(entry(PEOPLE[0]))
    store.add(entry(PEOPLE[0], scope))
    store.lift(TENANT, PEOPLE[0], WORKSPACE)
    store.lift(TENANT, PEOPLE[0], WORKSPACE)
    assert store.get(TENANT, PEOPLE[0]) == [entry(PEOPLE[0], scope)]


def test_all_suppressions_are_listed_in_full_pages(table: Table) -> None:
    store = SuppressionStore(table)
    for person in PEOPLE:
        store.add(entry(person))
    pages = [store.page(TENANT, "", 40)]
    while (last := pages[-1].after) is not None:
        pages.append(store.page(TENANT, last.sk, 40))
    assert [len(page.entries) for page in pages] == [40, 40, 40]
    assert {one.contact for page in pages for one in page.entries} == {*PEOPLE}


def test_suppressions_of_another_tenant_are_not_listed(table: Table) -> None:
    store = SuppressionStore(table)
    store.add(entry(PEOPLE[0]))
    assert store.page(OTHER, "", 40).entries == []
