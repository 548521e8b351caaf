"""Watches a running command: its output, its time, and what its tree uses."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Literal

from prodwright.adapters.sandbox.captured_output import CapturedOutput
from prodwright.adapters.sandbox.errand import Completed, Errand, Resource
from prodwright.adapters.sandbox.folder_growth import FolderGrowth
from prodwright.adapters.sandbox.process_tree import process_tree, shared_bytes

_LOOK_SECONDS = 0.1
_LOOK_PER_COST = 10.0  # looking takes at most one tenth of the time
_CHUNK_BYTES = 1 << 16
_PIPE_BYTES = 1 << 20  # the most that a pipe holds, pipe(7)
_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A command under way.

    Attributes:
        process: What we started; see `standard_streams`.
        root: Process id that all of the command descends from.
        end: Ends the whole tree at once.
    """

    process: subprocess.Popen[bytes]
    root: int
    end: Callable[[], None]


def supervise(started: Started, errand: Errand) -> Completed:
    """Return how the command ended, by itself or because it went over a limit.

    Nothing of it is left when this returns or raises.
    """
    watch = _Watch(started, errand)
    try:
        exceeded = watch.until_ended()
    finally:
        started.end()
    return Completed(
        code=started.process.returncode,
        output=watch.last_output(),
        timed_out=exceeded == "time",
        exceeded=None if exceeded == "time" or exceeded == "stop" else exceeded,
        stopped=exceeded == "stop",
    )


def standard_streams(errand: Errand) -> tuple[int, int, int]:
    """Return input, output and errors of a command, as `subprocess.Popen` takes them.

    Exactly one of the last two is a pipe of ours: what is captured.
    """
    if errand.streams is None:
        return subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
    return errand.streams.input, errand.streams.output, subprocess.PIPE


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process, its group, and its descendants as far as they can be found."""
    for _ in range(_MOST_ROUNDS):  # while they are ended, they may start more
        left = [each for each in process_tree(process.pid)[1:] if not each.is_over]
        if not left:
            break
        for each in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each.number, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _captured(process: subprocess.Popen[bytes]) -> IO[bytes]:
    pipe = process.stdout or process.stderr
    assert pipe is not None  # one of them always is
    return pipe


Ending = Resource | Literal["time", "stop"]


class _Watch:
    def __init__(self, started: Started, errand: Errand) -> None:
        self._process = started.process
        self._root = started.root
        self._errand = errand
        self._growth = FolderGrowth(errand.own_folders, errand.disk_bytes)
        self._deadline = time.monotonic() + errand.timeout_seconds
        self._next_look = time.monotonic() + _LOOK_SECONDS
        self._output = CapturedOutput()
        self._pipe = _captured(started.process)
        os.set_blocking(self._pipe.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._pipe, selectors.EVENT_READ)

    def until_ended(self) -> Ending | None:
        """Return what the command went over; None when it kept all limits."""
        while not self._ends_within(self._pause_seconds()):
            now = time.monotonic()
            if now >= self._deadline:
                return "time"
            if self._errand.stop is not None and self._errand.stop.is_set():
                return "stop"
            if now >= self._next_look:
                if self._errand.watch is not None:
                    self._errand.watch()
                exceeded = self._exceeded()
                if exceeded is not None:
                    return exceeded
                cost = (time.monotonic() - now) * _LOOK_PER_COST
                self._next_look = now + max(_LOOK_SECONDS, cost)
        # What it wrote since the last look, it wrote all the same.
        return "disk" if self._growth.has_been_over() else None

    def last_output(self) -> str:
        """Return all output, with what is still in the pipe."""
        for _ in range(_PIPE_BYTES // _CHUNK_BYTES):
            if not self._read():
                break
        self._selector.close()
        self._pipe.close()
        return self._output.text

    def _pause_seconds(self) -> float:
        until = min(self._next_look, self._deadline)
        return max(until - time.monotonic(), 0.0)

    def _ends_within(self, seconds: float) -> bool:
        """Take in one piece of output, or wait; tell whether the process is over."""
        if not self._selector.get_map():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        elif self._selector.select(seconds) and not self._read():
            self._selector.unregister(self._pipe)
            return False  # closing its output is not ending
        return self._process.poll() is not None

    def _read(self) -> bool:
        """Take in what there is; tell whether there may be more."""
        try:
            chunk = os.read(self._pipe.fileno(), _CHUNK_BYTES)
        except BlockingIOError:
            return False
        self._output.add(chunk)
        return bool(chunk)

    def _exceeded(self) -> Resource | None:
        tree = process_tree(self._root)
        errand = self._errand
        if sum(each.threads for each in tree) > errand.processes:
            return "processes"
        if sum(each.cpu_seconds for each in tree) > errand.most_cpu_seconds:
            return "cpu"
        resident = sum(each.resident_bytes for each in tree)
        if resident > errand.memory_bytes and shared_bytes(tree) > errand.memory_bytes:
            return "memory"
        if self._growth.is_over([each.number for each in tree]):
            return "disk"
        return None
