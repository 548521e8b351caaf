"""The first process of a namespace: the kernel ends all others with it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST_MILLISECONDS = 10_000  # somebody who hangs in the kernel holds up nobody more


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstProcess:
    """A process that is known by more than a number, which another may get.

    Attributes:
        number: Its process id, as we see it.
        descriptor: Becomes readable when it is over, and with it all of its namespace.
    """

    number: int
    descriptor: int

    def end(self) -> None:
        """End it; when this returns, nothing of its namespace is left.

        bubblewrap itself is over as soon as the command is, which may be before the
        kernel has ended what the command left behind.
        """
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)
        waiting = select.poll()
        waiting.register(self.descriptor, select.POLLIN)
        waiting.poll(_LONGEST_MILLISECONDS)


@contextlib.contextmanager
def first_process(number: int | None) -> Iterator[FirstProcess | None]:
    """Hold on to a process; None when there is none, or none any more.

    Args:
        number: Of a process that cannot have been replaced yet: its parent runs.
    """
    try:
        descriptor = os.pidfd_open(number) if number is not None else None
    except ProcessLookupError:
        descriptor = None
    if number is None or descriptor is None:
        yield None
        return
    try:
        yield FirstProcess(number=number, descriptor=descriptor)
    finally:
        os.close(descriptor)
