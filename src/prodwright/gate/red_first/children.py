"""Runs work in a forked child: what it changes there is gone with it."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from typing import Any


def in_child(work: Any, limit_seconds: float) -> dict[str, Any]:
    """Return the JSON object that `work` returns in a child.

    A hang or a crash says nothing: then `why` is all that comes back.

    Args:
        work: Takes no argument and returns a JSON object.
        limit_seconds: After that the child and its group are killed.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _answer(work, write)
    os.close(write)
    try:
        return _reply(read, child, limit_seconds)
    finally:
        os.close(read)
        _end(child)
        os.waitpid(child, 0)


def _answer(work: Any, write: int) -> None:
    code = 1
    try:
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


def _reply(read: int, child: int, limit_seconds: float) -> dict[str, Any]:
    ends_at = time.monotonic() + limit_seconds
    received = b""
    while True:
        left = max(ends_at - time.monotonic(), 0.0)
        ready = select.select([read], [], [], left)[0]
        chunk = os.read(read, 65536) if ready else b""
        if not chunk:
            break
        received += chunk
        if received.endswith(b"}") and _is_whole(received):
            break
    try:
        answer: dict[str, Any] = json.loads(received)
    except ValueError:
        return {"passed": False, "why": "the child hung or crashed"}
    return answer


def _is_whole(received: bytes) -> bool:
    """Threads that a test left behind may hold the pipe open for ever."""
    try:
        json.loads(received)
    except ValueError:
        return False
    return True


def _end(child: int) -> None:
    for end in (os.killpg, os.kill):
        try:
            end(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
