"""Tests of how errors are told."""

import json

import pytest

from penguinmails.api.problems import KINDS, InProgress, KeyReused, problem_response
from penguinmails.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Problem,
    Rejected,
    Unavailable,
)
from penguinmails.imports.job import TooLarge
from penguinmails.tenants.authenticate import Unauthenticated


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Rejected("x"), 400),
        (InvalidInput(Problem("/name", "missing", "add it")), 400),
        (Unauthenticated("x"), 401),
        (Forbidden("x"), 403),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (InProgress("x"), 409),
        (TooLarge("x"), 413),
        (KeyReused("x"), 422),
        (Unavailable("x"), 503),
        (KeyError("x"), 500),
    ],
)
def test_each_error_has_its_status(error: Exception, status: int) -> None:
    response = problem_response(error, "request-1")
    told = json.loads(response.body or "")
    assert (response.status_code, told["status"]) == (status, status)
    assert set(told) >= {"type", "title", "status", "detail", "code", "requestId"}


def test_a_special_error_comes_before_the_kind_that_it_is_of() -> None:
    seen: list[type[Exception]] = []
    for kind in KINDS:
        assert not any(issubclass(kind, earlier) for earlier in seen)
        seen.append(kind)


def test_what_is_unavailable_says_when_to_come_back() -> None:
    assert problem_response(Unavailable("x"), "r").headers["Retry-After"] == "5"


def test_a_fault_of_ours_shows_nothing_of_itself() -> None:
    assert "secret" not in (problem_response(RuntimeError("secret"), "r").body or "")
