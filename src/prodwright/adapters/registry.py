"""Fetches wheels from the user's package registry, with the user's own pip settings.

It runs outside of the sandbox, for the settings may hold credentials. So pip is kept
from starting any program: an archive that would have to be built, wherever it is named,
ends the download, and nothing of a package runs. Nothing is unpacked here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import (
    InvalidWheelFilename,
    canonicalize_name,
    parse_wheel_filename,
)

from prodwright.adapters.files import storage_errors
from prodwright.adapters.sandbox import Completed, Errand, Unconfined
from prodwright.core.errors import EnvironmentFailed

MOST_PACKAGES = 150
_TIMEOUT_SECONDS = 300.0
_MOST_BYTES = 1_000_000_000
_PASSED_ON = frozenset(
    {
        "HOME",
        "LANG",
        "NETRC",
        "PATH",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "XDG_CONFIG_HOME",
    }
)
# Audit events of everything that starts a program; a hook cannot be taken away again.
_ONLY_PIP = """
import runpy, sys
STARTS = ("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system",
          "pty.spawn", "subprocess.Popen")
def refuse(event, arguments):
    if event in STARTS:
        raise PermissionError("nothing is built or started to fetch packages")
sys.addaudithook(refuse)
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
_ADDRESS = re.compile(r"(\w+://)(?:[^/@\s]*@)?([^/\s'\"<>]*)[^\s'\"<>]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel on the disk.

    Attributes:
        name: Of the package, canonical.
        version: Of the package.
        sha256: In hexadecimal.
        file: Where it is.
    """

    name: str
    version: str
    sha256: str
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The user's registry, as pip finds it.

    Attributes:
        pip: A Python that has pip.
        variables: The user's environment; proxies and pip's settings are passed on.
    """

    pip: Path
    variables: Mapping[str, str]

    def fetch(
        self,
        requirements: Sequence[str],
        pins: Mapping[str, str],
        python_version: str,
        folder: Path,
    ) -> tuple[Wheel, ...]:
        """Fetch wheels of `requirements` and of all that they need.

        Args:
            requirements: Validated; no addresses, no options.
            pins: Versions by name that must stay as they are.
            python_version: Of those who will use them, e.g. `3.12`; empty: ours.
            folder: An empty folder for the wheels.

        Raises:
            EnvironmentFailed: The registry has no such wheels, cannot be reached, or
                something would have to be built.
        """
        constraints = folder / "constraints.txt"
        wheels = folder / "wheels"
        with storage_errors(folder):
            wheels.mkdir(parents=True)
            lines = [f"{name}=={version}\n" for name, version in sorted(pins.items())]
            constraints.write_text("".join(lines), "utf-8")
        words = ["download", "--only-binary", ":all:", "--no-cache-dir", "--no-input"]
        words += ["--quiet", "--disable-pip-version-check", "--dest", str(wheels)]
        words += ["--constraint", str(constraints)]
        if python_version:
            words += ["--python-version", python_version, "--implementation", "cp"]
        self._run([*words, "--", *requirements], folder)
        found = tuple(map(_wheel, sorted(wheels.iterdir())))
        if len(found) > MOST_PACKAGES:
            raise _failed(f"{len(found)} packages are more than {MOST_PACKAGES}")
        return found

    def _run(self, words: Sequence[str], folder: Path) -> None:
        kept = {
            name: value
            for name, value in self.variables.items()
            if name in _PASSED_ON
            or name.startswith("PIP_")
            or name.lower().endswith("_proxy")
        }
        errand = Errand(
            command=(str(self.pip), "-I", "-c", _ONLY_PIP, *words),
            folder=folder,
            environment={**kept, "TMPDIR": str(folder)},
            timeout_seconds=_TIMEOUT_SECONDS,
            disk_bytes=_MOST_BYTES,
        )
        done = Unconfined().run(errand)
        if done.code != 0 or done.broken_off:
            raise _failed(_reason(done))


def _reason(done: Completed) -> str:
    if done.timed_out:
        return f"it took longer than {_TIMEOUT_SECONDS:.0f} s"
    if done.exceeded:
        return f"it went over the limit of {done.exceeded}"
    lines = [each for each in done.output.splitlines() if each.strip()]
    errors = [each for each in lines if each.startswith("ERROR:")]
    crashed = "ERROR: Exception:" in errors  # then the last line says why
    said = lines[-1:] if crashed else (errors or lines)[-2:]
    return without_addresses("; ".join(said) or f"pip ended with code {done.code}")


def without_addresses(text: str) -> str:
    """Return `text` with all addresses cut down to their host: the rest is private."""
    return _ADDRESS.sub(r"\1\2", text)


def _wheel(file: Path) -> Wheel:
    try:
        name, version, _, _ = parse_wheel_filename(file.name)
    except InvalidWheelFilename as error:
        raise _failed(f"{file.name} is no wheel") from error
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Wheel(
        name=canonicalize_name(name), version=str(version), sha256=digest, file=file
    )


def _failed(why: str) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"fetching packages failed: {why}",
        hint="name packages that the registry has as wheels, in versions that fit",
    )
