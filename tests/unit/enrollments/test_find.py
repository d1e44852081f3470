"""Finding enrollments: everybody once, page by page, with few reads for each."""

import pytest

from penguinmails.campaigns.campaign import Campaign
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.find import QUERIES, ROWS, FindPorts, Wanted, find
from penguinmails.enrollments.page import RowPage
from penguinmails.errors import InvalidInput, NotFound
from penguinmails.table.port import Key
from tests.simulation.steps import email, wait
from tests.world import TENANT, World

STEPS = [wait("1 day"), email("a"), wait("1 day"), email("b")]
EVERYBODY = Wanted()


def page(
    world: World,
    campaign: Campaign,
    wanted: Wanted = EVERYBODY,
    after: Key | None = None,
    limit: int = 4,
) -> RowPage:
    return find(TENANT, campaign.id, wanted, after, limit, world.finding())


def pages(world: World, campaign: Campaign, wanted: Wanted = EVERYBODY) -> list[list[str]]:
    """Give whom each page has."""
    found = [page(world, campaign, wanted)]
    while found[-1].after is not None:
        found.append(page(world, campaign, wanted, found[-1].after))
    return [[row.ref.contact for row in each.rows] for each in found]


def flat(found: list[list[str]]) -> list[str]:
    return [contact for each in found for contact in each]


@pytest.mark.parametrize("shards", [1, 3, 20])
@pytest.mark.parametrize("people", [0, 1, 4, 11])
def test_everybody_is_found_once_and_the_last_page_has_somebody(shards: int, people: int) -> None:
    world = World(shards=shards)
    ids = {person.id for person in world.people(people)}
    campaign = world.launched(STEPS)
    found = pages(world, campaign)
    assert sorted(flat(found)) == sorted(ids)
    assert all(len(each) <= 4 for each in found)
    if shards <= QUERIES:
        assert all(found[1:])


def test_those_of_one_status_are_found() -> None:
    world = World(shards=3)
    people = world.people(9)
    campaign = world.launched(STEPS)
    for person in people[:2]:
        world.pause_one(campaign, person)
    world.exit_one(campaign, people[2])
    for status, ids in (
        (Status.PAUSED, people[:2]),
        (Status.EXITED, people[2:3]),
        (Status.ACTIVE, people[3:]),
        (Status.COMPLETED, []),
    ):
        found = flat(pages(world, campaign, Wanted(status)))
        assert sorted(found) == sorted(person.id for person in ids)


def test_those_at_one_step_are_found_by_its_slug() -> None:
    world = World(shards=2)
    early, late = world.people(2)
    campaign = world.launched([*STEPS[:1], email("a"), {"wait": "1 day", "id": "rest"}, email("b")])
    world.pause_one(campaign, late)
    world.pass_time(days=1, hours=1)
    assert flat(pages(world, campaign, Wanted(step="rest"))) == [early.id]
    both = Wanted(Status.PAUSED, "rest")
    assert flat(pages(world, campaign, both)) == []


def test_a_step_that_is_none_is_refused_with_those_that_are() -> None:
    world = World()
    campaign = world.launched(STEPS)
    with pytest.raises(InvalidInput, match="its steps are: a, a_wait, b, wait") as refused:
        page(world, campaign, Wanted(step="c"))
    assert refused.value.problems[0].pointer == "/step"


def test_a_page_reads_so_many_rows_at_most_and_goes_on_where_it_stopped() -> None:
    """Where nobody is wanted of many, its pages are empty, and yet lead to the end."""
    world = World(shards=1)
    campaign = world.campaign(STEPS)
    counted = _Counted(world.finding())
    world.people(QUERIES * ROWS + 300)
    world.launch(campaign)
    wanted = Wanted(Status.EXITED)
    first = find(TENANT, campaign.id, wanted, None, 4, counted.ports)
    assert (list(first.rows), counted.rows, counted.queries) == ([], QUERIES * ROWS, QUERIES)
    second = find(TENANT, campaign.id, wanted, first.after, 4, counted.ports)
    assert (list(second.rows), second.after) == ([], None)


def test_a_page_of_everybody_reads_one_row_more_than_it_shows() -> None:
    world = World(shards=1)
    world.people(50)
    campaign = world.launched(STEPS)
    counted = _Counted(world.finding())
    find(TENANT, campaign.id, EVERYBODY, None, 10, counted.ports)
    assert (counted.rows, counted.queries) == (11, 1)


def test_i_16_a_place_in_another_campaign_leads_nowhere() -> None:
    world = World()
    world.people(9)
    mine, other = world.launched(STEPS), world.launched(STEPS)
    elsewhere = page(world, other).after
    assert elsewhere is not None
    with pytest.raises(InvalidInput, match="cursor"):
        page(world, mine, after=elsewhere)
    with pytest.raises(NotFound):
        find("another", mine.id, EVERYBODY, None, 4, world.finding())


def test_a_draft_has_nobody() -> None:
    world = World()
    campaign = world.campaign(STEPS)
    assert pages(world, campaign) == [[]]


class _Counted:
    """Counts what is read."""

    def __init__(self, given: FindPorts) -> None:
        self._read = given.enrollments.page
        self.ports = FindPorts(given.campaigns, self)
        self.rows = 0
        self.queries = 0

    def page(
        self, tenant: str, campaign: str, shard: int, after: Key | None, limit: int
    ) -> RowPage:
        page = self._read(tenant, campaign, shard, after, limit)
        self.queries += 1
        self.rows += len(page.rows)
        return page
