"""Makes calls in threads, one after the other or in a given order of turns."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

from prodwright.probes.races.calls import Operation
from prodwright.probes.races.locks import COURT
from prodwright.probes.races.observing import Outcome, returned
from prodwright.probes.races.places import Places
from prodwright.probes.races.scheduling import Deadlocked, Schedule, Scheduler
from prodwright.probes.races.switching import switch_offsets

_SERIAL_SECONDS = 10.0


class TakesTooLong(Exception):
    """A call does not end, whoever else is there."""


@dataclass(slots=True)
class Thread:
    """One call in a thread of its own.

    Attributes:
        number: From 0.
        operation: The call.
        result: What it returned.
        error: What it raised.
        ended: Whether it did either.
    """

    number: int
    operation: Operation
    result: Any = None
    error: BaseException | None = None
    ended: bool = False

    def work(self) -> None:
        """Make the call."""
        try:
            self.result = self.operation.run()
            self.operation.end()
            self.ended = True
        except Deadlocked:
            return
        except Exception as error:  # noqa: BLE001 - whatever the code under test raises
            self.error = error
            self.operation.give_up()
            self.ended = True

    def outcome(self) -> Outcome:
        """Return what came back."""
        if not self.ended:
            return {f"call {self.number}": "never ends"}
        return returned(self.number, self.result, self.error)


def one_after_the_other(
    make: Callable[[], Sequence[Operation]], order: Sequence[int]
) -> Outcome:
    """Make the calls in this order, each in a thread of its own.

    Raises:
        TakesTooLong: One does not end.
    """
    found: Outcome = {}
    operations = make()
    for number in order:
        thread = Thread(number, operations[number])
        running = threading.Thread(target=thread.work, daemon=True)
        with _sleepless(lambda: None):
            running.start()
            running.join(_SERIAL_SECONDS)
        if running.is_alive():
            raise TakesTooLong(operations[number].call.name)
        found |= thread.outcome()
    return found


def in_turns(
    make: Callable[[], Sequence[Operation]], choices: Sequence[int], places: Places
) -> tuple[Outcome, Schedule]:
    """Make the calls at once, and let those go on that `choices` name."""
    operations = make()
    scheduler = Scheduler(len(operations), choices)
    threads = [Thread(number, each) for number, each in enumerate(operations)]
    COURT.judge = scheduler
    running = [
        threading.Thread(target=_scheduled, args=(each, scheduler, places), daemon=True)
        for each in threads
    ]
    with _sleepless(lambda: _pause(scheduler)):
        for each in running:
            each.start()
        scheduler.begin()
        schedule = scheduler.watch()
        for each in running:
            each.join(0.2)
    COURT.judge = None
    found: Outcome = {}
    for thread in threads:
        found |= thread.outcome()
    return found, schedule


def _scheduled(thread: Thread, scheduler: Scheduler, places: Places) -> None:
    number = thread.number
    try:
        scheduler.enter(number)
    except Deadlocked:
        return
    sys.settrace(_tracer(number, scheduler, places))
    try:
        thread.work()
    finally:
        sys.settrace(None)
        scheduler.leave(number)


def _tracer(number: int, scheduler: Scheduler, places: Places) -> Callable[..., Any]:
    def inside(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        if event == "opcode" and frame.f_lasti in switch_offsets(frame.f_code):
            place = (places.relative(frame.f_code), frame.f_lineno or 1)
            scheduler.point(number, place)
        return inside

    def entered(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if event != "call" or not places.is_code(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return inside

    return entered


@contextlib.contextmanager
def _sleepless(instead: Callable[[], None]) -> Iterator[None]:
    """Let nobody sleep: whoever would lets the others go on."""
    real = time.sleep
    time.sleep = lambda _: instead()
    try:
        yield
    finally:
        time.sleep = real


def _pause(scheduler: Scheduler) -> None:
    me = scheduler.me()
    if me is not None:
        scheduler.pause(me)
