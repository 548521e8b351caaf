"""Isolation by sandlock, for machines that forbid user namespaces.

sandlock combines Landlock (what files and which processes can be reached) with a
filter of system calls. It is weaker than namespaces: the command sees the machine's
own time, name and process numbers, and has no loopback of its own, so it gets none.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from prodwright.adapters.sandbox.errand import Completed, Errand
from prodwright.adapters.sandbox.repository_guard import no_repository_planted
from prodwright.adapters.sandbox.resource_limits import limits
from prodwright.adapters.sandbox.supervision import Started, end_group, supervise
from prodwright.core.errors import SandboxUnavailable

_READABLE = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/ssl",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
)
# Beside those that sandlock refuses by itself; the last three reach other processes.
_REFUSED = (
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "memfd_create",
    "mount_setattr",
    "move_mount",
    "open_tree",
    "sched_setaffinity",
    "sched_setscheduler",
    "setpriority",
)
_WRITABLE_DEVICES = ("/dev/null",)


def has_sandlock() -> bool:
    """Tell whether sandlock is installed."""
    return importlib.util.find_spec("sandlock") is not None


@dataclass(frozen=True, slots=True)
class Sandlock:
    """Isolation by sandlock."""

    @property
    def isolation(self) -> str:
        """What confines the command."""
        return (
            "sandlock: Landlock, system calls filtered; no network, not even loopback;"
            " no namespaces; processes limited; memory and disk watched"
        )

    @property
    def opens_hosts(self) -> bool:
        """No: without a loopback of its own there is no way to a proxy."""
        return False

    def run(self, errand: Errand) -> Completed:
        """Run the errand with the system read-only and no network at all.

        Raises:
            SandboxUnavailable: It asks for hosts, or sandlock does not start it.
        """
        if errand.hosts:
            raise SandboxUnavailable(
                "sandlock cannot open the network for named hosts only",
                hint="allow user namespaces and install bubblewrap",
            )
        if errand.streams is not None:
            raise SandboxUnavailable(
                "sandlock cannot hold a conversation with a command",
                hint="allow user namespaces and install bubblewrap",
            )
        with (
            no_repository_planted(errand.own_folders),
            tempfile.TemporaryDirectory(prefix="prodwright-") as scratch,
        ):
            counted = replace(errand, writable=(*errand.writable, Path(scratch)))
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", _program()],
                cwd=errand.folder,
                env={},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            end = partial(end_group, process)
            assert process.stdin is not None  # it is a pipe
            with contextlib.suppress(BrokenPipeError), process.stdin as told:
                told.write(json.dumps(_told(counted, scratch)).encode())
            started = Started(process=process, root=process.pid, end=end)
            return supervise(started, counted)


def _program() -> str:
    place = Path(__file__).with_name("sandlock_launch.py")
    return place.read_text("utf-8")


def _told(errand: Errand, scratch: str) -> dict[str, object]:
    interpreter = (str(Path(sys.base_prefix)), str(Path(sys.prefix)))
    readable = [*_READABLE, *interpreter, *map(str, errand.readable)]
    policy = {
        "fs_readable": [each for each in readable if Path(each).exists()],
        "fs_writable": [*map(str, errand.own_folders), *_WRITABLE_DEVICES],
        "fs_denied": [str(path) for path in _denied(errand)],
        "clean_env": True,
        "env": _variables(errand, scratch),
        "cwd": str(errand.folder),
        "max_processes": errand.processes,
        "extra_deny_syscalls": _REFUSED,
    }
    kinds = {str(kind): value for kind, value in limits(errand).items()}
    return {"command": errand.command, "policy": policy, "limits": kinds}


def _denied(errand: Errand) -> list[Path]:
    """What may only be read cannot be told apart here, so it cannot be read either."""
    repositories = tuple(folder / ".git" for folder in errand.own_folders)
    return [*repositories, *errand.read_only, *errand.hidden]


def _variables(errand: Errand, scratch: str) -> dict[str, str]:
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        **errand.environment,
    }
