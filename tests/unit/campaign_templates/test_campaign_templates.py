"""Tests of campaign templates (M-CAMP-16, 17): saved, shared, pre-built, and begun from."""

from dataclasses import replace
from typing import Any

import pytest

from penguinmails.campaign_templates import store
from penguinmails.campaign_templates.browse import browse, browse_library
from penguinmails.campaign_templates.campaign_template import CampaignTemplate, Label, library_id
from penguinmails.campaign_templates.instantiate import InstantiatePorts, Wish, chosen, instantiate
from penguinmails.campaign_templates.prebuilt import prebuilt, prebuilt_called
from penguinmails.campaign_templates.save_campaign import SavePorts, save_campaign
from penguinmails.campaign_templates.store import CampaignTemplateStore
from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.errors import Forbidden, InvalidInput, NotFound
from penguinmails.table.port import Key
from penguinmails.templates.template import Sharing
from tests.unit.campaigns.drafting import ID, STEPS, TENANT, WHOLE, Desk

OTHER = "01890000-0000-7000-8000-000000000002"
NEW = "01890000-0000-7000-8000-00000000000c"


class Shelf(Desk):
    """A desk with a campaign, and a place for campaign templates."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = CampaignTemplateStore(self.table)
        self.create()

    def keep(
        self, sharing: Sharing = Sharing.TEAM, by: str = "key-1", *, content: bool = True
    ) -> CampaignTemplate:
        ports = SavePorts(self.campaigns, self.templates, self.kept, self.clock)
        label = Label("onboarding", "Onboarding", "Our best", sharing)
        return save_campaign(TENANT, ID, label, ports, with_content=content, by=by)

    def begin(self, reference: str, tenant: str = TENANT, by: str = "key-1") -> Campaign:
        create = CreatePorts(self.campaigns, self.segments, self.templates, self.clock)
        ports = InstantiatePorts(self.kept, self.templates, create)
        return instantiate(tenant, reference, NEW, Wish("UTC"), ports, by)


def test_a_campaign_is_saved_without_its_audience_and_sender() -> None:
    saved = Shelf().keep()
    assert (saved.slug, saved.name, saved.type, saved.steps) == (
        "onboarding",
        "Onboarding",
        WHOLE.type,
        STEPS,
    )
    assert [email.slug for email in saved.emails] == ["welcome"]
    assert WHOLE.sender.email not in str(saved)


def test_without_its_content_the_emails_are_only_named() -> None:
    assert Shelf().keep(content=False).emails == ()


def test_saving_the_same_again_changes_nothing() -> None:
    shelf = Shelf()
    first = shelf.keep()
    shelf.clock.move(hours=1)
    assert shelf.keep() == first
    assert shelf.keep(Sharing.PUBLIC).version == 2


def test_a_campaign_without_steps_and_a_bad_label_are_refused() -> None:
    desk = Desk()
    desk.create(Given("Later", WHOLE.type, "UTC"))
    ports = SavePorts(desk.campaigns, desk.templates, CampaignTemplateStore(desk.table), desk.clock)
    with pytest.raises(InvalidInput) as refused:
        save_campaign(TENANT, ID, Label("A b", " ", "\x00"), ports)
    assert [one.pointer for one in refused.value.problems] == ["/slug", "/name", "/description", ""]
    with pytest.raises(NotFound):
        save_campaign(OTHER, ID, Label("a", "A"), ports)


def test_a_new_draft_begins_with_the_steps_and_nothing_else() -> None:
    shelf = Shelf()
    shelf.keep()
    begun = shelf.begin("onboarding")
    assert (begun.name, begun.status, begun.segment) == ("Onboarding", CampaignStatus.DRAFT, "")
    assert shelf.revision(begun).source == STEPS
    assert shelf.revision(begun).sender.email == ""
    assert shelf.begin("onboarding") == begun


def test_emails_that_are_there_are_used_and_others_are_not_overwritten() -> None:
    shelf = Shelf()
    shelf.keep()
    shelf.save_template("welcome", "<p>Changed since</p>")
    source: Any = shelf.revision(shelf.begin("onboarding")).source
    assert source[0]["template"] == "welcome-2"
    assert source[2]["branch"][0]["steps"][0]["template"] == "welcome-2"
    copied = shelf.templates.get(TENANT, "welcome-2")
    assert copied is not None
    assert "Hi" in copied.template.html


def test_another_workspace_begins_from_the_library_with_the_emails_that_come_along() -> None:
    shelf = Shelf()
    shelf.keep(Sharing.PUBLIC)
    begun = shelf.begin(library_id(TENANT, "onboarding"), OTHER)
    assert begun.tenant == OTHER
    assert shelf.templates.get(OTHER, "welcome") is not None


def test_emails_that_are_only_named_have_to_be_there() -> None:
    shelf = Shelf()
    shelf.keep(Sharing.PUBLIC, content=False)
    with pytest.raises(InvalidInput, match="no template welcome"):
        shelf.begin(library_id(TENANT, "onboarding"), OTHER)


def test_i_16_what_is_not_public_is_not_there_for_another_workspace() -> None:
    shelf = Shelf()
    shelf.keep(Sharing.TEAM)
    for reference in ("onboarding", library_id(TENANT, "onboarding")):
        with pytest.raises(NotFound):
            chosen(OTHER, reference, "key-1", shelf.kept)
    assert shelf.kept.page(OTHER, None, 10).templates == []


def test_a_private_one_is_its_keys_alone() -> None:
    shelf = Shelf()
    shelf.keep(Sharing.PRIVATE)
    assert chosen(TENANT, "onboarding", "key-1", shelf.kept).slug == "onboarding"
    assert [one.slug for one in browse(TENANT, "key-1", None, 10, shelf.kept).templates] == [
        "onboarding"
    ]
    assert browse(TENANT, "key-2", None, 10, shelf.kept).templates == []
    with pytest.raises(NotFound):
        chosen(TENANT, "onboarding", "key-2", shelf.kept)
    with pytest.raises(Forbidden):
        shelf.keep(by="key-2")


def test_a_page_of_other_keys_private_ones_is_passed_over() -> None:
    shelf = Shelf()
    first = shelf.keep(Sharing.PRIVATE)
    shelf.kept.save(replace(first, slug="shared", sharing=Sharing.TEAM), None)
    page = browse(TENANT, "key-2", None, 1, shelf.kept)
    assert ([one.slug for one in page.templates], page.after) == (["shared"], None)


def test_a_template_that_is_no_longer_public_leaves_the_library() -> None:
    shelf = Shelf()
    shelf.keep(Sharing.PUBLIC)
    (shown,) = shelf.kept.library("", 10).templates
    assert (shown.tenant, shown.saved_by, shown.slug) == ("", "", "onboarding")
    shelf.keep(Sharing.TEAM)
    assert shelf.kept.library("", 10).templates == []


def test_what_a_crash_left_out_of_the_library_is_mended_by_saving_again() -> None:
    shelf = Shelf()
    saved = shelf.keep(Sharing.PUBLIC)
    place = f"campaign-template#{library_id(TENANT, 'onboarding')}"
    shelf.table.delete(Key("library", place))
    assert shelf.kept.library("", 10).templates == []
    assert shelf.keep(Sharing.PUBLIC) == saved
    assert len(shelf.kept.library("", 10).templates) == 1


def test_a_template_that_is_removed_is_gone_from_the_library_too() -> None:
    shelf = Shelf()
    shelf.kept.remove(shelf.keep(Sharing.PUBLIC))
    assert shelf.kept.find(TENANT, "onboarding") is None
    assert shelf.kept.library("", 10).templates == []


def test_what_is_too_large_with_its_emails_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGEST_PACKED", 10)
    with pytest.raises(InvalidInput, match="save it without them"):
        Shelf().keep()


def test_the_pre_built_ones_are_in_the_library_of_everybody() -> None:
    welcome, nurture = prebuilt()
    assert (len(welcome.emails), len(nurture.emails)) == (5, 8)
    for one in prebuilt():
        assert one.library == library_id("", one.slug)
        assert prebuilt_called(one.slug) == prebuilt_called(one.library) == one
        assert chosen(OTHER, one.slug, "key-1", Shelf().kept) == one


@pytest.mark.parametrize("limit", range(1, 6))
def test_the_library_is_read_in_pages_the_pre_built_ones_first(limit: int) -> None:
    shelf = Shelf()
    first = shelf.keep(Sharing.PUBLIC)
    shelf.kept.save(replace(first, slug="second"), None)
    found, after = [], ""
    while True:
        page = browse_library(after, limit, shelf.kept)
        assert 0 < len(page.templates) <= limit
        found += [one.slug for one in page.templates]
        if page.after is None:
            break
        after = page.after
    assert found[:2] == ["saas-welcome", "b2b-nurture"]
    assert sorted(found[2:]) == ["onboarding", "second"]


def test_another_keys_private_one_does_not_hide_the_pre_built_one_of_its_slug() -> None:
    shelf = Shelf()
    shelf.kept.save(replace(shelf.keep(Sharing.PRIVATE), slug="b2b-nurture"), None)
    assert not chosen(TENANT, "b2b-nurture", "key-1", shelf.kept).prebuilt
    assert chosen(TENANT, "b2b-nurture", "key-2", shelf.kept).prebuilt
