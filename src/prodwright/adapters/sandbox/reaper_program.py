"""Ends what a killed process left in the sandbox; runs as a process of its own.

It waits at its standard input, whose other end only the process holds that it serves.
Then it ends every process that bears its mark, and goes on until none is left that
holds the second pipe: whatever is still on its way to bearing the mark holds it, too.
"""

from __future__ import annotations

import os
import signal
import sys
import time

_AGAIN_SECONDS = 0.01
_LONGEST_SECONDS = 30.0


def main(mark: bytes, holders: int) -> None:
    """Wait for the end of the process that started this one, then clear up.

    Args:
        mark: What each process to be ended has for its name.
        holders: Descriptor that is at its end once nobody holds the other one.
    """
    while os.read(0, 1024):
        pass
    os.set_blocking(holders, False)
    deadline = time.monotonic() + _LONGEST_SECONDS
    while end_marked(mark) or is_held(holders):
        if time.monotonic() > deadline:
            return
        time.sleep(_AGAIN_SECONDS)


def end_marked(mark: bytes) -> int:
    """End every process that bears `mark`; return how many there were."""
    count = 0
    for name in os.listdir("/proc"):  # noqa: PTH208 - a hundred times a second
        if name.isdigit() and bears(name, mark):
            count += 1
            end(int(name), mark)
    return count


def bears(number: str, mark: bytes) -> bool:
    """Tell whether a process bears `mark`."""
    try:
        with open(f"/proc/{number}/cmdline", "rb") as file:  # noqa: PTH123
            return file.read(len(mark) + 1) == mark + b"\0"
    except OSError:
        return False


def end(number: int, mark: bytes) -> None:
    """End a process, unless its number has come to be another one's."""
    try:
        process = os.pidfd_open(number)
    except OSError:
        return
    try:
        if bears(str(number), mark):
            signal.pidfd_send_signal(process, signal.SIGKILL)
    except OSError:
        return
    finally:
        os.close(process)


def is_held(holders: int) -> bool:
    """Tell whether anybody holds the other end."""
    try:
        return bool(os.read(holders, 1024))
    except BlockingIOError:
        return True


if __name__ == "__main__":
    main(os.fsencode(sys.argv[1]), int(sys.argv[2]))
