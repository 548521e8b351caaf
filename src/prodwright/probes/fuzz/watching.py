"""What a request does besides being answered: seen, not guessed.

An audit hook (https://docs.python.org/3/library/audit_events.html) sees files and
addresses, a trace of each SQLite connection the statements that are executed, and the
logging module's own dispatch the errors that frameworks catch.
"""

from __future__ import annotations

import logging
import os
import resource
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_MOST_KEPT = 400
_MOST_FILE_BYTES = 1 << 20
_WRITING = os.O_WRONLY | os.O_RDWR


@dataclass(slots=True)
class Seen:
    """What was seen since a request began.

    Attributes:
        statements: SQL, as it is executed.
        opened: Paths of files, and whether they were opened for writing.
        connected: Addresses.
        errors: What was logged or reported instead of leaving.
    """

    statements: list[str] = field(default_factory=list)
    opened: list[tuple[str, bool]] = field(default_factory=list)
    connected: list[tuple[Any, ...]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def written(self) -> list[tuple[str, bytes]]:
        """Return the files that were opened for writing, with their beginnings."""
        found: list[tuple[str, bytes]] = []
        for path in dict.fromkeys(path for path, writes in self.opened if writes):
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    found.append((path, file.read(_MOST_FILE_BYTES)))
        return found


class Watch:
    """Sees what happens, while somebody looks."""

    def __init__(self) -> None:
        self.seen: Seen | None = None
        self._is_hooked = False

    def begin(self) -> Seen:
        """Look from now on."""
        if not self._is_hooked:
            self._is_hooked = True
            sys.addaudithook(self._heard)
        self.seen = Seen()
        return self.seen

    def end(self) -> None:
        """Look no longer."""
        self.seen = None

    def _heard(self, event: str, told: tuple[Any, ...]) -> None:
        seen = self.seen
        if seen is None:
            return
        if event == "open" and len(seen.opened) < _MOST_KEPT:
            _note_file(seen, told)
        elif event == "socket.connect" and len(seen.connected) < _MOST_KEPT:
            address = told[1]
            seen.connected.append(address if isinstance(address, tuple) else (address,))

    def note_statement(self, text: str) -> None:
        """Hear of a statement that is executed."""
        if self.seen is not None and len(self.seen.statements) < _MOST_KEPT:
            self.seen.statements.append(text)

    def note_error(self, error: BaseException | None) -> None:
        """Hear of an error that somebody caught and reported."""
        if self.seen is not None and error is not None:
            self.seen.errors.append(error)


def _note_file(seen: Seen, told: tuple[Any, ...]) -> None:
    path, mode, flags = told[0], told[1], told[2]
    if not isinstance(path, (str, bytes, os.PathLike)):
        return
    text = os.fsdecode(path)
    writes = bool(flags & _WRITING) if isinstance(flags, int) else False
    if isinstance(mode, str):
        writes = writes or any(each in mode for each in "wax+")
    seen.opened.append((text, writes))


WATCH = Watch()


def install() -> None:
    """Watch databases and logs; what was opened before is not seen."""
    _watch_sqlite()
    _watch_logs()


def _watch_sqlite() -> None:
    real: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = real(*arguments, **named)
        connection.set_trace_callback(WATCH.note_statement)
        return connection

    for module in (sqlite3, sys.modules["sqlite3.dbapi2"]):
        vars(module)["connect"] = connect


def _watch_logs() -> None:
    real = logging.Logger.callHandlers

    def call_handlers(self: logging.Logger, record: logging.LogRecord) -> None:
        if record.exc_info and record.levelno >= logging.ERROR:
            WATCH.note_error(record.exc_info[1])
        real(self, record)

    logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]


class Memory:
    """How much more memory is in use at most, from now on.

    What was used before and given back hides as much: the most that a process ever had
    is all that the kernel tells.
    """

    def __init__(self) -> None:
        self._now, self._peak = _megabytes()

    def grown(self) -> float:
        """Return by how many megabytes it has grown; 0: it has had more before."""
        peak = _megabytes()[1]
        return peak - self._now if peak > self._peak else 0.0


def _megabytes() -> tuple[float, float]:
    """Return how much memory is in use, and was at most."""
    told: dict[str, float] = {}
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith(("VmRSS:", "VmHWM:")):
                    told[line[:5]] = int(line.split()[1]) / 1024
        return told["VmRSS"], told["VmHWM"]
    except (OSError, KeyError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return peak, peak


class Canary:
    """A file that no request has any business with.

    Attributes:
        folder: Where it is; what shells are asked to leave there is seen as well.
        path: Of the file.
        content: What stands in it, and nowhere else.
    """

    def __init__(self) -> None:
        # Parts try the same words at the same time: each has a folder of its own.
        name = f"prodwright-canary-{os.getpid()}"
        self.folder = os.path.join(tempfile.gettempdir(), name)
        self.path = os.path.join(self.folder, "kept")
        self.content = "canary:5f1d3c0e9b"

    def put(self) -> None:
        """Write it."""
        os.makedirs(self.folder, exist_ok=True)
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.content)

    def remove(self) -> None:
        """Take it away, with all that was left there."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def trace(self, mark: str) -> str:
        """Return where a shell would leave `mark`."""
        return os.path.join(self.folder, mark)

    def was_left(self, mark: str) -> bool:
        """Tell whether somebody left `mark`, and take it away."""
        path = self.trace(mark)
        if not os.path.exists(path):
            return False
        os.unlink(path)
        return True


CANARY = Canary()
