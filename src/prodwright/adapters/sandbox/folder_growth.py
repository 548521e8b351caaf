"""How much a command has written to the folders it may write to."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_BLOCK_BYTES = 512  # the unit of `st_blocks`, stat(2)
_LEAST_FILE_BYTES = 4096  # an empty file takes an inode and a place in its folder
_LEAST_PAUSE_SECONDS = 1.0
_PAUSE_PER_COST = 20.0  # looking takes at most one twentieth of the time
_FLOOR_BYTES = 256_000_000
_CLOCK_SLACK_SECONDS = 1.0  # file times are those of the last clock tick


class FolderGrowth:
    """Watches folders; the walk is dear, so free space says when to do it."""

    def __init__(self, folders: Sequence[Path], most_bytes: int) -> None:
        self._folders = tuple(folders)
        self._most_bytes = most_bytes
        self._since = time.time() - _CLOCK_SLACK_SECONDS
        self._space = [_Space.of(folder) for folder in folders]
        self._written = 0.0
        self._next_look = time.monotonic() + _LEAST_PAUSE_SECONDS

    def is_over(self, processes: Sequence[int] = ()) -> bool:
        """Tell whether more was written than allowed, or the disk is nearly full.

        Args:
            processes: Who may hold files that have no name any more.
        """
        pairs = self._pairs()
        if any(after.is_spent(before) for before, after in pairs):
            return True
        return self._has_written(pairs, processes)

    def has_been_over(self) -> bool:
        """Tell whether a command that has ended wrote more than allowed."""
        return self._has_written(self._pairs(), ())

    def _pairs(self) -> list[tuple[_Space, _Space]]:
        now = [_Space.of(folder) for folder in self._folders]
        return list(zip(self._space, now, strict=True))

    def _has_written(
        self, pairs: Sequence[tuple[_Space, _Space]], processes: Sequence[int]
    ) -> bool:
        taken = max((after.taken_since(before) for before, after in pairs), default=0)
        is_due = time.monotonic() >= self._next_look
        if taken + self._written <= self._most_bytes and not is_due:
            return False
        return self._look(processes)

    def _look(self, processes: Sequence[int]) -> bool:
        started = time.monotonic()
        named = sum(_written(folder, self._since) for folder in self._folders)
        self._written = named + _unnamed_bytes(processes)
        cost = time.monotonic() - started
        pause = max(_LEAST_PAUSE_SECONDS, cost * _PAUSE_PER_COST)
        self._next_look = started + cost + pause
        return self._written > self._most_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Space:
    free_bytes: int
    free_files: int

    @classmethod
    def of(cls, folder: Path) -> _Space:
        told = os.statvfs(folder)
        return cls(free_bytes=told.f_bavail * told.f_frsize, free_files=told.f_favail)

    def taken_since(self, before: _Space) -> int:
        """Return the bytes that somebody took, at least; files may be empty."""
        files = (before.free_files - self.free_files) * _LEAST_FILE_BYTES
        return max(before.free_bytes - self.free_bytes, files)

    def is_spent(self, before: _Space) -> bool:
        """Whoever took it: a full disk harms more than this command."""
        floor = min(_FLOOR_BYTES, before.free_bytes // 2)
        return self.free_bytes < floor or self.free_files < before.free_files // 2


def _written(folder: Path, since: float) -> float:
    """Return the size of what was changed: a file's change time cannot be set.

    Infinite where folders are nested deeper than a path can say: that only hides.
    """
    waiting, total = [str(folder)], 0
    while waiting:
        try:
            for entry in os.scandir(waiting.pop()):
                total += _size(entry, since)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return math.inf
            # Removed in the meantime, or closed to us: the free space tells.
    return total


def _size(entry: os.DirEntry[str], since: float) -> int:
    try:
        told = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return 0
    if told.st_ctime < since:
        return 0
    return max(told.st_blocks * _BLOCK_BYTES, _LEAST_FILE_BYTES)


def _unnamed_bytes(processes: Sequence[int]) -> int:
    """Return the size of the files that processes hold open without a name."""
    sizes = {}
    for number in processes:
        with contextlib.suppress(OSError):
            for entry in os.scandir(f"/proc/{number}/fd"):
                with contextlib.suppress(OSError):
                    told = entry.stat()
                    if stat.S_ISREG(told.st_mode) and told.st_nlink == 0:
                        size = told.st_blocks * _BLOCK_BYTES
                        sizes[told.st_dev, told.st_ino] = size
    return sum(sizes.values())
