"""Waits until nothing of a sandbox is alive any more.

bubblewrap itself may end a moment before the last process inside does: long enough
to swap a file that was just checked.
"""

from __future__ import annotations

import json
import os
import select
from types import TracebackType
from typing import Self

_MOST_SECONDS = 30.0  # killed processes end at once, unless the disk is stuck
_MOST_BYTES = 4_096


class Inhabitants:
    """Everything that runs in one sandbox, known by its first process.

    Use it as a context around the sandbox; leaving it waits.
    """

    def __enter__(self) -> Self:
        """Open the pipe through which bubblewrap names the first process."""
        self._told, self.telling = os.pipe()
        self._first = -1
        return self

    def began(self) -> None:
        """Learn who the first process is; to be called once bubblewrap runs."""
        os.close(self.telling)
        self.telling = -1
        try:
            self._first = os.pidfd_open(json.loads(self._whole())["child-pid"])
        except (ValueError, KeyError, ProcessLookupError):
            self._first = -1  # never began, or ended already

    def _whole(self) -> bytes:
        """Return what was told; empty when bubblewrap could not start."""
        told = b""
        while b"}" not in told:
            more = os.read(self._told, _MOST_BYTES)
            if not more:
                break
            told += more
        return told

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the first process: it ends when all others in there have."""
        if self._first >= 0:
            select.select([self._first], [], [], _MOST_SECONDS)
        for handle in (self._first, self._told, self.telling):
            if handle >= 0:
                os.close(handle)
