"""Python environments: one for what we generate, and the project's own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from prodwright.adapters.files import storage_errors
from prodwright.core.errors import EnvironmentFailed, PathRefused

_INSTALL_TIMEOUT_SECONDS = 900.0
LOCKS = ("requirements.lock", "requirements-dev.lock")
SITE_PACKAGES = "lib/python*/site-packages"
_MOST_LINKS = 40  # as many as Linux follows
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An interpreter with packages.

    Attributes:
        python: The interpreter.
        folders: Folders it needs to be able to read.
        key: Changes whenever its packages may have changed.
        overlay: Folder with further packages, found after the project's own; None
            without any.
    """

    python: Path
    folders: tuple[Path, ...]
    key: str
    overlay: Path | None = None

    @property
    def further(self) -> tuple[Path, ...]:
        """What comes last on the interpreter's path."""
        return (self.overlay,) if self.overlay else ()

    def packages(self) -> dict[str, str]:
        """Return versions by canonical name; nothing is run to find out."""
        places = [each for top in self.folders for each in top.glob(SITE_PACKAGES)]
        return _versions([*places, *self.further])


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentCache:
    """Environments made from lock files, kept by the hash of the lock.

    Attributes:
        folder: Where they are kept, in the user's cache folder.
        variables: Environment variables; pip's own settings are passed on to it.
    """

    folder: Path
    variables: Mapping[str, str]

    def has(self, locks: Sequence[Path]) -> bool:
        """Tell whether the environment for `locks` is there already."""
        return (self.folder / _key(locks) / "complete").exists()

    def pip(self) -> Environment:
        """Return an environment with pip and nothing else.

        Raises:
            EnvironmentFailed: It cannot be made.
            StorageFailed: The disk is full.
        """
        place = self.folder / f"pip-{_key(())}"
        with storage_errors(place):
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(Path(f"{place}.lock")):
                whole = place / "complete"
                if not (whole.exists() and (place / "bin" / "python").exists()):
                    shutil.rmtree(place, ignore_errors=True)
                    self._run([sys.executable, "-m", "venv", str(place)])
                    whole.touch()
        return environment_of(place / "bin" / "python", place.name)

    def for_locks(self, locks: Sequence[Path]) -> Environment:
        """Return the environment with exactly the packages that `locks` name.

        Only wheels whose hashes are in the lock are installed, so nothing of a
        package runs while it is installed.

        Raises:
            EnvironmentFailed: The registry cannot be reached or refuses.
            StorageFailed: The disk is full.
        """
        key = _key(locks)
        place = self.folder / key
        with storage_errors(place):
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder / f"{key}.lock"):
                # The interpreter it was made from may be gone since.
                if not self.has(locks) or not (place / "bin" / "python").exists():
                    self._make(place, locks)
        return environment_of(place / "bin" / "python", key)

    def _make(self, place: Path, locks: Sequence[Path]) -> None:
        if place.exists():
            shutil.rmtree(place)
        self._run([sys.executable, "-m", "venv", str(place)])
        command = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        command += ["--require-hashes", "--only-binary", ":all:"]
        command += [word for lock in locks for word in ("-r", str(lock))]
        self._run(command)
        (place / "complete").touch()

    def _run(self, command: list[str]) -> None:
        kept = {
            name: value
            for name, value in self.variables.items()
            if name in _PASSED_ON
            or name.startswith("PIP_")
            or name.lower().endswith("_proxy")
        }
        try:
            done = subprocess.run(
                command,
                env={**kept, "PIP_NO_INPUT": "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_INSTALL_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EnvironmentFailed(
                f"installing took longer than {_INSTALL_TIMEOUT_SECONDS:.0f} s",
                hint="check the connection to the package registry, then try again",
            ) from error
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise EnvironmentFailed(
                f"installing failed: {said[-1] if said else 'no message'}",
                hint="check the connection to the package registry, then try again",
            )


def environment_of(python: Path, key: str = "") -> Environment:
    """Return the environment that `python` belongs to.

    Nothing is run to find out: a repository may bring its own interpreter, and
    only the sandbox may start that.

    Raises:
        EnvironmentFailed: It is no interpreter.
    """
    found = shutil.which(python)
    place = Path(os.path.abspath(found)) if found else python  # noqa: PTH100 - not `..`
    base = _base_of(place) if found else None
    if base is None:
        raise EnvironmentFailed(
            f"{python} is no Python interpreter", hint="name one with --python"
        )
    own = place.parent.parent
    folders = [own] if (own / "pyvenv.cfg").is_file() else []
    folders += [base, *_link_folders(place)]
    told = [str(place), str(place.resolve()), str(place.stat().st_mtime_ns)]
    told += [_packages(each) for each in folders]
    digest = hashlib.sha256("\n".join(told).encode(errors="surrogateescape"))
    return Environment(
        python=place,
        folders=tuple(dict.fromkeys(folders)),
        key=key or digest.hexdigest()[:20],
    )


def _base_of(python: Path) -> Path | None:
    """Return the folder of the installation that `python` is, links to, or copies."""
    if "py" not in python.resolve().name:
        return None
    candidates = [python.resolve().parent.parent]
    settings = python.parent.parent / "pyvenv.cfg"
    if settings.is_file():
        lines = settings.read_text("utf-8", errors="replace").splitlines()
        pairs = (line.partition("=") for line in lines)
        homes = [value.strip() for name, _, value in pairs if name.strip() == "home"]
        candidates += [Path(home).resolve().parent for home in homes]
    # A folder is opened to foreign code only when it holds a standard library.
    return next((each for each in candidates if _holds_library(each)), None)


def _holds_library(folder: Path) -> bool:
    return folder != folder.parent and any(folder.glob("lib*/py*3*/os.py"))


def _link_folders(python: Path) -> list[Path]:
    """Return the folders of the links between `python` and its installation."""
    folders: list[Path] = []
    while python.is_symlink() and len(folders) < _MOST_LINKS:
        folders.append(python.parent)
        target = python.parent / python.readlink()
        python = Path(os.path.normpath(target))
    return folders


def project_python(root: Path, named: str, variables: Mapping[str, str]) -> Path | None:
    """Return the interpreter that the project's tests run with.

    Args:
        root: The project.
        named: As configured; wins.
        variables: Environment variables, for the active environment.
    """
    if named:
        return Path(named)
    active = variables.get("VIRTUAL_ENV", "")
    places = [root / ".venv", root / "venv", *([Path(active)] if active else [])]
    found = (place / "bin" / "python" for place in places)
    return next((each for each in found if each.exists()), None)


def locks_in(project: Path) -> list[Path]:
    """Return the lock files that an environment of our own is made from."""
    return [project / name for name in LOCKS if (project / name).is_file()]


def refuse_missing(named: str) -> None:
    """Refuse an interpreter that cannot be started, before anything is begun.

    Raises:
        PathRefused: `named` is no program.
    """
    if named and (Path(named).is_dir() or not os.access(named, os.X_OK)):
        raise PathRefused(
            f"{named!r} is no program", hint="name the project's Python, a file"
        )


def _packages(prefix: Path) -> str:
    found = prefix.glob(f"{SITE_PACKAGES}/*.dist-info")
    return "\n".join(sorted(each.name for each in found))


def _versions(places: Iterable[Path]) -> dict[str, str]:
    """Return what the names of folders say; what they hold may be anybody's."""
    found: dict[str, str] = {}
    for place in places:
        for each in sorted(place.glob("*.dist-info")):
            name, _, version = each.name.removesuffix(".dist-info").partition("-")
            with suppress(InvalidVersion):
                found.setdefault(canonicalize_name(name), str(Version(version)))
    return found


def python_version(environment: Environment) -> str:
    """Return e.g. `3.12`, as names and settings tell it; empty: as ours."""
    named = re.search(r"python(3\.\d+)$", environment.python.resolve().name)
    if named:
        return named[1]
    settings = environment.python.parent.parent / "pyvenv.cfg"
    if not settings.is_file():
        return ""
    text = settings.read_text("utf-8", errors="replace")
    told = re.search(r"^version(?:_info)? *= *(3\.\d+)", text, re.M)
    return told[1] if told else ""


def _key(locks: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for lock in locks:
        digest.update(lock.read_bytes())
    digest.update(f"{sys.version} {platform.platform()} {sys.prefix}".encode())
    return digest.hexdigest()[:20]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold `path` for this process."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
