"""Points of files: real files, whose lowest layer meets the faults.

The fault appears where it would: a full disk shows when a buffer is written out, which
may be as late as `close`.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sys
import tempfile
from typing import Any

from prodwright.probes.faults.clock import REAL_OPEN
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within

_ASIDE = ("/proc/", "/dev/", "/etc/", "/usr/", "/sys/")
_WRITE = ("enospc", "crash")
_READ = ("eio", "memory")
# Written by the code under test and not yet on the disk; a crash of power loses it.
UNSYNCED: set[str] = set()
TOUCHED: set[str] = set()
REMOVED: set[str] = set()


def install() -> None:
    """Replace `open`, wherever Python code finds it."""
    builtins.open = _open
    io.open = _open


class CheckedFile(io.FileIO):
    """The lowest layer of a file that the code under test has opened."""

    entry = 0

    def write(self, content: Any) -> int:
        """Write, or half of it and an error."""
        path = _path_of(self)
        fault = RECORDER.hit("file.write", _WRITE, path, writes=True)
        if RECORDER.mode != OFF:
            UNSYNCED.add(path)
        if fault:
            super().write(bytes(content)[: len(content) // 2])
            raise RECORDER.fail(_error(errno.ENOSPC, path))
        return super().write(content)

    def readinto(self, buffer: Any) -> int:
        """Read, or fail."""
        self._meet_reading()
        return super().readinto(buffer)

    def readall(self) -> bytes:
        """Read, or fail."""
        self._meet_reading()
        return super().readall()

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, or fail."""
        self._meet_reading()
        return super().read(-1 if size is None else size)

    def _meet_reading(self) -> None:
        path = _path_of(self)
        fault = RECORDER.hit("file.read", _READ, path)
        if fault == "memory":
            raise RECORDER.fail(MemoryError())
        if fault:
            raise RECORDER.fail(_error(errno.EIO, path))


def _open(  # noqa: PLR0913 - as the built-in function
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,  # noqa: FBT001, FBT002 - as the built-in function
    opener: Any = None,
) -> Any:
    rest = (encoding, errors, newline, closefd, opener)
    if RECORDER.mode == OFF or is_within() or not _concerns(file, mode):
        return REAL_OPEN(file, mode, buffering, *rest)
    if isinstance(file, int):
        return _layered(file, mode, buffering, rest)
    path = os.path.abspath(os.fspath(file))
    _meet_opening(path, mode)
    return _layered(path, mode, buffering, rest)


def _concerns(file: Any, mode: str) -> bool:
    """Tell whether it is a file of the code under test."""
    if not isinstance(file, (str, int, os.PathLike)) or isinstance(file, bool):
        return False
    if "U" in mode or not RECORDER.is_watching():
        return False
    if isinstance(file, int):
        return file > 2 and os.path.isfile(f"/proc/self/fd/{file}")
    path: Any = os.path.abspath(os.fspath(file))
    if not isinstance(path, str) or path.endswith((".py", ".pyc")):
        return False
    return not path.startswith((sys.prefix, sys.base_prefix, *_ASIDE))


def _meet_opening(path: str, mode: str) -> None:
    writes = any(each in mode for each in "wax+")
    fault = RECORDER.hit("file.open", ("emfile", "eacces"), path, writes=writes)
    if writes:
        TOUCHED.add(path)
    if fault == "emfile":
        raise RECORDER.fail(_error(errno.EMFILE, path))
    if fault:
        raise RECORDER.fail(_error(errno.EACCES, path))


def _layered(file: Any, mode: str, buffering: int, rest: tuple[Any, ...]) -> Any:
    """Build the layers that `open` would, above our own lowest one."""
    encoding, errors, newline, closefd, opener = rest
    raw_mode = mode.replace("b", "").replace("t", "")
    raw = CheckedFile(file, raw_mode, closefd, opener)
    raw.entry = RECORDER.entry
    if buffering == 0 or raw.isatty():
        return raw if buffering == 0 else REAL_OPEN(raw.fileno(), mode)
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    buffered: Any
    if "+" in mode:
        buffered = io.BufferedRandom(raw, size)
    elif "r" in mode:
        buffered = io.BufferedReader(raw, size)
    else:
        buffered = io.BufferedWriter(raw, size)
    if "b" in mode:
        return buffered
    text = io.TextIOWrapper(
        buffered, io.text_encoding(encoding), errors, newline, buffering == 1
    )
    text.mode = mode  # type: ignore[misc]
    return text


def _path_of(file: CheckedFile) -> str:
    name = file.name
    if isinstance(name, str):
        return name
    try:
        return os.readlink(f"/proc/self/fd/{file.fileno()}")
    except OSError:
        return str(name)


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


def name_predictably() -> None:
    """Let temporary files have the same names in each run of a test."""
    names = (f"tmp{number:06d}" for number in range(1, 1_000_000))
    tempfile._name_sequence = names  # type: ignore[attr-defined]
