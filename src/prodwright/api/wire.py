"""How a process that does one run tells whoever started it: lines of JSON.

A server and an editor each start such a process. Its order and the replies to its
questions come in over standard input, what happens leaves over standard output, and
nothing that the process starts can write there.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Sequence
from typing import Any

from prodwright.core.errors import ProdwrightError


class Wire:
    """A progress that writes each event as a line of JSON, from any thread.

    Args:
        descriptor: Where to; nothing else writes there.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def tell(self, event: str, **more: Any) -> None:
        """Write one event at once; whoever is gone hears nothing."""
        left = json.dumps({"event": event, **more}).encode() + b"\n"
        with self._lock, contextlib.suppress(BrokenPipeError):
            while left:
                left = left[os.write(self._descriptor, left) :]

    def started(self, step: str) -> None:
        """A step begins."""
        self.tell("started", step=step)

    def finished(self, step: str, seconds: float, note: str) -> None:
        """A step is done."""
        self.tell("finished", step=step, seconds=round(seconds, 3), note=note)

    def note(self, text: str) -> None:
        """Something takes its time."""
        self.tell("note", text=text)

    def trying(self, text: str) -> None:
        """A step goes on."""
        self.tell("trying", text=text)

    def show(self, lines: Sequence[str]) -> None:
        """Something is worth reading."""
        self.tell("show", lines=list(lines))

    def failed(self, error: ProdwrightError) -> int:
        """Tell that it ended without a result, and return the exit code."""
        told = {"code": error.code, "message": str(error), "hint": error.hint}
        self.tell("failed", reason=error.reason.label, error=told)
        return error.reason.exit_code


def claim_standard_streams() -> tuple[int, int]:
    """Take input and output away from whatever else this process starts.

    Returns:
        The descriptors of what was standard input and standard output; from here on
        the one reads nothing, and the other writes to standard error.
    """
    orders, wire = os.dup(0), os.dup(1)  # neither is inherited
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    return orders, wire
