"""What tells this installation, as it judges here and now, from any other."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from prodwright.adapters.shelves import digest

_PARTS = (
    "analysis",
    "core",
    "kit",
    "practices",
    "adapters/files.py",
    "api",
    "gate/controls.py",
)


@cache
def own_fingerprint() -> bytes:
    """Return what tells our code that judges, and what runs it, from any other.

    Files are told by what the file system says of them, as reviewed ones are: reading
    hundreds would cost more than a review of one.
    """
    top = Path(__file__).parent.parent
    told: list[tuple[str, int, int, int]] = []
    for part in _PARTS:
        told.extend(_stamps(str(top / part)))
    return digest(repr((sorted(told), _interpreter())).encode())


def _interpreter() -> tuple[object, ...]:
    """Return what of the interpreter changes what a check sees; `-O` drops asserts."""
    return (
        sys.version,
        sys.platform,
        sys.base_prefix,
        tuple(sys.flags),
        sys.getrecursionlimit(),
    )


def _stamps(place: str) -> Iterable[tuple[str, int, int, int]]:
    if not os.path.isdir(place):  # noqa: PTH112 - of hundreds of files
        status = os.stat(place)  # noqa: PTH116
        yield _version(place, status)
        return
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _stamps(entry.path)
            else:
                status = entry.stat()
                yield _version(entry.path, status)


def _version(place: str, status: os.stat_result) -> tuple[str, int, int, int]:
    """Tell a file from another: installers may give all of them the same time."""
    return place, status.st_size, status.st_mtime_ns, status.st_ctime_ns
