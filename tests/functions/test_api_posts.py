"""Every POST of the API, sent more than once with one Idempotency-Key."""

from typing import TYPE_CHECKING

import pytest

from penguinmails.api.answer import app
from tests.functions.posts import POSTS, BusyHouse, Post

if TYPE_CHECKING:
    from tests.functions.api_house import Reply

TOLD_ONCE = {"make_key", "put_contact"}
"""Their answers are kept nowhere, so that the same is made, and told, again."""

posts = pytest.mark.parametrize("post", POSTS, ids=str)


class Meanwhile:
    """Sends the same request before each call of a table while the first one is answered.

    An early one overtakes the first; the others come when the first has begun.
    """

    def __init__(self, post: Post, house: BusyHouse, *, early: bool) -> None:
        self.replies: list[Reply] = []
        self._post = post
        self._house = house
        self._early = early

    def __call__(self) -> None:
        if self._early or self._house.has_begun():
            self._house.between = lambda: None
            # Two workers have a resolver each, and here there is one, which forgets.
            known = dict(app.context)
            self.replies.append(self._post.send(self._house))
            app.context.update(known)
            self._house.between = self


def secretless(state: dict[object, object]) -> set[object]:
    """Give what there is, without what it says."""
    return set(state)


@posts
def test_i_29_a_post_sent_again_has_one_effect_and_the_same_answer(post: Post) -> None:
    house = post.house()
    before = house.state()
    first = post.send(house)
    assert first.status < 300, first.text
    after = house.state()
    again = post.send(house)
    if str(post) in TOLD_ONCE:
        assert (again.status < 300, again.headers) == (True, first.headers)
        assert secretless(house.state()) == secretless(after) != secretless(before)
    else:
        assert again == first
        assert house.state() == after


@posts
def test_i_29_a_post_with_another_body_under_its_key_is_refused(post: Post) -> None:
    house = post.house()
    first = post.send(house)
    after = house.state()
    refused = post.send(house, {"another": "body"})
    assert (refused.status, refused.json["code"]) == (422, "idempotency_key_reused")
    assert house.state() == after
    if str(post) not in TOLD_ONCE:
        assert post.send(house) == first


@pytest.mark.parametrize("early", [True, False], ids=["early", "later"])
@posts
def test_i_29_posts_at_the_same_time_have_one_effect(post: Post, *, early: bool) -> None:
    alone, busy = post.house(), post.house()
    wanted = post.send(alone)
    busy.between = meanwhile = Meanwhile(post, busy, early=early)
    reply = post.send(busy)
    told = [each for each in meanwhile.replies if "in_progress" not in each.text]
    refused = len(meanwhile.replies) - len(told)
    assert (len(told) > 0) if early else (refused > 0)
    if str(post) in TOLD_ONCE:
        assert secretless(busy.state()) == secretless(alone.state())
    else:
        assert all(each == wanted for each in (reply, *told))
        assert busy.state() == alone.state()
