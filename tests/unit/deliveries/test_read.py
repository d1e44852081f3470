"""Events in our own vocabulary: odd ones are unknown, none is an error."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.deliveries.bounce import bounce_class
from penguinmails.deliveries.event import DeliveryEvent, EventType
from penguinmails.deliveries.fact import BounceClass, read_fact
from penguinmails.deliveries.heard import About, Bounds, fact_of
from penguinmails.deliveries.machine import is_machine
from penguinmails.deliveries.read import UNKNOWN_LINK, read_event

NOW_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ["id", "type", "at", "token", "class", "code", "link", "machine", "userAgent"]
WORDS = st.sampled_from([*EventType, "hard", "5.1.1", "2026-03-02T09:00:00Z"])


def test_an_event_is_read_with_all_that_its_type_has() -> None:
    raw = {
        "id": "e1",
        "type": "clicked",
        "at": "2026-03-02T10:00:00+01:00",
        "token": "t",
        "link": 3,
        "userAgent": "Googlebot/2.1",
    }
    assert read_event(raw) == DeliveryEvent(
        EventType.CLICKED, "e1", NOW_AT, "t", None, 3, machine=True, raw_type="clicked"
    )


def test_an_unknown_type_keeps_its_own_word() -> None:
    event = read_event({"type": "teleported"})
    assert (event.type, event.raw_type) == (EventType.UNKNOWN, "teleported")


@pytest.mark.parametrize("link", [None, -1, 70_000, "2", True, 1.5])
def test_a_click_on_a_link_that_is_not_told_is_on_no_known_link(link: object) -> None:
    assert read_event({"type": "clicked", "link": link}).link == UNKNOWN_LINK
    assert read_event({"type": "opened", "link": link}).link == 0


@given(st.dictionaries(st.sampled_from(FIELDS), JSON | WORDS) | JSON)
def test_whatever_comes_is_read_and_becomes_a_fact_that_can_be_read_back(raw: object) -> None:
    event = read_event(raw)
    if event.type is EventType.UNKNOWN:
        return
    fact = fact_of("sandbox", event, About(1, 1, 1, 0), Bounds(NOW_AT, NOW_AT))
    assert read_fact(fact.code()).code() == fact.code()


def test_the_same_event_is_the_same_fact_and_another_is_another() -> None:
    def code(identifier: str, source: str = "sandbox") -> str:
        event = read_event({"id": identifier, "type": "opened", "token": "t"})
        return fact_of(source, event, About(1, 1, 1, 0), Bounds(NOW_AT, NOW_AT)).code()

    assert code("a") == code("a")
    assert len({code("a"), code("b"), code("a", "pixel")}) == 3


@pytest.mark.parametrize(
    ("stated", "code", "expected"),
    [
        ("hard", "4.2.2", BounceClass.HARD),
        ("soft", "", BounceClass.SOFT),
        ("block", "", BounceClass.BLOCK),
        ("", "5.1.1", BounceClass.HARD),
        ("", "5.1.10", BounceClass.HARD),
        ("", "5.2.1", BounceClass.HARD),
        ("", "5.2.2", BounceClass.SOFT),
        ("", "5.4.4", BounceClass.HARD),
        ("", "5.7.1", BounceClass.BLOCK),
        ("", "5.0.0", BounceClass.BLOCK),
        ("", "4.4.7", BounceClass.SOFT),
        ("odd", "odd", BounceClass.SOFT),
    ],
)
def test_a_bounce_is_hard_only_if_the_address_is_at_fault(
    stated: str, code: str, expected: BounceClass
) -> None:
    assert bounce_class(stated, code) is expected


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Slackbot-LinkExpanding 1.0",
        "facebookexternalhit/1.1",
        "python-requests/2.32",
        "curl/8.5.0",
        "Mozilla/5.0 HeadlessChrome/120.0",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    ],
)
def test_a_machine_gives_itself_away(agent: str) -> None:
    assert is_machine(agent)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Thunderbird/128.0",
        "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/120 Mobile",
    ],
)
def test_a_reader_is_not_taken_for_a_machine(agent: str) -> None:
    assert not is_machine(agent)
