"""What erasing and exporting people needs from the rest of the house."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.blobs.port import Blobs
from penguinmails.clock import Clock
from penguinmails.contacts.audience import Membership
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.timeline import Entry
from penguinmails.jobs.job import Job
from penguinmails.queues.port import Queues
from penguinmails.suppressions.suppression import Suppression
from penguinmails.timer.wakeup import WakeUp


class NewJobs(Protocol):
    """The jobs that are asked for."""

    def get(self, tenant: str, job: str) -> Job: ...
    def add(self, job: Job) -> bool: ...


class People(Protocol):
    """Tells who is there."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...


class Timer(Protocol):
    """Keeps what must happen even if this invocation dies."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class RequestPorts:
    """What asking for a job touches, and looking at one."""

    jobs: NewJobs
    contacts: People
    blobs: Blobs
    timer: Timer
    queues: Queues
    clock: Clock


class Jobs(Protocol):
    """The jobs as they stand."""

    def get(self, tenant: str, job: str) -> Job: ...
    def save(self, old: Job, new: Job) -> Job:
        """Write a job, if it is as it was read; gives what then stands."""
        ...


class Contacts(Protocol):
    """The people, and what they were enrolled in."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...
    def memberships(self, tenant: str, contact: str) -> Sequence[Membership]: ...
    def remove(self, tenant: str, contact: str) -> None: ...


class Suppressions(Protocol):
    """Who must not be mailed."""

    def add(self, entry: Suppression) -> bool: ...
    def get(self, tenant: str, contact: str) -> Sequence[Suppression]: ...


@dataclass(frozen=True, slots=True)
class PrivacyPorts:
    """What doing the jobs of privacy touches.

    `depart` ends all enrollments of a person; `entries_of` tells all that happened in some.
    """

    jobs: Jobs
    contacts: Contacts
    suppressions: Suppressions
    blobs: Blobs
    depart: Callable[[str, str, str, datetime], int]
    entries_of: Callable[[str, Sequence[Membership]], Sequence[Entry]]
    clock: Clock
