"""What ends a command early: a sentence for people, the problem for machines, an exit code."""

from collections.abc import Mapping, Sequence
from typing import Any

from penguinmails.cli.exits import Exit, exit_of

Data = dict[str, Any]


class Failure(Exception):  # noqa: N818 - it ends a command, which need not be wrong
    """A command cannot go on; `problem` is what the API said, if it was the API.

    `places` are lines that say better than it what is wrong where.
    """

    def __init__(
        self,
        message: str,
        code: Exit,
        hint: str = "",
        problem: Mapping[str, Any] | None = None,
        places: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.problem = problem or {}
        self.places = places

    def lines(self) -> list[str]:
        """Write it for a person: what was wrong, where, and what to do."""
        if self.places:
            return [str(self), *self.places, *self._last()]
        errors: Sequence[Mapping[str, str]] = self.problem.get("errors", ())
        places = [f"  {one['pointer'] or '(all of it)'}: {one['detail']}" for one in errors]
        return [str(self) if not places else str(self.problem["title"]), *places, *self._last()]

    def data(self) -> Data:
        """Write it for a machine."""
        places = {"places": [one.strip() for one in self.places]} if self.places else {}
        told = {"error": str(self), "exit": int(self.code), "problem": dict(self.problem)}
        return {**told, **places}

    def _last(self) -> list[str]:
        return [self.hint] if self.hint else []


def refusal(status: int, problem: Mapping[str, Any], key_from: str) -> Failure:
    """Make a failure of an answer of the API to a key, which was found somewhere."""
    detail = str(problem.get("detail") or f"the API answered {status}")
    code = exit_of(status)
    hint = ""
    if code is Exit.DENIED:
        hint = (
            f"The key is from {key_from}. "
            "Give one that may do this: PENGUINMAILS_KEY, --key, or penguinmails.toml."
        )
    if code is Exit.AWAY and "requestId" in problem:
        hint = f"If it stays so, report the request {problem['requestId']}."
    return Failure(detail[:1].upper() + detail[1:], code, hint, problem)
