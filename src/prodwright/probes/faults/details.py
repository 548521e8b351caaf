"""What a run leaves behind, file by file and table by table, and how much it is."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator

from prodwright.probes.faults.clock import REAL_OPEN
from prodwright.probes.faults.points.databases import REAL_CONNECT
from prodwright.probes.faults.recorder import within
from prodwright.probes.faults.snapshots import HEADER, files_below
from prodwright.probes.postgres import addresses, contents

_MOST_BYTES = 2_000_000
# By name: how many rows or bytes, and a digest.
Details = dict[str, tuple[int, str]]
ABSENT = (0, "")


def details(root: str, further: Iterable[str] = ()) -> Details:
    """Return what is below `root`, in `further` files and in databases of servers.

    Raises:
        Refused: A server cannot be asked.
        sqlite3.Error: A database cannot be read.
    """
    found: Details = {}
    with within():
        for path in [*files_below(root), *further]:
            found |= dict(_parts(path, os.path.relpath(path, root)))
        for address in addresses.BOOK.known:
            for table, rows in contents.told(address).items():
                found[f"{address.shown}, {table}"] = _told(rows)
    return found


def _parts(path: str, name: str) -> Iterator[tuple[str, tuple[int, str]]]:
    try:
        with REAL_OPEN(path, "rb") as file:
            content = file.read(_MOST_BYTES)
    except OSError:
        return
    if content.startswith(HEADER):
        for table, rows in _tables(path):
            yield f"{name}, {table}", _told(rows)
    else:
        yield name, (len(content), _digest(content))


def _tables(path: str) -> Iterator[tuple[str, list[str]]]:
    """Ask a copy: what was interrupted is taken back there."""
    folder = tempfile.mkdtemp(dir="/tmp", prefix=".prodwright-")
    try:
        for end in ("", "-journal", "-wal"):
            if os.path.exists(path + end):
                shutil.copy(path + end, f"{folder}/copy{end}")
        connection = REAL_CONNECT(f"{folder}/copy")
        try:
            query = "select name from sqlite_master where type = 'table'"
            for (name,) in connection.execute(query).fetchall():
                rows = connection.execute(f'select * from "{name}"')  # noqa: S608
                yield name, sorted(map(repr, rows))
        finally:
            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _told(rows: Iterable[str]) -> tuple[int, str]:
    lines = list(rows)
    return len(lines), _digest("\n".join(lines).encode(errors="replace"))


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()
