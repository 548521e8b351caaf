"""Standard input that can be ended from inside.

The transport reads it in a thread, which no signal interrupts. It is therefore given a
pipe, and this process copies what arrives into it: closing the pipe ends the reading.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio
from anyio.abc import TaskGroup

_CHUNK_BYTES = 65_536


@asynccontextmanager
async def endable(group: TaskGroup) -> AsyncIterator[anyio.CancelScope]:
    """Put a pipe in the place of standard input.

    Args:
        group: What copies runs in it.

    Yields:
        The scope that ends standard input when it is cancelled.
    """
    original = os.dup(0)
    reading, writing = os.pipe()
    os.dup2(reading, 0)
    os.close(reading)
    scope = anyio.CancelScope()
    group.start_soon(_copy, original, writing, scope)
    try:
        yield scope
    finally:
        scope.cancel()
        os.dup2(original, 0)


async def _copy(source: int, sink: int, scope: anyio.CancelScope) -> None:
    os.set_blocking(sink, False)
    try:
        with scope:
            while chunk := await _read(source):
                await _write(sink, chunk)
    finally:
        os.close(sink)


async def _read(source: int) -> bytes:
    with suppress(PermissionError):  # a file: it can always be read
        await anyio.wait_readable(source)
    try:
        return os.read(source, _CHUNK_BYTES)
    except OSError:
        return b""  # whoever wrote is gone


async def _write(sink: int, chunk: bytes) -> None:
    while chunk:
        await anyio.wait_writable(sink)
        with suppress(BlockingIOError):
            chunk = chunk[os.write(sink, chunk) :]
