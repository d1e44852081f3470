"""What every command has at hand: where to write, and the API once it is asked for."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import typer

from penguinmails.cli import connection
from penguinmails.cli.client import Api
from penguinmails.cli.output import Form, Output


@dataclass
class Session:
    """One run of the command line."""

    form: Form
    url: str
    key: str

    @cached_property
    def output(self) -> Output:
        """Where results go."""
        return Output(self.form)

    @cached_property
    def connection(self) -> connection.Connection:
        """Which API, and with which key; raises Failure."""
        return connection.find(os.environ, self.url, self.key, Path.cwd(), Path.home())

    @cached_property
    def api(self) -> Api:
        """The API."""
        return Api(self.connection)


def session_of(context: typer.Context) -> Session:
    """Give the session of a command."""
    found = context.find_object(Session)
    if found is None:
        raise RuntimeError("a command runs within the command line only")
    return found
