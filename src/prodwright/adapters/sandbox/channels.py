"""The descriptors over which bubblewrap is told what to do, and tells what it did."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Our ends of two pipes to one bubblewrap.

    Attributes:
        status: bubblewrap writes one JSON document per line.
        go: The command starts once something is written.
    """

    status: IO[bytes]
    go: IO[bytes]

    def first_process(self) -> int | None:
        """Return the first process of the new namespace, which waits for `start`.

        None when bubblewrap gives up before there is one.
        """
        line = self.status.readline()
        return int(json.loads(line)["child-pid"]) if line.strip() else None

    def start(self) -> None:
        """Let the command begin."""
        with contextlib.suppress(BrokenPipeError):
            self.go.write(b"1")

    def tell_of_exit(self) -> bool:
        """Tell, after the end, whether the command ended or bubblewrap before it."""
        return any("exit-code" in json.loads(line) for line in self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirEnds:
    """What bubblewrap inherits; ours only until it has started."""

    status: int
    go: int


@contextlib.contextmanager
def open_channels() -> Iterator[tuple[Channels, TheirEnds]]:
    """Open both pipes; our ends are closed at the end, theirs are the caller's."""
    status, status_theirs = os.pipe()
    go_theirs, go = os.pipe()
    with os.fdopen(status, "rb") as told, os.fdopen(go, "wb", buffering=0) as begin:
        ends = TheirEnds(status=status_theirs, go=go_theirs)
        yield Channels(status=told, go=begin), ends


def file_in_memory(content: bytes) -> int:
    """Return the descriptor of a file without a name, at its beginning."""
    descriptor = os.memfd_create("prodwright", os.MFD_CLOEXEC)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
