"""Tests of what the house gives to whoever manages a workspace: keys, senders, topics, the log."""

import os
import re

from penguinmails.audit.entry import Deed, Subject
from penguinmails.audit.verify import verify as verify_log
from penguinmails.audit.write import begin, finish
from penguinmails.senders.add import add_sender
from penguinmails.senders.ask import ask_verification
from penguinmails.senders.sender import NewSender
from penguinmails.senders.verify import verify
from penguinmails.tenants.api_key import mint
from penguinmails.tenants.authenticate import authenticate
from penguinmails.tenants.create_key import AskedKey, create_key
from penguinmails.tenants.scope import Scope
from penguinmails.topics.topic import make_topic
from tests.world import START_AT, TENANT, World

EMAIL = "hello@northlight.example"


def test_a_sender_is_verified_by_the_link_that_is_mailed_to_it() -> None:
    world = World()
    add_sender(TENANT, NewSender(EMAIL, "Northlight"), world.adding_senders())
    assert not world.may_send_from(TENANT, EMAIL)
    letter = ask_verification(TENANT, EMAIL, world.asking_senders())
    found = re.search(r"https://mail\.example\.com/v/(\S+)", letter.text)
    assert found is not None
    verify(found[1], world.verifying())
    assert world.may_send_from(TENANT, EMAIL)


def test_a_key_makes_a_key_and_the_log_tells_so() -> None:
    world = World()
    first = mint(TENANT, frozenset({Scope.ALL}), os.urandom, START_AT)
    world.tenants.add_key(first.key)
    owner = authenticate(f"Bearer {first.text}", world.tenants)
    request = world.adapters.ids.new()
    deed = Deed(TENANT, request, START_AT, owner.key, "keys.create", Subject("key"), "request")
    begin(deed, world.auditing())
    made = create_key(owner, request, AskedKey("Reports", ["audit:read"]), world.key_ports())
    entry = finish(deed, world.auditing())
    assert world.audit.page(TENANT, None, 10).entries == [entry]
    assert verify_log(TENANT, world.audit).whole
    assert authenticate(f"Bearer {made.text}", world.tenants).scopes == {Scope.AUDIT_READ}


def test_topics_are_kept() -> None:
    world = World()
    saved = world.topics.save(make_topic(TENANT, "tips", "Tips", "", START_AT))
    assert world.topics.get(TENANT, "tips") == saved
