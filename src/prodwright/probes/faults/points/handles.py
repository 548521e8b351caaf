"""Points of the system calls on files and descriptors that Python code makes."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

from prodwright.probes.faults.points.files import REMOVED, TOUCHED, UNSYNCED
from prodwright.probes.faults.recorder import OFF, RECORD, RECORDER, is_within
from prodwright.probes.faults.values import WEAK

_ON_PATHS = {
    "replace": errno.EIO,
    "rename": errno.EIO,
    "link": errno.EIO,
    "fsync": errno.EIO,
    "fdatasync": errno.EIO,
    "truncate": errno.EIO,
    "ftruncate": errno.EIO,
    "unlink": errno.EACCES,
    "remove": errno.EACCES,
    "rmdir": errno.EACCES,
    "mkdir": errno.ENOSPC,
    "symlink": errno.EACCES,
}
_CRASHES = frozenset({"replace", "rename", "unlink", "remove", "fsync"})
_ON_HANDLES = {
    "open": (("eacces",), errno.EACCES),
    "write": (("enospc", "short", "crash"), errno.ENOSPC),
    "pwrite": (("enospc", "crash"), errno.ENOSPC),
    "read": (("eio", "short"), errno.EIO),
    "pread": (("eio",), errno.EIO),
}
# The call into the code under test during which a descriptor was opened.
ENTRY_OF_HANDLE: dict[int, int] = {}


def install() -> None:
    """Replace the functions of `os`."""
    for name, number in _ON_PATHS.items():
        if hasattr(os, name):
            _replace(name, _on_path(name, getattr(os, name), number))
    for name, (faults, number) in _ON_HANDLES.items():
        if hasattr(os, name):
            _replace(name, _on_handle(name, getattr(os, name), faults, number))


def _replace(name: str, ours: Callable[..., Any]) -> None:
    real = getattr(os, name)
    ours.__name__ = ours.__qualname__ = name
    for supported in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if real in supported:
            supported.add(ours)
    setattr(os, name, ours)


def _on_path(name: str, real: Any, number: int) -> Callable[..., Any]:
    faults = ("failed", "crash") if name in _CRASHES else ("failed",)

    def call(*arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real(*arguments, **named)
        what = _told(arguments)
        fault = RECORDER.hit(f"os.{name}", faults, what, writes=True)
        if fault:
            paths = [a for a in arguments[:1] if isinstance(a, (str, os.PathLike))]
            raise RECORDER.fail(
                OSError(
                    number, os.strerror(number), *(os.fspath(path) for path in paths)
                )
            )
        _note_syncing(name, arguments)
        if name in ("unlink", "remove", "rename", "replace") and RECORDER.is_watching():
            REMOVED.add(os.path.abspath(what))
        return real(*arguments, **named)

    return call


def _note_syncing(name: str, arguments: tuple[Any, ...]) -> None:
    if name in ("fsync", "fdatasync"):
        handle = arguments[0]
        number = handle if isinstance(handle, int) else handle.fileno()
        UNSYNCED.discard(_leads_to(number))
    if name in ("replace", "rename") and RECORDER.mode == RECORD:
        source, target = os.path.abspath(_told(arguments)), arguments[1]
        TOUCHED.add(os.path.abspath(os.fspath(target)))
        if source in UNSYNCED:
            told = "is renamed before it is on the disk: power loss leaves it empty"
            _tell_here("rename-without-fsync", f"{os.path.basename(target)} {told}")


def _tell_here(kind: str, says: str) -> None:
    call = RECORDER.origins.call(2)
    if call is not None:
        RECORDER.saw(kind, WEAK, says, call.place)


def _on_handle(
    name: str, real: Any, faults: tuple[str, ...], number: int
) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real(*arguments, **named)
        writes = name in ("write", "pwrite") or _opens_for_writing(name, arguments)
        fault = RECORDER.hit(f"os.{name}", faults, _told(arguments), writes=writes)
        if fault == "short":
            part = arguments[1][:1] if name == "write" else 1
            return real(arguments[0], part)
        if fault:
            raise RECORDER.fail(OSError(number, os.strerror(number)))
        answer = real(*arguments, **named)
        if name == "open":
            ENTRY_OF_HANDLE[answer] = RECORDER.entry
        return answer

    return call


def _opens_for_writing(name: str, arguments: tuple[Any, ...]) -> bool:
    if name != "open" or len(arguments) < 2:
        return False
    writes = bool(arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    if writes and isinstance(arguments[0], str):
        TOUCHED.add(os.path.abspath(arguments[0]))
    return writes


def _told(arguments: tuple[Any, ...]) -> str:
    if not arguments:
        return ""
    first = arguments[0]
    return _leads_to(first) if isinstance(first, int) else str(first)[:200]


def _leads_to(number: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return str(number)
