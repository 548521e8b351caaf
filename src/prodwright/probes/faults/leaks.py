"""What a run did not give back: descriptors, threads, tasks, processes, connections."""

from __future__ import annotations

import gc
import io
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from prodwright.probes.faults.clock import REAL_OPEN, Clock, children_of
from prodwright.probes.faults.points.databases import BOOK
from prodwright.probes.faults.points.event_loops import LEFT_TASKS
from prodwright.probes.faults.points.handles import ENTRY_OF_HANDLE
from prodwright.probes.faults.points.sockets import ENTRY_OF_SOCKET
from prodwright.probes.faults.recorder import RECORDER, open_handles, within

_GRACE_SECONDS = 0.4
_NAMES = re.compile(r"(0x)?[0-9a-f]*\d+|<.*|name=.*")
# What a test may have made itself: it says nothing unless we saw it being made.
_OTHERS = (io.IOBase, socket.socket, subprocess.Popen, sqlite3.Connection)
_OF_SQLITE = re.compile(r"(-wal|-shm|-journal)?( \(deleted\))?$")
_UNTOLD = ("pipe:", "anon_inode:", "/proc/", "/dev/")


@dataclass(slots=True)
class Census:
    """What there was when the run began.

    Attributes:
        handles: Open descriptors.
        threads: Running threads.
        unclosed: What Python itself warned of.
    """

    handles: frozenset[str] = frozenset()
    threads: frozenset[Any] = frozenset()
    unclosed: list[str] = field(default_factory=list)

    @classmethod
    def take(cls) -> Census:
        """Return what there is now."""
        return cls(open_handles(), frozenset(threading.enumerate()))

    def note(self, warning: Any) -> None:
        """Note a `ResourceWarning` about something that the faulted call has made."""
        source, told = getattr(warning, "source", None), str(warning.message)
        entry = _entry_of(source)
        if entry is None and (source is None or isinstance(source, _OTHERS)):
            return
        if "transport" in told and entry is None:
            return
        if _is_new(entry):
            self.unclosed.append(_NAMES.sub("", told).strip())

    def left(self) -> Counter[str]:
        """Return what is left over now, by kind."""
        _forget_errors()
        # SQLite keeps files of its own open for as long as another connection locks
        # the same database; connections that are left are told as such.
        databases = BOOK.paths | {each.path for each in BOOK.known}
        left = [*_connections(), *self._collected(), *self._threads()]
        left += [*self._descriptors(databases), *_children(), *_clients()]
        left += [f"asyncio task {name}" for name in LEFT_TASKS]
        return Counter(left)

    def _collected(self) -> list[str]:
        with warnings.catch_warnings(record=True) as caught, within():
            warnings.simplefilter("always", ResourceWarning)
            gc.collect()
            gc.collect()
        for each in caught:
            if issubclass(each.category, ResourceWarning):
                self.note(each)
        return self.unclosed

    def _threads(self) -> Iterator[str]:
        ends_at = Clock.real_monotonic() + _GRACE_SECONDS
        while self._running() and Clock.real_monotonic() < ends_at:
            Clock.real_sleep(0.01)
        for each in threading.enumerate():
            new = each not in self.threads
            if new and _is_new(getattr(each, "_prodwright_entry", None)):
                yield "daemon thread" if each.daemon else "thread"

    def _running(self) -> bool:
        return any(
            each not in self.threads and not each.daemon
            for each in threading.enumerate()
        )

    def _descriptors(self, databases: set[str]) -> Iterator[str]:
        injection = RECORDER.injection
        before = self.handles | (injection.handles if injection else frozenset())
        numbers = {each.partition(" ")[0] for each in before}
        for each in sorted(open_handles()):
            number, _, target = each.partition(" ")
            if number in numbers or target.startswith(_UNTOLD):
                continue
            if _OF_SQLITE.sub("", target) in databases:
                continue
            entry = ENTRY_OF_HANDLE.get(int(number), ENTRY_OF_SOCKET.get(int(number)))
            if target.startswith("socket") and entry is None:
                continue
            if _is_new(entry):
                yield "socket" if target.startswith("socket") else "open file"


def _state_of(process: int) -> str:
    with REAL_OPEN(f"/proc/{process}/stat", errors="replace") as file:
        return str(file.read().rpartition(")")[2].split()[0])


def _is_new(entry: int | None) -> bool:
    """Whatever there was before the faulted call is the caller's to close."""
    injection = RECORDER.injection
    return injection is None or entry is None or entry >= injection.entry


def _entry_of(source: Any) -> int | None:
    """Return during which call the code under test made `source`; None: it did not."""
    with suppress(TypeError):
        if source in RECORDER.owned:
            return RECORDER.owned[source]
    for name in ("", "buffer", "raw"):
        source = getattr(source, name, None) if name else source
        entry = getattr(source, "entry", None)
        if isinstance(entry, int):
            return entry
    return None


def _forget_errors() -> None:
    """Errors hold frames, and these hold what would be collected otherwise."""
    for name in ("last_exc", "last_value", "last_traceback", "last_type"):
        sys.__dict__.pop(name, None)
    RECORDER.raised = []


def _connections() -> Iterator[str]:
    for each in BOOK.known:
        if each.closed or not each.by_code:
            continue
        with suppress(sqlite3.ProgrammingError):
            # An open transaction is the code's fault whoever owns the connection.
            if each.connection.in_transaction:
                yield "open transaction"
            elif _is_new(each.entry):
                yield "open database connection"
    BOOK.known.clear()


def _clients() -> Iterator[str]:
    """Clients that the code still holds open after it has failed."""
    for each, entry in list(RECORDER.owned.items()):
        closed = getattr(each, "is_closed", getattr(each, "closed", True))
        closed = closed() if callable(closed) else closed
        if closed is False and _is_new(entry):
            yield f"open {type(each).__name__}"


def _children() -> Iterator[str]:
    for each in children_of(os.getpid()):
        with suppress(ProcessLookupError, OSError):
            if _state_of(each) == "Z":
                continue  # it has ended and nobody has asked how
            os.kill(each, signal.SIGKILL)
            yield "child process"
