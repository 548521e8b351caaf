"""Packages beside an environment that is not ours to change.

Wheels are unpacked inside the sandbox, without a network, into a folder of our cache
that is named by its content. Whoever uses it reads it only, after the project's own
modules; it may hide nothing that the interpreter or the environment brings.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from prodwright.adapters.environments import SITE_PACKAGES, Environment, locked
from prodwright.adapters.files import storage_errors
from prodwright.adapters.registry import Wheel
from prodwright.adapters.sandbox import Errand, Sandbox
from prodwright.core.errors import EnvironmentFailed

_TIMEOUT_SECONDS = 300.0
_MOST_BYTES = 3_000_000_000
_LAYOUT = 1  # changes when what lies in the folder does
# They run, or decide what counts, without being asked for by name.
_DECIDING = frozenset(
    {
        "_pytest",
        "conftest",
        "mypy",
        "mypyc",
        "pluggy",
        "py",
        "pytest",
        "sitecustomize",
        "usercustomize",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlays:
    """All overlays of the user.

    Attributes:
        folder: Where they are kept.
        pip: An environment that has pip.
        sandbox: Where wheels are unpacked.
    """

    folder: Path
    pip: Environment
    sandbox: Sandbox

    def made_of(self, wheels: Sequence[Wheel], environment: Environment) -> str:
        """Unpack `wheels` unless that was done before; return the overlay's name.

        Args:
            wheels: What the environment does not have.
            environment: What they lie beside.

        Raises:
            EnvironmentFailed: They cannot be unpacked, or hide what is there.
            StorageFailed: The disk is full.
        """
        name = _name(wheels)
        place = self.folder / name
        with storage_errors(place):
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(Path(f"{place}.lock")):
                if not (place / "complete").exists():
                    shutil.rmtree(place, ignore_errors=True)
                    place.mkdir()
                    self._unpack(wheels, place)
                    (place / "complete").touch()
        _refuse_hiding(place / "site", environment)
        return name

    def _unpack(self, wheels: Sequence[Wheel], place: Path) -> None:
        scratch = place / "scratch"
        scratch.mkdir()
        command = [str(self.pip.python), "-I", "-m", "pip", "install", "--quiet"]
        command += ["--no-index", "--no-deps", "--only-binary", ":all:"]
        command += ["--no-compile", "--no-cache-dir", "--disable-pip-version-check"]
        command += ["--target", str(place / "site"), *(str(e.file) for e in wheels)]
        errand = Errand(
            command=tuple(command),
            folder=place,
            readable=(*self.pip.folders, *{each.file.parent for each in wheels}),
            environment={"TMPDIR": str(scratch), "PIP_CONFIG_FILE": "/dev/null"},
            timeout_seconds=_TIMEOUT_SECONDS,
            disk_bytes=_MOST_BYTES,
        )
        done = self.sandbox.run(errand)
        shutil.rmtree(scratch, ignore_errors=True)
        if done.code != 0 or done.broken_off:
            said = (done.output.strip().splitlines() or ["no message"])[-1]
            why = f"over the limit of {done.exceeded}" if done.exceeded else said
            raise EnvironmentFailed(
                f"the wheels cannot be unpacked: {why}", hint="name other versions"
            )


def with_overlay(environment: Environment, folder: Path, name: str) -> Environment:
    """Return `environment` with an overlay beside it.

    Args:
        environment: What it lies beside.
        folder: Where overlays are kept.
        name: Of the overlay.

    Raises:
        EnvironmentFailed: It is not there any more.
    """
    place = folder / name
    if not (place / "complete").exists():
        raise EnvironmentFailed(
            "what was installed for this run is not kept here any more",
            hint="start a new run",
        )
    return replace(
        environment,
        folders=(*environment.folders, place / "site"),
        key=f"{environment.key} {name}",
        overlay=place / "site",
    )


def _name(wheels: Sequence[Wheel]) -> str:
    told = sorted(f"{each.name} {each.version} {each.sha256}" for each in wheels)
    lines = [f"{_LAYOUT} {sys.version}", *told]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


def _refuse_hiding(site: Path, environment: Environment) -> None:
    there = {
        name: entry
        for top in environment.folders
        for place in top.glob(SITE_PACKAGES)
        for name, entry in _modules(place)
    }
    for name, entry in _modules(site):
        hides = name in _DECIDING or name in sys.stdlib_module_names
        if hides or (name in there and not _is_shared(entry, there[name])):
            raise EnvironmentFailed(
                f"a package brings {name!r}, which is there already",
                hint="it would decide what counts: name another package",
            )


def _modules(place: Path) -> Iterator[tuple[str, Path]]:
    """Yield the names under which something is imported from a folder."""
    for entry in sorted(place.iterdir()):
        is_module = entry.suffix in (".py", ".pyc", ".so")
        if entry.is_dir() and not entry.name.endswith((".dist-info", ".data")):
            yield entry.name, entry
        elif is_module:
            yield entry.name.partition(".")[0], entry


def _is_shared(one: Path, other: Path) -> bool:
    """Tell whether both are parts of a namespace, which hide nothing of each other."""
    return all(e.is_dir() and not (e / "__init__.py").exists() for e in (one, other))
