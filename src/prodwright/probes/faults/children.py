"""Runs work in forked children, each of which tells what it sees line by line."""

from __future__ import annotations

import json
import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from prodwright.probes.faults.clock import Clock, cpu_ticks, is_busy

Send = Callable[[dict[str, Any]], None]
REST_SIGNAL = signal.SIGVTALRM
_REST_SECONDS = 0.5
_CHUNK_BYTES = 65536
_MOST_BYTES = 50_000_000


@dataclass(slots=True)
class Ended:
    """How a child ended.

    Attributes:
        told: What it sent, later messages over earlier ones.
        hung: Whether it was killed at its deadline.
        code: Exit code; negative for a signal.
        seconds: Wall-clock time.
        cpu_seconds: Processor time.
    """

    told: dict[str, Any]
    hung: bool
    code: int
    seconds: float
    cpu_seconds: float


def run_forked(work: Callable[[Send], None], limit_seconds: float) -> Ended:
    """Run `work` in a child and return what it sent.

    A child that does nothing for a while is asked by signal whether it waits without
    end; after the limit it and its group are killed.
    """
    read, write = os.pipe()
    started = Clock.real_monotonic()
    child = os.fork()
    if child == 0:
        os.close(read)
        _work(work, write)
    os.close(write)
    try:
        content, hung = _listen(read, child, started + limit_seconds)
    finally:
        os.close(read)
    _end(child)
    _, status, usage = os.wait4(child, 0)
    return Ended(
        told=_merged(content),
        hung=hung,
        code=os.waitstatus_to_exitcode(status),
        seconds=Clock.real_monotonic() - started,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
    )


def _work(work: Callable[[Send], None], write: int) -> None:
    def send(told: dict[str, Any]) -> None:
        content = (json.dumps(told, default=str) + "\n").encode()
        while content:
            content = content[real_write(write, content) :]

    real_write = _WRITE
    code = 1
    try:
        os.setpgid(0, 0)
        work(send)
        code = 0
    finally:
        # prodwright: allow exit-in-library -- a forked child skips its parent's ends
        os._exit(code)


_WRITE = os.write  # before anybody replaces it


def _listen(read: int, child: int, ends_at: float) -> tuple[bytes, bool]:
    received = b""
    ticks, quiet_since = -1, Clock.real_monotonic()
    while True:
        now = Clock.real_monotonic()
        if now >= ends_at or len(received) > _MOST_BYTES:
            return received, True
        if select.select([read], [], [], min(ends_at - now, _REST_SECONDS))[0]:
            chunk = os.read(read, _CHUNK_BYTES)
            if not chunk:
                return received, False
            received += chunk
            if received.endswith(b'"done": true}\n'):
                return received, False  # threads that are left may hold it open
            continue
        latest = cpu_ticks(child)
        if latest != ticks or is_busy(child):
            ticks, quiet_since = latest, Clock.real_monotonic()
        elif Clock.real_monotonic() - quiet_since >= _REST_SECONDS:
            quiet_since = Clock.real_monotonic()
            with suppress(ProcessLookupError):
                os.kill(child, REST_SIGNAL)


def _end(child: int) -> None:
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(child, signal.SIGKILL)


def _merged(content: bytes) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for line in content.splitlines():
        with suppress(ValueError):
            message = json.loads(line)
            if isinstance(message, dict):
                told.update(message)
    return told
