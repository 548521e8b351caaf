"""What a process and its descendants use, read from /proc."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SHARE = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)
# Fields of /proc/PID/stat after the name in parentheses, which may hold anything;
# proc_pid_stat(5) counts them from 3.
_STATE, _PARENT, _USER, _SYSTEM, _REAPED_USER, _REAPED_SYSTEM = 0, 1, 11, 12, 13, 14
_THREADS, _RESIDENT_PAGES = 17, 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process at one moment.

    Attributes:
        number: Its process id.
        parent: Its parent's.
        is_over: Whether it has ended and only waits to be asked how.
        threads: How many it has.
        resident_bytes: Memory it has in use, shared pages in full.
        cpu_seconds: Its own and that of the children it has waited for.
    """

    number: int
    parent: int
    is_over: bool
    threads: int
    resident_bytes: int
    cpu_seconds: float


def process_tree(root: int) -> tuple[Process, ...]:
    """Return `root` and its descendants; none where there is no /proc.

    Read from the parents, not from each process's own links: a process can forbid
    those to us, but it cannot leave its parent and its namespace's first process.
    """
    children: dict[int, list[Process]] = {}
    found: list[Process] = []
    for process in _processes():
        children.setdefault(process.parent, []).append(process)
        if process.number == root:
            found.append(process)
    for process in found:  # grows while it is walked
        found.extend(children.get(process.number, ()))
    return tuple(found)


def shared_bytes(processes: Iterable[Process]) -> int:
    """Return the memory of all, each page counted once over those who share it.

    Slower than adding up `resident_bytes`, which counts a forked page in each process.
    """
    return sum(_share(process) for process in processes)


def _share(process: Process) -> int:
    with contextlib.suppress(OSError):
        told = (_PROC / str(process.number) / "smaps_rollup").read_bytes()
        share = _SHARE.search(told)
        return int(share[1]) * 1024 if share else 0
    return process.resident_bytes  # it forbids the look, so it is counted in full


def _processes() -> Iterator[Process]:
    try:
        names = os.listdir(_PROC)  # noqa: PTH208 - read ten times a second
    except OSError:
        return
    for name in names:
        if name.isdigit():
            with contextlib.suppress(OSError):  # gone in the meantime
                yield _parsed(int(name), (_PROC / name / "stat").read_bytes())


def _parsed(number: int, line: bytes) -> Process:
    fields = line[line.rindex(b")") + 2 :].split()
    times = (_USER, _SYSTEM, _REAPED_USER, _REAPED_SYSTEM)
    return Process(
        number=number,
        parent=int(fields[_PARENT]),
        is_over=fields[_STATE] == b"Z",
        threads=int(fields[_THREADS]),
        resident_bytes=int(fields[_RESIDENT_PAGES]) * _PAGE_BYTES,
        cpu_seconds=sum(int(fields[each]) for each in times) / _TICKS_PER_SECOND,
    )
