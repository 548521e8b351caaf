"""What earlier reviews found out, kept in the user's cache between processes.

A *shelf* holds the records of one project under one choice of hazards, in two files:
`KEY.records`, all records in one document, and `KEY.TOKEN.modules`, the files' compact
forms, of which a review reads those that it needs. Both are written by `marshal`,
which trusts what it reads: a shelf is only used in a folder that nobody else can write
to (`user_cache.private_folder`), and only where digests tell that it is whole.

Several processes may use one at once. Writing is done under a lock that nobody waits
for; a document is replaced in one step; modules are only appended, and a file of them
that holds more that is stale than not is begun anew under another name.
"""

from __future__ import annotations

import fcntl
import hashlib
import marshal
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MAGIC = b"prodwright shelf 1\n"
_DIGEST_BYTES = 16
_MOST_SHELVES = 40
_MOST_BYTES = 1_000_000_000  # of all shelves; the oldest go
_LEAST_KEPT = 0.3  # of a modules file: below, it is begun anew
Span = tuple[int, int, bytes]  # offset, length, digest


class Damaged(Exception):
    """What is there is not what was written."""


@dataclass(slots=True)
class Shelf:
    """One shelf on disk.

    Attributes:
        folder: A private one.
        key: Of the project and of all that records depend on.
        modules: Name of the file that spans point into; empty: there is none.
    """

    folder: Path
    key: str
    modules: str = ""
    _handle: int = field(default=-1, init=False)

    def read(self) -> Any:
        """Return the document; None when there is none that can be used."""
        try:
            content = self._records.read_bytes()
        except OSError:
            return None
        start = len(_MAGIC) + _DIGEST_BYTES
        body = memoryview(content)[start:]
        if (
            not content.startswith(_MAGIC)
            or digest(body) != content[len(_MAGIC) : start]
        ):
            return None
        try:
            self.modules, document = marshal.loads(body)  # noqa: S302 - only the user writes it
        except (ValueError, EOFError, TypeError):
            return None
        with suppress(OSError):
            os.utime(self._records)  # so that the oldest is the one not used for long
        return document

    def module(self, span: Span) -> bytes:
        """Return the bytes of one module.

        Raises:
            Damaged: They are gone, or others than were written.
        """
        offset, length, expected = span
        try:
            if self._handle < 0:
                self._handle = os.open(self.folder / self.modules, os.O_RDONLY)
            content = os.pread(self._handle, length, offset)
        except OSError as error:
            raise Damaged(self.modules) from error
        if digest(content) != expected:
            raise Damaged(self.modules)
        return content

    def write(self, document: Any, modules: dict[str, bytes | Span]) -> dict[str, Span]:
        """Keep `document`, with the spans of all modules; nothing, if it cannot be.

        Args:
            document: Plain values.
            modules: By path; bytes are those that are not on the shelf yet.

        Returns:
            Where each module is now; nothing, if nothing was kept.
        """
        spans: dict[str, Span] = {}
        with suppress(OSError, ValueError, Damaged), self._lock():
            placed = self._placed(modules)
            body = marshal.dumps((self.modules, (placed, document)))
            self._replace(_MAGIC + digest(body) + body)
            spans = placed
            self._prune()
        return spans

    def _placed(self, modules: dict[str, bytes | Span]) -> dict[str, Span]:
        """Write modules that are new behind the others, or all into a new file."""
        kept = sum(e[1] for e in modules.values() if not isinstance(e, bytes))
        there = self._size()
        if not self.modules or kept < there * _LEAST_KEPT:
            modules = {
                path: each if isinstance(each, bytes) else self.module(each)
                for path, each in modules.items()
            }
            self.close()
            self.modules, there = f"{self.key}.{os.urandom(8).hex()}.modules", 0
        spans: dict[str, Span] = {}
        parts: list[bytes] = []
        for path, each in modules.items():
            if isinstance(each, bytes):
                spans[path] = (there, len(each), digest(each))
                there += len(each)
                parts.append(each)
            else:
                spans[path] = each
        if parts:
            with (self.folder / self.modules).open("ab") as file:
                file.writelines(parts)
        return spans

    def _size(self) -> int:
        if not self.modules:
            return 0
        try:
            return (self.folder / self.modules).stat().st_size
        except FileNotFoundError:
            return 0  # nothing was to be put there yet

    def _replace(self, content: bytes) -> None:
        temporary = self.folder / f".{self.key}.{os.urandom(8).hex()}"
        try:
            with temporary.open("xb") as file:
                file.write(content)
            temporary.replace(self._records)
        finally:
            temporary.unlink(missing_ok=True)

    @property
    def _records(self) -> Path:
        return self.folder / f"{self.key}.records"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the folder.

        Raises:
            OSError: Another process does.
        """
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(handle)

    def _prune(self) -> None:
        """Let go of modules nobody points to, and of shelves that were not used."""
        groups: dict[str, list[tuple[float, int, str]]] = {}
        with os.scandir(self.folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                told = (status.st_mtime, status.st_size, entry.path)
                stale = entry.name.startswith(f"{self.key}.") and entry.name not in (
                    self.modules,
                    self._records.name,
                )
                if stale:
                    Path(entry.path).unlink()
                elif entry.name != "lock":
                    groups.setdefault(entry.name.partition(".")[0], []).append(told)
        ages = sorted((max(e[0] for e in each), each) for each in groups.values())
        size = sum(each[1] for _, group in ages for each in group)
        while ages and (len(ages) > _MOST_SHELVES or size > _MOST_BYTES):
            _, oldest = ages.pop(0)
            for _, length, path in oldest:
                Path(path).unlink()
                size -= length

    def close(self) -> None:
        """Let go of the modules' file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def digest(content: bytes | memoryview) -> bytes:
    """Return what tells `content` from anything else."""
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
