"""Ends every enrollment of a person who must not be mailed any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.contacts.store import Membership
from penguinmails.deliveries.fact import Fact
from penguinmails.enrollments.enrollment import Enrollment, Ref
from penguinmails.tracking.tokens import Token
