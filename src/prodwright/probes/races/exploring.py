"""Looks for an order of turns whose outcome no order of whole calls has."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from typing import Any

from prodwright.probes.children import in_child
from prodwright.probes.races import loops, threads
from prodwright.probes.races.calls import Call, Operation
from prodwright.probes.races.connections import Inseparable
from prodwright.probes.races.frontier import MOST_TURNS, Frontier
from prodwright.probes.races.judging import (
    SERIAL,
    UNJUDGED,
    Explored,
    Serial,
    judged,
)
from prodwright.probes.races.locks import COURT
from prodwright.probes.races.observing import (
    Outcome,
    files_in,
    is_refused,
    modules_under,
    observed,
    refusal,
)
from prodwright.probes.races.places import Places
from prodwright.probes.races.scheduling import Schedule, Turn
from prodwright.probes.races.servers import (
    Databases,
    NotKept,
    begin_run,
    shared_engines,
)
from prodwright.probes.races.threads import TakesTooLong
from prodwright.probes.stash import Stash, TooMuch

_CHILD_SECONDS = 20.0
_RUNS_FOR_FEW = 16
Make = Callable[[], list[Operation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is tried.

    Attributes:
        runs: The most for one pair of calls.
        ends_at: By `time.monotonic`, in seconds.
    """

    runs: int
    ends_at: float

    def for_few(self) -> Limits:
        """Return those for code that most likely has one caller at a time."""
        return replace(self, runs=min(self.runs, _RUNS_FOR_FEW))

    @property
    def are_reached(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self.ends_at


class Pair:
    """Two calls that may be made at once, from where the program stands now.

    Args:
        calls: The calls.
        places: Tells what is under test.
        folders: Folders that they may write to.
    """

    def __init__(
        self, calls: Sequence[Call], places: Places, folders: Sequence[str]
    ) -> None:
        self._calls = tuple(calls)
        self._places = places
        self._folders = tuple(folders)
        self._is_async = any(each.is_async for each in calls)
        self._stash: Stash | None = None
        self._databases: Databases | None = None
        self._engines = shared_engines()
        self._reaches_outside = False

    def explored(self, limits: Limits, *, without_locks: bool = False) -> Explored:
        """Try orders of turns until one shows a race, or none is left."""
        with self._files_kept() as why:
            return self._tried(limits, why, without_locks=without_locks)

    def _tried(self, limits: Limits, why: str, *, without_locks: bool) -> Explored:
        serial = why or self._serial()
        if isinstance(serial, str):
            return Explored(verdict=UNJUDGED, why=serial)
        runs, broken = 0, 0
        for choices in Frontier(limits.runs, is_async=self._is_async).choices():
            answer = self._at_once(choices.tried, without_locks=without_locks)
            runs += 1
            if answer is None:
                broken += 1
                continue
            outcome, schedule = answer
            choices.tell(schedule)
            serial = self._with_refusals(outcome, serial)
            found = judged(outcome, schedule, serial)
            if found is not None:
                found.runs = runs
                found.reaches_outside = self._reaches_outside
                return found
            if limits.are_reached:
                return Explored(verdict=SERIAL, runs=runs)
        if 2 * broken > runs:
            why = "the calls do not end when they are made at once"
            return Explored(verdict=UNJUDGED, runs=runs, why=why)
        return Explored(verdict=SERIAL, runs=runs, is_whole=runs < limits.runs)

    def replayed(self, choices: Sequence[int]) -> Explored:
        """Try one order of turns again."""
        with self._files_kept() as why:
            return self._again(tuple(choices), why)

    def _again(self, choices: tuple[int, ...], why: str) -> Explored:
        serial = why or self._serial()
        if isinstance(serial, str):
            return Explored(verdict=UNJUDGED, why=serial)
        answer = self._at_once(choices, without_locks=False)
        if answer is None:
            return Explored(verdict=UNJUDGED, runs=1, why="the run broke off")
        found = judged(*answer, self._with_refusals(answer[0], serial))
        return found or Explored(verdict=SERIAL, runs=1)

    @contextmanager
    def _files_kept(self) -> Iterator[str]:
        """Keep the files; yield why they cannot be."""
        try:
            self._stash = Stash(self._folders)
            self._databases = Databases()
        except TooMuch as error:
            yield f"{error} are too many"
            return
        except NotKept as error:
            yield str(error)
            return
        try:
            yield ""
        finally:
            self._stash.put_back()
            with suppress(NotKept):
                self._databases.put_back()

    def _serial(self) -> Serial | str:
        """Return what whole calls give, or why that cannot be found out."""
        found: list[Outcome] = []
        unstable: set[str] = set()
        for order in permutations(range(len(self._calls))):
            first, second = (self._child(partial(self._in_order, order)) for _ in "12")
            if first is None or second is None:
                return "the calls cannot be repeated from here"
            if "why" in first:
                return str(first["why"])
            found += [first["outcome"], second["outcome"]]
            self._reaches_outside |= first["outside"]
            unstable |= {
                key
                for key in {*found[-1], *found[-2]}
                if found[-1].get(key) != found[-2].get(key)
            }
        return Serial(tuple(found), frozenset(unstable))

    def _with_refusals(self, outcome: Outcome, serial: Serial) -> Serial:
        """A call that the database refuses and takes back is as good as not made."""
        numbers = range(len(self._calls))
        refused = {each for each in numbers if is_refused(outcome, each)}
        if not refused or refused in serial.refused:
            return serial
        rest = [each for each in numbers if each not in refused]
        found = list(serial.outcomes)
        for order in permutations(rest):
            answer = self._child(partial(self._in_order, order))
            if answer is not None and "why" not in answer:
                found.append(answer["outcome"] | dict(map(refusal, refused)))
        return Serial(tuple(found), serial.unstable, (*serial.refused, refused))

    def _in_order(self, order: Sequence[int]) -> dict[str, Any]:
        run = loops.one_by_one if self._is_async else threads.one_after_the_other
        return self._seen(lambda make: (run(make, order), Schedule()))

    def _at_once(
        self, choices: tuple[int, ...], *, without_locks: bool
    ) -> tuple[Outcome, Schedule] | None:
        def run(make: Make) -> tuple[Outcome, Schedule]:
            if self._is_async:
                return loops.together(make, choices)
            return threads.in_turns(make, choices, self._places)

        def work() -> dict[str, Any]:
            if without_locks:
                _open_locks()
            return self._seen(run)

        answer = self._child(work)
        if answer is None or answer.get("why") or answer["unclear"]:
            return None
        return answer["outcome"], _schedule(answer)

    def _seen(self, run: Callable[[Make], tuple[Outcome, Schedule]]) -> dict[str, Any]:
        """Make the calls and tell all that can be seen afterwards."""
        databases = self._databases
        assert self._stash is not None
        assert databases is not None
        operations: list[Operation] = []

        def make() -> list[Operation]:
            operations.extend(each.operation() for each in self._calls)
            return operations

        begin_run(self._engines)
        self._stash.put_back()
        before = files_in(self._folders)
        try:
            databases.put_back()
            outcome, schedule = run(make)
        except NotKept as error:
            return {"why": str(error)}
        except (Inseparable, TakesTooLong) as error:
            return {"why": f"{error} cannot be shared by two callers"}
        if not databases.are_all():
            return {"why": "it uses a database to which no test has connected before"}
        outcome |= observed(
            self._shared(),
            modules_under(self._places.is_code),
            self._folders,
            _in_memory(self._shared().values()),
        )
        outcome = databases.without_drawn(outcome) | databases.observed()
        opened = bool(databases) or any(each.opened for each in operations)
        return {
            "outcome": outcome,
            "outside": opened or files_in(self._folders) != before,
            "deadlocked": schedule.deadlocked,
            "unclear": schedule.unclear,
            "turns": [
                [each.chosen, each.others, each.place, each.going]
                for each in schedule.turns[:MOST_TURNS]
            ],
        }

    def _shared(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for call in self._calls:
            found |= call.shared()
        return found

    def _child(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
        return in_child(work, _CHILD_SECONDS)


def _open_locks() -> None:
    import asyncio

    COURT.is_open = True

    async def acquire(_: object) -> bool:
        return True

    asyncio.Lock.acquire = acquire  # type: ignore[method-assign, assignment]
    asyncio.Lock.release = lambda _: None  # type: ignore[method-assign, assignment]


def _in_memory(objects: Any) -> list[sqlite3.Connection]:
    return [each for each in objects if isinstance(each, sqlite3.Connection)]


def _schedule(answer: dict[str, Any]) -> Schedule:
    turns = [
        Turn(chosen, tuple(others), (place[0], place[1]), going)
        for chosen, others, place, going in answer["turns"]
    ]
    return Schedule(turns, deadlocked=answer["deadlocked"])
