"""The examples as files: nothing is found in them, and the real use cases take them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from penguinmails.api.campaign_body import CampaignBody
from penguinmails.api.senders import SenderBody
from penguinmails.api.template_body import TemplateBody
from penguinmails.campaigns.create import create
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.campaigns.steps import EmailStep, Sequence, WaitStep, ways_on
from penguinmails.resources.document import Document
from penguinmails.resources.lint import lint
from penguinmails.resources.plan import Deed, plan
from penguinmails.resources.read import read
from penguinmails.resources.translate import from_api, to_api
from penguinmails.segments.segment import make_segment
from penguinmails.senders.add import add_sender
from penguinmails.senders.sender import NewSender
from penguinmails.templates.save import save_template
from penguinmails.topics.topic import make_topic
from tests.world import TENANT, World

NOW_AT = datetime(2026, 11, 21, tzinfo=UTC)
EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
DAY = 86_400


def documents(path: Path) -> tuple[Document, ...]:
    return read(path.name, path.read_bytes()).documents


def sequence(name: str) -> Sequence:
    path = next(path for path in EXAMPLES if path.name == name)
    campaign = next(one for one in documents(path) if one.kind == "campaign")
    return compile_sequence(campaign.data["steps"])


def longest_way(found: Sequence) -> list[float]:
    """Give the days of the emails for somebody who never reacts."""
    days, seconds, number = [], 0, found.first
    while number is not None:
        step = found.steps[number]
        if isinstance(step, EmailStep):
            days.append(seconds / DAY)
        seconds += step.seconds if isinstance(step, WaitStep) else 0
        number = step.next if step.next in ways_on(step) else None
    return days


def test_nothing_is_found_in_the_examples_taken_together() -> None:
    assert lint({path.name: path.read_bytes() for path in EXAMPLES}, NOW_AT).findings == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_nothing_is_found_in_an_example(path: Path) -> None:
    assert lint({path.name: path.read_bytes()}, NOW_AT).findings == ()


def test_the_pre_built_campaigns_keep_their_pace() -> None:
    assert longest_way(sequence("saas-welcome.yaml")) == [0, 2, 5, 9, 14]
    assert longest_way(sequence("b2b-nurture.yaml")) == [0, 3, 7, 10, 14, 18, 22, 30]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_created_by_the_real_use_cases(path: Path) -> None:
    world = World()
    now_at = world.clock.now()
    world.segments.save(make_segment(TENANT, "everyone", "Everyone", now_at))
    for change in plan(documents(path), {}):
        assert change.deed is Deed.CREATE
        _create(world, change.document)


def _create(world: World, document: Document) -> None:
    slug, now_at = document.slug, world.clock.now()
    body = to_api(document)
    match document.kind:
        case "segment":
            world.segments.save(make_segment(TENANT, slug, body["name"], now_at))
        case "topic":
            topic = make_topic(TENANT, slug, body["name"], body["description"], now_at)
            assert topic.slug == slug
        case "sender":
            sender = SenderBody.model_validate_json(json.dumps({**body, "slug": slug}))
            new = NewSender(sender.email, sender.name, postal_address=sender.postal_address)
            assert add_sender(TENANT, new, world.adding_senders()).postal_address
        case "template":
            template = TemplateBody.model_validate_json(json.dumps(body)).template(slug)
            saved = save_template(TENANT, template, world.templates, now_at)
            assert saved.warnings == ()
        case _:
            _create_campaign(world, document)


def _create_campaign(world: World, document: Document) -> None:
    body = to_api(document)
    given = CampaignBody.model_validate_json(json.dumps(body)).given("UTC")
    ports = CreatePorts(world.campaigns, world.segments, world.templates, world.clock)
    made = create(TENANT, world.adapters.ids.new(), given, ports)
    revision = world.campaigns.revision(TENANT, made.id, 1)
    assert [dict(step) for step in revision.source] == document.data["steps"]
    assert from_api("campaign", document.slug, body)["steps"] == document.data["steps"]
