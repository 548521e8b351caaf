"""A forked child that tells what it does line by line, and is ended when it hangs."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

Tell = Callable[[dict[str, Any]], None]
_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS = 0.25
_SETUP_SECONDS = 120.0
_STARVING_SHARE, _STARVED = 0.03, 5.0
HUNG, BUSY, LATE = "hung", "busy", "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a child may take.

    Attributes:
        cpu_seconds: Of the processor, from one thing it tells to the next.
        wall_seconds: The same on the clock.
        until: On the monotonic clock, whatever it does; then it is no hang.
    """

    cpu_seconds: float
    wall_seconds: float
    until: float


def told_by(
    work: Callable[[Tell], None], patience: Patience
) -> Iterator[dict[str, Any]]:
    """Yield what `work` tells in a child; at last `{"hung": seconds}` if it hangs."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _work(work, write)
    os.close(write)
    try:
        yield from _listened(read, child, patience)
    finally:
        os.close(read)
        _end(child)


def _work(work: Callable[[Tell], None], write: int) -> NoReturn:
    real_write = os.write

    def tell(entry: dict[str, Any]) -> None:
        content = (json.dumps(entry, default=str) + "\n").encode()
        while content:
            content = content[real_write(write, content) :]

    try:
        sys.setprofile(None)
        threading.setprofile(None)
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        work(tell)
    finally:
        # prodwright: allow exit-in-library -- a forked child skips its parent's ends
        os._exit(0)


def _listened(read: int, child: int, patience: Patience) -> Iterator[dict[str, Any]]:
    received = b""
    began, spent = time.monotonic(), _cpu_seconds(child)
    is_set_up = False
    while time.monotonic() < patience.until:
        if select.select([read], [], [], _LOOK_SECONDS)[0]:
            chunk = os.read(read, 1 << 16)
            if not chunk:
                return
            *lines, received = (received + chunk).split(b"\n")
            for line in lines:
                with suppress(ValueError):
                    yield json.loads(line)
            began, spent, is_set_up = time.monotonic(), _cpu_seconds(child), True
            continue
        took = time.monotonic() - began
        busy = _cpu_seconds(child) - spent
        limit = patience.wall_seconds if is_set_up else _SETUP_SECONDS
        if is_set_up and busy > took * _STARVING_SHARE:
            limit *= _STARVED  # it would go on, if others let it
        if took > limit or (is_set_up and busy > patience.cpu_seconds):
            yield {HUNG: round(took, 1), BUSY: busy > took / 2}
            return
    yield {LATE: True}


def _cpu_seconds(child: int) -> float:
    try:
        with open(f"/proc/{child}/stat", encoding="ascii", errors="replace") as file:
            told = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / _TICKS


def _end(child: int) -> None:
    for kill, whom in ((os.killpg, child), (os.kill, child)):
        with suppress(ProcessLookupError, PermissionError):
            kill(whom, signal.SIGKILL)
    os.waitpid(child, 0)
