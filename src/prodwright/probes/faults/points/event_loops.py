"""Points of asyncio: streams, cancellation at each wait, and the loop's own time."""

from __future__ import annotations

import asyncio
import threading
from asyncio import runners, selector_events
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from prodwright.probes.faults.clock import has_children
from prodwright.probes.faults.origins import CODE, TEST
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within
from prodwright.probes.faults.values import STRONG

_READS = ("read", "readline", "readexactly", "readuntil")
_REAL_WAIT_SECONDS = 0.02
LEFT_TASKS: list[str] = []


@dataclass(slots=True)
class Peers:
    """Servers that answer in real time, whatever the loop's own clock says.

    Attributes:
        awaited: How many answers are awaited now.
    """

    awaited: int = 0


PEERS = Peers()


@contextmanager
def awaiting_peer() -> Iterator[None]:
    """Let no time be skipped meanwhile: a real server is about to answer."""
    PEERS.awaited += 1
    try:
        yield
    finally:
        PEERS.awaited -= 1


def install(module: ModuleType) -> None:
    """Replace the streams' methods, `sleep`, and how a loop waits."""
    for name in _READS:
        _replace_stream(asyncio.StreamReader, name, writes=False)
    _replace_stream(asyncio.StreamWriter, "drain", writes=True)
    _replace_connect()
    _replace_sleep()
    _replace_runner()
    _replace_selector()
    _replace_process()


async def stall(what: str) -> None:
    """Wait for ever; whoever set a timeout around is woken by it."""
    RECORDER.stalled = what
    await asyncio.get_running_loop().create_future()


async def meet_cancellation(detail: str = "") -> None:
    """A point at which the caller may be cancelled."""
    if RECORDER.hit("await", ("cancel",), detail) == "cancel":
        _cancelled_task().cancel()
        await _real_sleep(0)


def _cancelled_task() -> Any:
    """The task in which a test called the code under test."""
    call = RECORDER.origins.call()
    if call is not None and call.called_by_test:
        return asyncio.current_task()
    tasks = [each for each in asyncio.all_tasks() if not each.done()]
    called = [each for each in tasks if TEST in set(_kinds(each))]
    return called[0] if called else asyncio.current_task()


def _kinds(task: Any) -> Iterator[str]:
    """Yield whose code each step of what `task` awaits is."""
    coroutine = task.get_coro()
    while coroutine is not None:
        code = getattr(coroutine, "cr_code", None) or getattr(
            coroutine, "gi_code", None
        )
        if code is not None:
            yield RECORDER.origins.of(code.co_filename)
        coroutine = getattr(coroutine, "cr_await", None)


def _replace_stream(kind: Any, name: str, *, writes: bool) -> None:
    real = getattr(kind, name)

    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return await real(self, *arguments, **named)
        faults = ("reset", "stall") if writes else ("reset", "stall", "eof")
        fault = RECORDER.hit(f"stream.{name}", faults, writes=writes)
        if fault == "reset":
            raise RECORDER.fail(ConnectionResetError(104, "Connection reset by peer"))
        if fault == "stall":
            await stall(f"{kind.__name__}.{name}")
        if fault == "eof":
            self.feed_eof()
            self._buffer.clear()
        await meet_cancellation(name)
        return await real(self, *arguments, **named)

    setattr(kind, name, call)


def _replace_connect() -> None:
    for name in ("open_connection", "open_unix_connection"):
        real = getattr(asyncio, name)
        setattr(asyncio, name, _connecting(real))


