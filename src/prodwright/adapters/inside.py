"""Files below one folder, reached without following a link anywhere on the way.

Whoever may run commands in a folder may plant links, pipes and devices there, also
between a check of a path and its use. So each part of a path is opened from the one
before, and only regular files are read or replaced.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from prodwright.adapters.files import storage_errors
from prodwright.core.errors import PathRefused

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not hold us up
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


def read_inside(top: Path, path: str, most_bytes: int) -> bytes:
    """Return the content of the regular file at `path` below `top`.

    Raises:
        PathRefused: It is missing, larger than `most_bytes`, no regular file, or the
            way there goes through a link.
    """
    with _parent(top, path) as (folder, name), storage_errors(Path(path)):
        handle = os.open(name, _READ, dir_fd=folder)
        with open(handle, "rb") as file:  # noqa: PTH123 - a handle, not a path
            state = os.fstat(handle)
            _refuse_irregular(state, path)
            if state.st_size > most_bytes:
                raise PathRefused(
                    f"{path!r} is over {most_bytes // 1_000_000} MB", hint="use search"
                )
            return file.read()


def write_inside(top: Path, path: str, content: bytes) -> None:
    """Replace the regular file at `path` below `top`, or make it; never a part of it.

    Raises:
        PathRefused: Something else is there, or the way goes through a link.
        StorageFailed: The disk is full or broken.
    """
    with _parent(top, path, create=True) as (folder, name):
        mode = _mode(folder, name, path)
        temporary = f".{name[:100]}.{secrets.token_hex(8)}"
        try:
            with storage_errors(Path(path)):
                _fill(os.open(temporary, _WRITE, 0o666, dir_fd=folder), content, mode)
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
        finally:
            if _is_there(folder, temporary):  # it came to nothing
                os.unlink(temporary, dir_fd=folder)


def remove_inside(top: Path, path: str) -> None:
    """Remove the regular file at `path` below `top`.

    Raises:
        PathRefused: It is missing, something else, or behind a link.
    """
    with _parent(top, path) as (folder, name), storage_errors(Path(path)):
        _refuse_irregular(_state(folder, name), path)
        os.unlink(name, dir_fd=folder)


def move_inside(top: Path, path: str, to: str) -> None:
    """Move the regular file at `path` to `to`, where nothing may be yet.

    Raises:
        PathRefused: It is missing, something else, or the target is taken.
    """
    with _parent(top, path) as (folder, name), storage_errors(Path(path)):
        _refuse_irregular(_state(folder, name), path)
        with _parent(top, to, create=True) as (target, new):
            if _is_there(target, new):
                raise PathRefused(f"{to!r} is there already", hint="delete it first")
            os.rename(name, new, src_dir_fd=folder, dst_dir_fd=target)


@contextmanager
def _parent(top: Path, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
    """Yield a handle on the folder that holds `path`, and the name in it."""
    *parts, name = PurePosixPath(path).parts or ("",)
    handles: list[int] = []
    try:
        with storage_errors(Path(path)):
            handles.append(os.open(top, os.O_RDONLY | os.O_DIRECTORY))
            for part in parts:
                handles.append(_entered(handles[-1], part, create=create))
        yield handles[-1], name
    finally:
        for handle in handles:
            os.close(handle)


def _entered(folder: int, name: str, *, create: bool) -> int:
    if create and not _is_there(folder, name):
        os.mkdir(name, dir_fd=folder)
    return os.open(name, _FOLDER, dir_fd=folder)


def _mode(folder: int, name: str, path: str) -> int:
    """Return the permissions of what is there, to keep; 0 when nothing is."""
    if not _is_there(folder, name):
        return 0
    state = _state(folder, name)
    _refuse_irregular(state, path)
    return stat.S_IMODE(state.st_mode) & 0o777


def _is_there(folder: int, name: str) -> bool:
    try:
        _state(folder, name)
    except FileNotFoundError:
        return False
    return True


def _state(folder: int, name: str) -> os.stat_result:
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def _fill(handle: int, content: bytes, mode: int) -> None:
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        if mode:
            os.fchmod(handle, mode)
        os.fsync(handle)


def _refuse_irregular(state: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise PathRefused(f"{path!r} is no file", hint="list_files shows what is there")
