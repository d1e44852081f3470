"""Explores every state of a world, breadth first, and finds the shortest way to a broken promise."""

import gc
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from tests.model import promises
from tests.model.decision import accepted
from tests.model.invocation import IDLE, invocations
from tests.model.rules import World
from tests.model.state import COMPLETED, EXITED, Move, Row, State
from tests.model.surroundings import rests, surroundings


@dataclass(frozen=True, slots=True)
class Explored:
    """What was found: how many states and moves, and the first promise broken, with the way there."""

    states: int
    moves: int
    broken: str = ""
    trace: tuple[str, ...] = ()


class _Graph:
    """The states seen so far, how each was come to, and where each goes when nothing fails."""

    def __init__(self, start: State) -> None:
        self.states = [start]
        self.numbers = {start: 0}
        self.came: list[tuple[int, str]] = [(-1, "")]
        self.onward: list[list[int]] = []
        self.moves = 0

    def number(self, move: Move, origin: int) -> int:
        fresh = len(self.states)
        number = self.numbers.setdefault(move.state, fresh)
        if number == fresh:
            self.states.append(move.state)
            self.came.append((origin, move.name))
        return number

    def trace(self, number: int) -> tuple[str, ...]:
        names: list[str] = []
        while number:
            number, name = self.came[number]
            names.append(name)
        return tuple(reversed(names))


def explore(world: World) -> Explored:
    """Look at every state of a world, and end at the first broken promise.

    The graph has no garbage, and looking for it would take most of the time.
    """
    gc.disable()
    try:
        return _explore(world)
    finally:
        gc.enable()


def _explore(world: World) -> Explored:
    workers = (IDLE,) * world.workers
    graph = _Graph(State(Row(), workers, faults=world.faults, deeds=world.deeds))
    at = 0
    while at < len(graph.states):
        state = graph.states[at]
        onward = []
        for move in _moves(state, world):
            graph.moves += 1
            broken = move.broken or _broken(state.row, move.state, world)
            number = graph.number(move, at)
            if broken:
                trace = (*graph.trace(at), move.name)
                return Explored(len(graph.states), graph.moves, broken, trace)
            if move.fair:
                onward.append(number)
        graph.onward.append(onward)
        at += 1
    return _live(graph, world)


def _moves(state: State, world: World) -> Iterator[Move]:
    yield from invocations(state, world)
    yield from surroundings(state, world)


def _broken(before: Row, state: State, world: World) -> str:
    row = state.row
    if before.status == EXITED != row.status:
        return promises.LEFT_FOR_GOOD
    if row is before:
        return ""
    if row.status == COMPLETED and not _is_done(row, world):
        return promises.COMPLETED_TRULY
    has = {mail for mail, _ in state.has}
    if any(kind == "accepted" and mail not in has for kind, mail in row.journal):
        return promises.ACCEPTED_TRULY
    return ""


def _is_done(row: Row, world: World) -> bool:
    emails = (step for step in range(1, len(world.steps) + 1) if world.is_email(step))
    told = {mail.step for kind, mail in row.journal if kind in {"skipped", "refused"}}
    return row.claim is None and all(step in told or _has(row, step) for step in emails)


def _has(row: Row, step: int) -> bool:
    return any(accepted(row.journal, mail) for _, mail in row.journal if mail.step == step)


def _live(graph: _Graph, world: World) -> Explored:
    """Show that from every state, once faults stop, every way leads to where one may rest.

    A state is safe if it rests, or if it goes somewhere and only to safe states.
    """
    size = len(graph.states)
    back: list[list[int]] = [[] for _ in range(size)]
    left = [0] * size
    for number, onward in enumerate(graph.onward):
        left[number] = len(onward)
        for there in onward:
            back[there].append(number)
    resting = [n for n, state in enumerate(graph.states) if rests(state, world)]
    safe = bytearray(size)
    for number in resting:
        safe[number] = 1
    waiting = deque(resting)
    while waiting:
        for number in back[waiting.popleft()]:
            left[number] -= 1
            if not left[number] and not safe[number]:
                safe[number] = 1
                waiting.append(number)
    lost = [number for number in range(size) if not safe[number]]
    if not lost:
        return Explored(size, graph.moves)
    stuck = next((n for n in lost if not graph.onward[n]), lost[0])
    return Explored(size, graph.moves, promises.LIVENESS, graph.trace(stuck))
