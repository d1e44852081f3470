"""A town to try the product in: a workspace on a deployed stack, its people, and their post."""

import csv
import io
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from penguinmails import bootstrap
from penguinmails.bootstrap import House
from penguinmails.enrollments.enrollment import Enrollment, Ref
from penguinmails.local import child, sink
from penguinmails.local.demo.client import Api
from penguinmails.local.demo.post import Delivered, Post
from penguinmails.local.demo.virtual import VirtualTime
from penguinmails.local.emulator import Emulator
from penguinmails.local.stack import Options, Stack, deployed
from penguinmails.table.port import Key
from penguinmails.tenants.create import Asked, Workspace, create_workspace

PATIENCE_S = 60.0
SEGMENT = "everybody"
LETTER = {
    "subject": "Hello {{ first_name|default('you') }}",
    "html": '<p>Hi {{ first_name|default("you") }}, <a href="https://shop.example/new">look</a>.</p>',
}


@dataclass(slots=True)
class MailServer:
    """The mail server of a town, which can be away for a while."""

    folder: Any
    port: int = field(default_factory=child.free_port)
    process: child.Child | None = None

    def start(self) -> None:
        """Serve."""
        self.process = sink.start(self.folder, self.port, leashed=True)
        self.process.wait_until_it_listens()

    def stop(self) -> None:
        """Be away."""
        if self.process is not None:
            self.process.stop()
        self.process = None
