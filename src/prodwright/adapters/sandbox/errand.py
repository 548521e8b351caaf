"""What is run in isolation, and how it ended."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

Resource = Literal["memory", "processes", "cpu", "disk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Descriptors that a command reads and writes instead of being captured.

    Attributes:
        input: Becomes its standard input.
        output: Becomes its standard output; what is captured is standard error.
    """

    input: int
    output: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One command to run in isolation. Its limits hold for the whole process tree.

    Attributes:
        command: Program and arguments; never passed to a shell.
        folder: Working folder; writable, except for a `.git` in it.
        readable: Further folders the command may read, e.g. an environment.
        writable: Further folders the command may write to.
        read_only: Paths inside the writable folders that it may only read.
        hidden: Paths inside the writable folders that it finds empty.
        hosts: Names, each with `:port` unless 80 and 443 are meant, that it may
            reach through a proxy; none: no network but a loopback of its own.
        environment: All environment variables it gets, besides PATH and HOME.
        timeout_seconds: Wall-clock limit.
        memory_bytes: Limit of resident memory, and of each process's address space.
        processes: Limit of processes and threads at any time.
        disk_bytes: Limit of what is written to the writable folders.
        scratch_bytes: Size of each of the private folders /tmp and /dev/shm, which
            lie in memory.
        cpu_seconds: Limit of processor time; 0: all processors, all the time.
        address_bytes: Limit of each process's address space, for programs that
            reserve far more than they use; 0: `memory_bytes`.
        streams: Where its input comes from and its output goes; None: it has no
            input, and its output is captured.
        stop: Ends the whole tree once it is set.
        watch: Is called several times a second while it runs.
    """

    command: tuple[str, ...]
    folder: Path
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    read_only: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float
    memory_bytes: int = 8_000_000_000
    processes: int = 2_000
    disk_bytes: int = 4_000_000_000
    scratch_bytes: int = 1_000_000_000
    cpu_seconds: float = 0.0
    address_bytes: int = 0
    streams: Streams | None = None
    stop: threading.Event | None = None
    watch: Callable[[], None] | None = None

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """All folders that the command may write to."""
        return tuple(dict.fromkeys((self.folder, *self.writable)))

    @property
    def most_cpu_seconds(self) -> float:
        """The limit of processor time, in force also where none is set."""
        return self.cpu_seconds or self.timeout_seconds * (os.cpu_count() or 1) + 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a command ended.

    Attributes:
        code: Exit code; negative for a signal.
        output: What it printed, both streams together, cut in the middle of
            4 MB, without characters that could steer a terminal.
        timed_out: Whether the wall-clock limit ended it.
        exceeded: The resource whose limit ended it.
        refused: Hosts that it asked the proxy for and did not get.
        stopped: Whether it was told to end.
    """

    code: int
    output: str
    timed_out: bool
    exceeded: Resource | None = None
    refused: tuple[str, ...] = ()
    stopped: bool = False

    @property
    def broken_off(self) -> bool:
        """Whether it was ended before it had done its work."""
        return self.timed_out or self.stopped or self.exceeded is not None


class Sandbox(Protocol):
    """Runs errands."""

    @property
    def isolation(self) -> str:
        """How they are confined, for the evidence."""

    @property
    def opens_hosts(self) -> bool:
        """Whether `hosts` can be reached: else an errand with hosts does not run."""

    def run(self, errand: Errand) -> Completed:
        """Run one and return how it ended."""
