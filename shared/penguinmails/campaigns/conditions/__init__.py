"""Conditions as text, a strict subset of CEL: parsed once, evaluated in microseconds."""

from penguinmails.campaigns.conditions.condition import Condition, parse
from penguinmails.campaigns.conditions.evaluation import Facts
from penguinmails.campaigns.conditions.exclusion import can_be_true
from penguinmails.campaigns.conditions.tokens import KEYWORDS, ConditionError

__all__ = ["KEYWORDS", "Condition", "ConditionError", "Facts", "can_be_true", "parse"]
