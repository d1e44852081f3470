"""A journey of somebody who leaves by the link in a mail, and of those who only look."""

import pytest

from penguinmails.enrollments.enrollment import Status
from penguinmails.local.demo.client import fetch
from penguinmails.local.demo.post import Delivered
from tests.journeys.reckoning import faults
from tests.journeys.town import Town

pytestmark = pytest.mark.emulator

STEPS = [
    {"email": "intro", "template": "letter"},
    {"wait": "1 day"},
    {"email": "more", "template": "letter"},
]
FORM = "application/x-www-form-urlencoded"


def mail_to(town: Town, number: int) -> Delivered:
    """Find the first mail of one of the people."""
    address = f"person{number}@example.com"
    return next(mail for mail in town.mails() if mail.address == address)


def test_i_2_i_14_who_leaves_by_the_link_of_a_mail_gets_no_other_and_all_others_do(
    town: Town,
) -> None:
    town.settle_people(4)
    campaign = town.launched(STEPS)
    town.wait_for(4)
    leave, look = (town.stage.post.addresses(mail_to(town, n)).unsubscribe for n in (0, 1))
    assert fetch(look).status == 200
    assert fetch(leave[:-2] + "AA", "POST", b"").status in {200, 404}
    left = fetch(leave, "POST", b"List-Unsubscribe=One-Click", content_type=FORM)
    assert left.status == 200
    town.stage.pass_time(days=1)
    assert sorted(mail.address for mail in town.mails()[4:]) == [
        f"person{number}@example.com" for number in (1, 2, 3)
    ]
    (gone,) = [row for row in town.rows(campaign) if row.status is Status.EXITED]
    assert (gone.ref, gone.exit_reason) == (town.ref(campaign, 0), "unsubscribed")
    assert len(faults(town, campaign, 4)) == 1


def test_i_2_a_campaign_launched_later_leaves_them_out_too(town: Town) -> None:
    town.settle_people(3)
    town.launched(STEPS[:1])
    town.wait_for(3)
    leave = town.stage.post.addresses(mail_to(town, 2)).unsubscribe
    assert fetch(leave, "POST", b"List-Unsubscribe=One-Click", content_type=FORM).status == 200
    town.launched(STEPS[:1])
    town.stage.rest()
    assert sorted(mail.address for mail in town.mails()[3:]) == [
        "person0@example.com",
        "person1@example.com",
    ]
