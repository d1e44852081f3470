"""Steps of a campaign, written as briefly as tests like them."""

from collections.abc import Mapping, Sequence
from typing import Any


def email(slug: str) -> dict[str, Any]:
    """Write an email step."""
    return {"email": slug, "template": slug}


def wait(span: str) -> dict[str, Any]:
    """Write a wait step."""
    return {"wait": span}


def branch(*arms: tuple[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Write a branch; an arm without a condition is the last."""
    return {
        "branch": [
            {"if": condition, "steps": list(steps)}
            if condition
            else {"else": None, "steps": list(steps)}
            for condition, steps in arms
        ]
    }
