"""What is kept of one file, and how it is known to be as it was."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.files import refusal
from prodwright.kit.recording import Record

Stamp = tuple[int, int, int, int]


class Rewritten(Exception):
    """A file changed between two looks at it during one review.

    Args:
        path: As it is shown.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(slots=True)
class Kept:
    """What is known of one file.

    Attributes:
        stamp: What the file system told when it was read; None: it may be written to
            again without being told.
        content: Digest of its bytes.
        record: What it showed.
    """

    stamp: Stamp | None
    content: bytes
    record: Record


def stamp_of(file: str) -> Stamp:
    """Return what the file system tells of a file.

    Raises:
        PathRefused: It is missing or not readable.
    """
    try:
        status = os.stat(file)  # noqa: PTH116 - of thousands of files
    except OSError as error:
        raise refusal(error, Path(file)) from error
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
