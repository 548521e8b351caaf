"""Makes asynchronous calls at once, and chooses which of the ready ones goes on."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from prodwright.probes.races.calls import Operation
from prodwright.probes.races.observing import Outcome, returned
from prodwright.probes.races.scheduling import Schedule, Turn
from prodwright.probes.races.threads import TakesTooLong

_WHOLE_SECONDS = 60.0  # of virtual time
_HERE = ("", 0)


class ChoosingLoop(asyncio.SelectorEventLoop):
    """A loop in which `choices` name the ready callback that comes first.

    Time passes only when nothing else can happen, and then at once.

    Args:
        choices: At each turn at which several are ready: which one, counted from 0.
    """

    def __init__(self, choices: Sequence[int]) -> None:
        super().__init__()
        self.schedule = Schedule()
        self._choices = tuple(choices)
        self._ahead_seconds = 0.0

    def time(self) -> float:
        """Return the loop's time, in seconds."""
        return super().time() + self._ahead_seconds

    def _run_once(self) -> None:
        ready: deque[Any] = self._ready  # type: ignore[attr-defined]
        if len(ready) > 1:
            self._run_chosen(ready)
            return
        scheduled = self._scheduled  # type: ignore[attr-defined]
        if not ready and scheduled and self._is_alone():
            self._ahead_seconds += max(scheduled[0]._when - self.time(), 0.0)
        super()._run_once()  # type: ignore[misc]

    def _run_chosen(self, ready: deque[Any]) -> None:
        number = len(self.schedule.turns)
        wanted = self._choices[number] if number < len(self._choices) else 0
        chosen = wanted if wanted < len(ready) else 0
        others = tuple(each for each in range(len(ready)) if each != chosen)
        self.schedule.turns.append(Turn(chosen, others, _HERE, going=0))
        first = ready[chosen]
        del ready[chosen]
        rest = list(ready)
        ready.clear()
        ready.append(first)
        super()._run_once()  # type: ignore[misc]
        ready.extendleft(reversed(rest))

    def _is_alone(self) -> bool:
        """Tell whether nothing outside of the loop can still answer."""
        executor = self._default_executor  # type: ignore[attr-defined]
        watched = self._selector.get_map()  # type: ignore[attr-defined]
        return executor is None and len(watched) <= 1  # its own waking pipe


def together(
    operations: Sequence[Operation], choices: Sequence[int]
) -> tuple[Outcome, Schedule]:
    """Make the calls at once in a loop of their own."""

    async def all_of_them() -> Outcome:
        tasks = [asyncio.ensure_future(_made(each)) for each in operations]
        done, _ = await asyncio.wait(tasks, timeout=_WHOLE_SECONDS)
        found: Outcome = {}
        for number, task in enumerate(tasks):
            told = f"call {number}"
            found |= (
                returned(number, *task.result()) if task in done else {told: "hangs"}
            )
        return found

    with _loop(choices) as loop:
        found = loop.run_until_complete(all_of_them())
        loop.schedule.deadlocked = "hangs" in found.values()
        return found, loop.schedule


def one_by_one(operations: Sequence[Operation], order: Sequence[int]) -> Outcome:
    """Make the calls in this order.

    Raises:
        TakesTooLong: One does not end.
    """

    async def all_of_them() -> Outcome:
        found: Outcome = {}
        for number in order:
            made = _made(operations[number])
            try:
                found |= returned(number, *await asyncio.wait_for(made, _WHOLE_SECONDS))
            except TimeoutError as error:
                raise TakesTooLong(operations[number].call.name) from error
        return found

    with _loop(()) as loop:
        return loop.run_until_complete(all_of_them())


async def _made(operation: Operation) -> tuple[Any, BaseException | None]:
    try:
        result = await operation.run()
        operation.end()
    except Exception as error:  # noqa: BLE001 - whatever the code under test raises
        return None, error
    return result, None


@contextlib.contextmanager
def _loop(choices: Sequence[int]) -> Iterator[ChoosingLoop]:
    """A loop for this child, whatever loop its parent was in."""
    asyncio._set_running_loop(None)
    loop = ChoosingLoop(choices)
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        loop.close()
