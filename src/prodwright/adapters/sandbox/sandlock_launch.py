"""Between us and sandlock: a process that all of the command descends from.

sandlock confines from within the process that starts the command, and it ends only
the command's own group. Run by itself, told by JSON on its standard input, and ended
last, this process also ends what left the group.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys

import sandlock

_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_DROP_FROM_BOUNDING_SET = 24
_MOST_CAPABILITIES = 64
_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h


def main() -> int:
    """Run the command that the standard input names; return its exit code."""
    told = json.load(sys.stdin)
    process = ctypes.CDLL(None, use_errno=True)
    process.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    drop_capabilities(process)
    for kind, value in told["limits"].items():
        hard = resource.getrlimit(int(kind))[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(int(kind), (most, most))
    box = sandlock.Sandbox(**told["policy"])
    running = box.popen(told["command"], stdin=sandlock.StdioMode.NULL)
    ended = running.wait()
    end_children()
    if ended.exit_code >= 0:
        return int(ended.exit_code)
    return 128 + int(ended.signal or signal.SIGKILL)


def drop_capabilities(process: ctypes.CDLL) -> None:
    """Give up what makes root more than a user: devices, mounts, clocks, `chroot`."""
    for number in range(_MOST_CAPABILITIES):
        process.prctl(_DROP_FROM_BOUNDING_SET, number, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if process.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be dropped")


def end_children() -> None:
    """End what the command left behind: it is ours since its parent is gone."""
    while children := _children():
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)


def _children() -> list[int]:
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208 - as numbers
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                parent = file.read().rpartition(b") ")[2].split()[1]
        except OSError:
            continue
        if int(parent) == os.getpid():
            found.append(int(name))
    return found


if __name__ == "__main__":
    sys.exit(main())
