"""Waits of threads: in virtual time once the fault is there, and never without end."""

from __future__ import annotations

import queue
import threading
from typing import Any

from prodwright.probes.faults.recorder import RECORDER
from prodwright.probes.faults.values import STRONG, HangFound

_real_wait: Any = threading.Condition.wait
_real_join: Any = threading.Thread.join
_real_start: Any = threading.Thread.start


def install() -> None:
    """Replace what blocks in `threading`; queues, futures and events rest on it."""
    threading.Condition.wait = _wait  # type: ignore[method-assign]
    threading.Thread.join = _join  # type: ignore[method-assign]
    threading.Thread.start = _start  # type: ignore[method-assign]
    queue.time = _now  # type: ignore[attr-defined]


def _now() -> float:
    return RECORDER.clock.now()  # the clock is another one in each run


def _concerns() -> bool:
    if (
        not RECORDER.injected
        or threading.current_thread() is not threading.main_thread()
    ):
        return False
    return RECORDER.origins.is_running()


def _wait(self: Any, timeout: float | None = None) -> Any:
    if not _concerns() or timeout == 0:
        return _real_wait(self, timeout)
    came = RECORDER.clock.wait(lambda seconds: _real_wait(self, seconds), timeout)
    if came is None:
        _hang("waits for what no other thread will ever do")
    return came


def _join(self: Any, timeout: float | None = None) -> None:
    if not _concerns() or not self.is_alive():
        _real_join(self, timeout)
        return

    def step(seconds: float) -> bool:
        _real_join(self, seconds)
        return not self.is_alive()

    if RECORDER.clock.wait(step, timeout) is None:
        _hang(f"waits for thread {self.name}, which never ends")


def _hang(told: str) -> None:
    call = RECORDER.origins.call(2)
    RECORDER.saw("no-timeout", STRONG, told, call.place if call else None)
    raise HangFound(told)


def _start(self: Any) -> None:
    self._prodwright_entry = RECORDER.note_now()
    _real_start(self)