def _connecting(real: Any) -> Callable[..., Any]:
    async def call(*arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return await real(*arguments, **named)
        where = str(arguments[:2])
        fault = RECORDER.hit("stream.connect", ("refused", "stall"), where)
        if fault == "refused":
            raise RECORDER.fail(ConnectionRefusedError(111, "Connection refused"))
        if fault == "stall":
            await stall("open_connection")
        await meet_cancellation("connect")
        reader, writer = await real(*arguments, **named)
        RECORDER.own(writer.transport)
        return reader, writer

    return call


def _replace_sleep() -> None:
    async def sleep(delay: float, result: Any = None) -> Any:
        if RECORDER.mode != OFF and not is_within() and delay > 0:
            await meet_cancellation("sleep")
        return await _real_sleep(delay, result)

    asyncio.sleep = sleep


def _replace_runner() -> None:
    module: Any = runners
    real = module._cancel_all_tasks

    def cancel_all(loop: Any) -> Any:
        if RECORDER.mode != OFF:
            left = [each for each in asyncio.all_tasks(loop) if _is_of_code(each)]
            LEFT_TASKS.extend(
                getattr(each.get_coro(), "__qualname__", "?") for each in left
            )
        return real(loop)

    module._cancel_all_tasks = cancel_all


def _is_of_code(task: Any) -> bool:
    """Tell whether `task` runs the code under test, and not only a test's own."""
    return not task.done() and next(iter(_kinds(task)), "") != TEST


def _replace_selector() -> None:
    base: Any = selector_events.BaseSelectorEventLoop
    real_init = base.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        real_init(self, *arguments, **named)
        self._selector.select = _selecting(self, self._selector.select)

    base.__init__ = init


def _selecting(loop: Any, real: Any) -> Callable[..., Any]:
    def select(timeout: float | None = None) -> Any:
        if not RECORDER.injected:
            return real(timeout)
        events = real(0)
        if events or timeout == 0:
            return events
        if PEERS.awaited:
            return real(timeout)
        if timeout is not None:
            return _until(real, timeout)
        return _without_end(loop, real)

    return select


def _until(real: Any, timeout: float) -> Any:
    """Let the time until the next timer pass, unless something happens first."""
    events = real(
        min(_REAL_WAIT_SECONDS if threading.active_count() > 1 else 0, timeout)
    )
    waits = has_children() and not RECORDER.stalls_a_child
    if events or waits or not _is_at_rest(real):
        return events or real(min(timeout, _REAL_WAIT_SECONDS))
    if not RECORDER.clock.wake_next():
        RECORDER.clock.advance(timeout)
    return []


def _is_at_rest(real: Any) -> bool:
    if threading.active_count() == 1:
        return True
    return RECORDER.clock.is_at_rest(lambda seconds: bool(real(seconds)))


def _without_end(loop: Any, real: Any) -> Any:
    """No timer will wake the loop: when nothing else can either, it hangs."""
    while True:
        events = real(_REAL_WAIT_SECONDS)
        if events:
            return events
        if has_children() and not (RECORDER.stalled or RECORDER.stalls_a_child):
            return real(None)
        if _is_at_rest(real) and not RECORDER.clock.wake_next():
            break
    waiting = [each for each in asyncio.all_tasks(loop) if CODE in set(_kinds(each))]
    if not waiting:
        return real(None)
    what = (
        RECORDER.stalled or "no timer, socket or thread will ever wake the event loop"
    )
    told = f"{what} has no timeout" if RECORDER.stalled else what
    RECORDER.saw("no-timeout", STRONG, f"{told}: it is awaited for ever")
    RECORDER.stalled = ""
    for each in asyncio.all_tasks(loop):
        each.cancel()
    return real(0.01)


def _replace_process() -> None:
    from asyncio.subprocess import Process

    for name in ("wait", "communicate"):
        setattr(Process, name, _process_wait(getattr(Process, name), name))


def _process_wait(real: Any, name: str) -> Callable[..., Any]:
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within() or self.returncode is not None:
            return await real(self, *arguments, **named)
        if RECORDER.hit(f"process.{name}", ("stall",)):
            await stall(f"Process.{name}")
        await meet_cancellation(name)
        return await real(self, *arguments, **named)

    return call


_real_sleep: Any = asyncio.sleep
