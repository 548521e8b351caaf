"""Time that passes without waiting: real time, and how far a run is ahead of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

REAL_OPEN: Any = open  # before anybody replaces it
_SLICE_SECONDS = 0.02
_QUIET_SLICES = 2
_QUIET_CPU_SECONDS = 0.002
_MOST_WAKENED = 100
LONGEST_SECONDS = 3600.0  # whoever sleeps longer than that does not come back


class Clock:
    """The time of one run.

    Sleeping costs nothing in the thread that runs the test; other threads sleep until
    that one has moved the clock on, or until the time has really passed.
    """

    real_time = staticmethod(time.time)
    real_monotonic = staticmethod(time.monotonic)
    real_performance = staticmethod(time.perf_counter)
    real_sleep = staticmethod(time.sleep)

    def __init__(self) -> None:
        self.ahead = 0.0
        self.wall_jump = 0.0
        self.test_naps = 0
        self.ignores_children = False
        self._sleepers: dict[int, float] = {}

    def now(self) -> float:
        """Return the monotonic time of the run, in seconds."""
        return self.real_monotonic() + self.ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.ahead += max(seconds, 0.0)

    def sleep(self, seconds: float) -> None:
        """Sleep as the code under test."""
        if threading.current_thread() is not threading.main_thread():
            self._sleep_beside(seconds)
            return
        target, ahead = self.now() + seconds, self.ahead + seconds
        for _ in range(_MOST_WAKENED):
            if not self._wake_before(target):
                break
        self.ahead = max(self.ahead, ahead)
        self.real_sleep(0)

    def nap(self, seconds: float) -> None:
        """Sleep really, as the test's own code; meanwhile nothing is at rest."""
        self.test_naps += 1
        try:
            self.real_sleep(seconds)
        finally:
            self.test_naps -= 1

    def _sleep_beside(self, seconds: float) -> None:
        deadline = self.now() + seconds
        self._sleepers[threading.get_ident()] = deadline
        try:
            while (left := deadline - self.now()) > 0:
                self.real_sleep(min(left, 0.002))
        finally:
            self._sleepers.pop(threading.get_ident(), None)

    def _wake_before(self, target: float) -> bool:
        """Move on to the next sleeper's deadline; False when none is due by then."""
        due = min(self._sleepers.values(), default=target + 1.0)
        if due > target:
            return False
        self.advance(due - self.now())
        self.real_sleep(0.003)
        return True

    def wake_next(self) -> bool:
        """Move on to where the next sleeping thread wakes; False without any."""
        due = min(list(self._sleepers.values()), default=None)
        return due is not None and self._wake_before(due)

    def wait(self, step: Callable[[float], bool], timeout: float | None) -> bool | None:
        """Wait for something in virtual time.

        Args:
            step: Really waits so many seconds; True when it has happened.
            timeout: In seconds; None: for ever.

        Returns:
            Whether it happened; None when it never can.
        """
        deadline = None if timeout is None else self.now() + timeout
        while deadline is None or self.now() < deadline:
            if step(_SLICE_SECONDS if deadline is None else self._slice(deadline)):
                return True
            if self.is_at_rest(step) and not self.wake_next():
                if step(0.0):
                    return True
                if deadline is None:
                    return None
                self.advance(deadline - self.now())
        return step(0.0)

    def _slice(self, deadline: float) -> float:
        return max(min(_SLICE_SECONDS, deadline - self.now()), 0.0)

    def is_at_rest(self, step: Callable[[float], bool]) -> bool:
        """Tell whether this process waits for nothing but time."""
        if self.test_naps or (has_children() and not self.ignores_children):
            return False
        own = threading.get_native_id()
        for _ in range(_QUIET_SLICES):
            before = time.process_time()
            if step(_SLICE_SECONDS / 2):
                return False
            if time.process_time() - before > _QUIET_CPU_SECONDS:
                return False
            if is_busy(os.getpid(), but=own):
                return False
        return True


def has_children() -> bool:
    """Tell whether this process has child processes, in any of its threads."""
    return bool(children_of(os.getpid()))


def children_of(process: int) -> list[int]:
    """Return the child processes of all threads of `process`."""
    found: list[int] = []
    with suppress(OSError):
        for each in os.scandir(f"/proc/{process}/task"):
            with suppress(OSError), REAL_OPEN(f"{each.path}/children") as file:
                found += [int(number) for number in file.read().split()]
    return found


def is_busy(process: int, but: int = 0) -> bool:
    """Tell whether a thread of `process` runs or waits for a processor or a disk.

    Args:
        process: Its number.
        but: Number of a thread that does not count.
    """
    with suppress(OSError):
        for each in os.listdir(f"/proc/{process}/task"):
            if int(each) == but:
                continue
            with REAL_OPEN(
                f"/proc/{process}/task/{each}/stat", errors="replace"
            ) as file:
                if file.read().rpartition(")")[2].split()[0] in ("R", "D"):
                    return True
    return False


def cpu_ticks(process: int) -> int:
    """Return the processor time of `process`, in the kernel's ticks; -1: unknown."""
    try:
        with REAL_OPEN(f"/proc/{process}/stat", errors="replace") as file:
            text = file.read()
    except OSError:
        return -1
    words = text.rpartition(")")[2].split()
    return int(words[11]) + int(words[12])
