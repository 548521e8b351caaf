"""Does work in a forked child: what it changes there is gone with it."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn


def in_child(
    work: Callable[[], dict[str, Any]], limit_seconds: float
) -> dict[str, Any] | None:
    """Return the JSON object that `work` returns in a child; None: it broke off.

    Args:
        work: What is done there.
        limit_seconds: After that the child and all it started are killed.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _answer(work, write)
    os.close(write)
    try:
        received = _received(read, limit_seconds)
    finally:
        os.close(read)
        _end(child)
    try:
        answer: dict[str, Any] = json.loads(received)
    except ValueError:
        return None
    return answer


def _answer(work: Callable[[], dict[str, Any]], write: int) -> NoReturn:
    code = 1
    try:
        sys.setprofile(None)
        threading.setprofile(None)
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        content = json.dumps(work()).encode()
        while content:
            content = content[os.write(write, content) :]
        code = 0
    finally:
        # prodwright: allow exit-in-library -- a forked child skips its parent's ends
        os._exit(code)


def _received(read: int, limit_seconds: float) -> bytes:
    ends_at = time.monotonic() + limit_seconds
    received = b""
    while True:
        left = max(ends_at - time.monotonic(), 0.0)
        ready = select.select([read], [], [], left)[0]
        chunk = os.read(read, 1 << 16) if ready else b""
        if not chunk:
            return received
        received += chunk
        if received.endswith(b"}") and _is_whole(received):
            return received


def _is_whole(received: bytes) -> bool:
    """What a test left running may hold the pipe open for ever."""
    try:
        json.loads(received)
    except ValueError:
        return False
    return True


def _end(child: int) -> None:
    for kill, whom in ((os.killpg, child), (os.kill, child)):
        try:
            kill(whom, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    os.waitpid(child, 0)
