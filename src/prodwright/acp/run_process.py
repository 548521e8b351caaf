"""One run in a process of its own: followed, answered, and ended with its children."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from prodwright.acp.order import Order

_WORKER = (sys.executable, "-P", "-m", "prodwright.acp.worker")
_MOST_LINE_BYTES = 64_000_000  # a result holds every finding and verdict
_GRACE_SECONDS = 10.0

Event = Mapping[str, Any]


class RunProcess:
    """A worker under way.

    Args:
        order: What it does.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._process: asyncio.subprocess.Process | None = None
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        """Whether it was told to end."""
        return self._is_cancelled

    async def follow(self, take: Callable[[Event], Awaitable[str | None]]) -> int:
        """Run it to its end and return its exit code; nothing of it is left.

        Args:
            take: Is told each event; what it returns to `ask` is the reply.
        """
        self._process = await asyncio.create_subprocess_exec(
            *_WORKER,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=self._order.folder,
            start_new_session=True,
            limit=_MOST_LINE_BYTES,
        )
        if self._is_cancelled:
            self.cancel()
        try:
            await self._exchange(self._process, take)
            return await self._process.wait()
        finally:
            await asyncio.shield(self._ended(self._process))

    def cancel(self) -> None:
        """Ask it to end; what its run has journalled is kept."""
        self._is_cancelled = True
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    async def _exchange(
        self,
        process: asyncio.subprocess.Process,
        take: Callable[[Event], Awaitable[str | None]],
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        await self._send(process.stdin, asdict(self._order))
        async for line in process.stdout:
            event = json.loads(line)
            reply = await take(event)
            if event["event"] == "ask":
                await self._send(process.stdin, {"choice": reply})

    async def _send(self, sink: asyncio.StreamWriter, told: Event) -> None:
        with contextlib.suppress(ConnectionError):  # it ended: its exit code says why
            sink.write(json.dumps(told).encode() + b"\n")
            await sink.drain()

    async def _ended(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            self.cancel()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
