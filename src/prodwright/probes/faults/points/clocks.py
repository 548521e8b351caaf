"""Points of the clock: sleeping costs nothing, and the wall clock may jump."""

from __future__ import annotations

import ctypes
import datetime
import gc
import sys
import time
from typing import Any

from prodwright.probes.faults.recorder import OFF, RECORDER

_JUMP_SECONDS = 3600.0
_FAULTS = ("clock-back", "clock-forward")


def install() -> None:
    """Replace the functions of `time`, and what `datetime` says of now."""
    time.sleep = _sleep  # type: ignore[assignment]
    time.time = _time
    time.time_ns = lambda: int(_time() * 1e9)
    time.monotonic = lambda: RECORDER.clock.real_monotonic() + RECORDER.clock.ahead
    time.monotonic_ns = lambda: int(time.monotonic() * 1e9)
    time.perf_counter = lambda: RECORDER.clock.real_performance() + RECORDER.clock.ahead
    time.perf_counter_ns = lambda: int(time.perf_counter() * 1e9)
    _replace_now()


def _sleep(seconds: float) -> None:
    clock = RECORDER.clock
    if RECORDER.mode == OFF:
        clock.real_sleep(seconds)
    elif not RECORDER.is_watching():
        clock.nap(seconds)
    elif seconds < 0:
        raise ValueError("sleep length must be non-negative")
    else:
        RECORDER.sleep(seconds)


def _time() -> float:
    clock = RECORDER.clock
    if RECORDER.mode != OFF and _is_called_by_code():
        fault = RECORDER.hit("clock", _FAULTS)
        if fault:
            clock.wall_jump += (
                -_JUMP_SECONDS if fault == "clock-back" else _JUMP_SECONDS
            )
    return clock.real_time() + clock.ahead + clock.wall_jump


def _is_called_by_code() -> bool:
    """Only where the code under test itself asks: others ask all the time."""
    return RECORDER.origins.of(sys._getframe(2).f_code.co_filename) == "code"


def _replace_now() -> None:
    """Let `datetime` follow: its methods are in C, so its own table is changed."""
    methods: dict[str, Any] = gc.get_referents(datetime.datetime.__dict__)[0]
    for name in ("now", "utcnow"):
        methods[name] = classmethod(_ahead_of(methods[name]))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


def _ahead_of(real: Any) -> Any:
    def moment(cls: Any, *arguments: Any, **named: Any) -> Any:
        clock = RECORDER.clock
        ahead = clock.ahead + clock.wall_jump
        told = real.__get__(None, cls)(*arguments, **named)
        return told + datetime.timedelta(seconds=ahead) if ahead else told

    return moment
