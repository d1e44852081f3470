"""Finds, without any lookup, the enrollment and the message that a token names."""

from penguinmails.deliveries.heard import About
from penguinmails.enrollments.enrollment import Ref
from penguinmails.tracking.tokens import Token


def ref_of(token: Token) -> Ref:
    """Name the enrollment; a token's `shards` holds the campaign's number of shards."""
    return Ref(token.tenant, token.campaign, token.shards, token.contact, token.run)


def about(token: Token) -> About:
    """Name the message."""
    return About(token.step, token.visit, token.attempt, token.variant)
