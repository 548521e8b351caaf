"""Makes asynchronous calls at once, and chooses which of the ready ones goes on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from prodwright.probes.races.calls import Operation
from prodwright.probes.races.observing import Outcome, returned
from prodwright.probes.races.scheduling import Schedule, Turn
from prodwright.probes.races.threads import TakesTooLong

_WHOLE_SECONDS = 60.0  # of virtual time
_HERE = ("", 0)
_ANSWER_SECONDS = 3.0
_LOOK_SECONDS = 0.002
Question = Callable[[], bool | None]


class ChoosingLoop(asyncio.SelectorEventLoop):
    """A loop in which `choices` name the ready callback that comes first.

    Time passes only when nothing else can happen, and then at once. Databases answer
    before anybody is chosen, but for those that wait in them for another caller.

    Args:
        choices: At each turn at which several are ready: which one, counted from 0.
    """

    def __init__(self, choices: Sequence[int]) -> None:
        super().__init__()
        self.schedule = Schedule()
        self.chooses = False
        self.calls: set[asyncio.Task[Any]] = set()
        self._choices = tuple(choices)
        self._ahead_seconds = 0.0
        self._questions: dict[asyncio.Task[Any], Question] = {}
        self._alone: asyncio.Task[Any] | None = None

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let the running task go on alone: how it connects is nobody's business."""
        self._alone = asyncio.current_task()
        try:
            yield
        finally:
            self._alone = None

    @contextlib.contextmanager
    def asking(self, waits: Question) -> Iterator[None]:
        """The running task asks a database.

        Args:
            waits: Tells whether the database lets it wait for another caller.
        """
        task = asyncio.current_task()
        assert task is not None
        around = self._questions.get(task)
        self._questions[task] = waits
        try:
            yield
        finally:
            if around is None:
                self._questions.pop(task, None)
            else:
                self._questions[task] = around

    def time(self) -> float:
        """Return the loop's time, in seconds."""
        return super().time() + self._ahead_seconds

    def _run_once(self) -> None:
        ready: deque[Any] = self._ready  # type: ignore[attr-defined]
        if self._alone is not None:
            self._run_alone(ready, self._alone)
            return
        if self._questions and self.chooses:
            _run_those(ready, _is_of_driver)
            self._have_answers(ready)
            _run_those(ready, _is_of_driver)
        if len(ready) > 1 and self.chooses:
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

    def _run_alone(self, ready: deque[Any], task: asyncio.Task[Any]) -> None:
        aside = [each for each in ready if _task_of(each) in self.calls - {task}]
        for each in aside:
            ready.remove(each)
        super()._run_once()  # type: ignore[misc]
        ready.extendleft(reversed(aside))

    def _have_answers(self, ready: deque[Any]) -> None:
        ends_at = time.monotonic() + _ANSWER_SECONDS
        while time.monotonic() < ends_at:
            waiting = [w for task, w in self._questions.items() if _is_waiting(task)]
            if not waiting:
                return
            _run_those(ready, lambda h: not isinstance(_task_of(h), asyncio.Task))
            known = len(ready)
            events = self._selector.select(_LOOK_SECONDS)  # type: ignore[attr-defined]
            self._process_events(events)  # type: ignore[attr-defined]
            arrived = [ready.pop() for _ in range(len(ready) - known)]
            for each in reversed(arrived):
                each._run()
            if not events and all(question() is not False for question in waiting):
                return

    def _is_alone(self) -> bool:
        """Tell whether nothing outside of the loop can still answer."""
        executor = self._default_executor  # type: ignore[attr-defined]
        watched = self._selector.get_map()  # type: ignore[attr-defined]
        return executor is None and len(watched) <= 1  # its own waking pipe


def _task_of(handle: Any) -> Any:
    return getattr(handle._callback, "__self__", None)


def _is_of_driver(handle: Any) -> bool:
    """What a driver does for itself is no turn of anybody's."""
    return type(_task_of(handle)).__module__.startswith("asyncpg.")


def _run_those(ready: deque[Any], wanted: Callable[[Any], bool]) -> None:
    for each in [handle for handle in ready if wanted(handle)]:
        ready.remove(each)
        each._run()


def _is_waiting(task: asyncio.Task[Any]) -> bool:
    awaited = getattr(task, "_fut_waiter", None)
    return awaited is not None and not awaited.done()


def together(
    make: Callable[[], Sequence[Operation]], choices: Sequence[int]
) -> tuple[Outcome, Schedule]:
    """Make the calls at once in a loop of their own.

    Args:
        make: Gives the calls; connections of theirs are made in that loop.
        choices: Which ready callback comes first at each turn.
    """

    async def all_of_them(operations: Sequence[Operation]) -> Outcome:
        tasks = [asyncio.ensure_future(_made(each)) for each in operations]
        loop.calls = set(tasks)
        done, _ = await asyncio.wait(tasks, timeout=_WHOLE_SECONDS)
        found: Outcome = {}
        for number, task in enumerate(tasks):
            told = f"call {number}"
            found |= (
                returned(number, *task.result()) if task in done else {told: "hangs"}
            )
        return found

    with _loop(choices) as loop:
        operations = make()
        loop.chooses = True
        found = loop.run_until_complete(all_of_them(operations))
        loop.schedule.deadlocked = "hangs" in found.values()
        return found, loop.schedule


def one_by_one(
    make: Callable[[], Sequence[Operation]], order: Sequence[int]
) -> Outcome:
    """Make the calls in this order.

    Raises:
        TakesTooLong: One does not end.
    """

    async def all_of_them(operations: Sequence[Operation]) -> Outcome:
        found: Outcome = {}
        for number in order:
            made = _made(operations[number])
            try:
                found |= returned(number, *await asyncio.wait_for(made, _WHOLE_SECONDS))
            except TimeoutError as error:
                raise TakesTooLong(operations[number].call.name) from error
        return found

    with _loop(()) as loop:
        operations = make()
        loop.chooses = True
        return loop.run_until_complete(all_of_them(operations))


async def _made(operation: Operation) -> tuple[Any, BaseException | None]:
    try:
        result = await operation.run()
        operation.end()
    except Exception as error:  # noqa: BLE001 - whatever the code under test raises
        operation.give_up()
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
