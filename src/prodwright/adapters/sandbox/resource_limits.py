"""What the kernel itself limits for each process of an errand."""

from __future__ import annotations

import os
import platform
import re
import resource
import sys

from prodwright.adapters.sandbox.errand import Errand

_MOST_OPEN_FILES = 4096
_MOST_FILE_BYTES = 1_000_000_000
# Run by an interpreter that then becomes the command.
_APPLIED_FIRST = """
import os, resource, sys
count = int(sys.argv[1])
for pair in sys.argv[2:2 + count]:
    kind, value = map(int, pair.split(":"))
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))
os.execvp(sys.argv[2 + count], sys.argv[2 + count:])
"""


def limits(errand: Errand) -> dict[int, int]:
    """Return the limits of each process, by the kernel's number for them."""
    return {
        resource.RLIMIT_AS: errand.address_bytes or errand.memory_bytes,
        resource.RLIMIT_CPU: int(errand.most_cpu_seconds) + 1,
        resource.RLIMIT_FSIZE: min(errand.disk_bytes, _MOST_FILE_BYTES),
        resource.RLIMIT_NOFILE: _MOST_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }


def kernel_limits_processes() -> bool:
    """Tell whether the kernel holds a user namespace to a number of processes.

    It does so per namespace since Linux 5.14, before that over all that the user
    runs; and never for root (kernel/fork.c, `copy_process`).
    """
    release = re.match(r"(\d+)\.(\d+)", platform.release())
    known = (int(release[1]), int(release[2])) if release else (0, 0)
    return os.geteuid() != 0 and known >= (5, 14)


def limits_in_namespace(errand: Errand) -> dict[int, int]:
    """Return `limits`, and that of processes where it counts the namespace only."""
    if not kernel_limits_processes():
        return limits(errand)
    return {**limits(errand), resource.RLIMIT_NPROC: errand.processes}


def impose(process: int, wanted: dict[int, int]) -> None:
    """Put limits on a process that waits to become the command.

    Raises:
        PermissionError: It belongs to somebody else.
        ProcessLookupError: It is gone.
    """
    for kind, value in wanted.items():
        hard = resource.prlimit(process, kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.prlimit(process, kind, (most, most))


def limited(errand: Errand) -> list[str]:
    """Return the command of `errand`, started by way of its limits."""
    pairs = [f"{kind}:{value}" for kind, value in limits(errand).items()]
    apply = [sys.executable, "-I", "-S", "-c", _APPLIED_FIRST]
    return [*apply, str(len(pairs)), *pairs, *errand.command]
