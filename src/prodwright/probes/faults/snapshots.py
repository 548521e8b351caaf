"""What a run leaves behind: files and databases, each as a short digest."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator

from prodwright.probes.faults.clock import REAL_OPEN
from prodwright.probes.faults.points.databases import BOOK, REAL_CONNECT
from prodwright.probes.faults.recorder import within
from prodwright.probes.postgres import addresses, contents
from prodwright.probes.postgres.wire import Refused

_MOST_FILES = 400
_MOST_BYTES = 2_000_000
_MOST_PAGES = 500
_ASIDE = ("-journal", "-wal", "-shm", ".pyc")
HEADER = b"SQLite format 3"
_NO_ROWS = b"BEGIN TRANSACTION;\nCOMMIT;"
UNREADABLE = "cannot be read"
State = dict[str, str]


def snapshot(root: str, further: Iterable[str] = ()) -> State:
    """Return digests by name of what is below `root` and of `further` files."""
    with within():
        found = {
            os.path.relpath(path, root): digest
            for path in files_below(root)
            if (digest := _digest(path))
        }
        found |= {path: digest for path in further if (digest := _digest(path))}
        return found | dict(_in_memory()) | dict(_on_servers())


def unreadable(state: State) -> set[str]:
    """Return the names of what could not be asked what it holds."""
    return {name for name, digest in state.items() if digest == UNREADABLE}


def names(root: str) -> frozenset[str]:
    """Return the names of the files below `root`."""
    return frozenset(os.path.relpath(path, root) for path in files_below(root))


def files_below(root: str) -> Iterator[str]:
    count = 0
    for folder, _, names in os.walk(root):
        for name in names:
            if not name.endswith(_ASIDE):
                count += 1
                yield os.path.join(folder, name)
            if count >= _MOST_FILES:
                return


def _digest(path: str) -> str:
    try:
        with REAL_OPEN(path, "rb") as file:
            content = file.read(_MOST_BYTES)
    except OSError:
        return ""
    if not content and os.path.realpath(path) in _databases():
        return ""  # connecting makes an empty file: as good as none
    if content.startswith(HEADER):
        content = _rows(path)
    return _short(content)


def _databases() -> set[str]:
    """Paths of databases, in this run or in one before."""
    BOOK.paths.update(each.path for each in BOOK.known)
    return BOOK.paths


def _short(content: bytes) -> str:
    if content == _NO_ROWS:
        return ""  # a database in which there is nothing is as good as none
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _rows(path: str) -> bytes:
    """What a database holds once an interrupted transaction is taken back."""
    folder = tempfile.mkdtemp(dir="/tmp", prefix=".prodwright-")
    try:
        for end in ("", "-journal", "-wal"):
            if os.path.exists(path + end):
                shutil.copy(path + end, f"{folder}/copy{end}")
        connection = REAL_CONNECT(f"{folder}/copy")
        try:
            return "\n".join(connection.iterdump()).encode(errors="replace")
        finally:
            connection.close()
    except (sqlite3.Error, OSError) as error:
        return f"cannot be read: {error}".encode()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Iterator[tuple[str, str]]:
    """Databases in memory, as their own connection sees them."""
    in_memory = [each for each in BOOK.known if not each.path and not each.closed]
    for number, each in enumerate(in_memory):
        try:
            pages = sqlite3.Connection.execute(each.connection, "pragma page_count")
            if pages.fetchone()[0] <= _MOST_PAGES:
                dump = "\n".join(each.connection.iterdump())
                digest = _short(dump.encode(errors="replace"))
                if digest:
                    yield f"database in memory {number + 1}", digest
        except sqlite3.Error:
            continue


def _on_servers() -> Iterator[tuple[str, str]]:
    """Databases of servers, as another caller sees them: what is committed."""
    for address in addresses.BOOK.known:
        try:
            lines = "\n".join(contents.lines(address))
        except Refused:
            yield address.shown, UNREADABLE
        else:
            yield address.shown, _short(lines.encode(errors="replace"))
