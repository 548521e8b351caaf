"""Where the protocol's library runs: beside the thread that signals reach."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from prodwright.adapters.agents.port import Spoken

_LOOK_SECONDS = 0.1


def beside(work: Coroutine[Any, Any, Spoken]) -> Spoken:
    """Run `work` in a thread of its own and wait: signals interrupt only the waiting.

    Raised inside a loop, what a signal raises would be taken for a fault of a callback
    and lost.
    """
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Spoken]]] = []

    async def main() -> Spoken:
        task = asyncio.ensure_future(work)
        running.append((asyncio.get_running_loop(), task))
        return await task

    with ThreadPoolExecutor(max_workers=1) as thread:  # it is waited for at the end
        outcome = thread.submit(asyncio.run, main())
        try:
            while not outcome.done():
                wait([outcome], _LOOK_SECONDS)
        finally:
            _cancel(running)
    return outcome.result()


def _cancel(
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Spoken]]],
) -> None:
    """End what is under way; a loop that has ended has closed."""
    for loop, task in running:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)


@contextlib.contextmanager
def quiet_library() -> Iterator[None]:
    """Keep the protocol's library from logging what an agent sent, unprintable and all.

    It logs to the root logger, with tracebacks, what we tell in one line.
    """

    def is_other(record: logging.LogRecord) -> bool:
        return "/acp/" not in record.pathname

    root = logging.getLogger()
    silent = logging.NullHandler()
    root.addHandler(silent)  # without any, the library would install one that prints
    root.addFilter(is_other)
    try:
        yield
    finally:
        root.removeFilter(is_other)
        root.removeHandler(silent)
