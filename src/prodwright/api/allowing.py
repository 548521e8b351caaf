"""Keeps what the user allows a run, where no repository can say it.

A run's record lies in the repository, and so does a profile: neither allows anything.
What was allowed lies in the user's own cache, under the run's id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from prodwright.adapters.files import storage_errors, write_atomically
from prodwright.adapters.sandbox import Sandbox
from prodwright.adapters.user_cache import cache_folder
from prodwright.core.allowance import Allowance, listed, valid_hosts
from prodwright.core.errors import ConfigurationInvalid, RunUnfit, SandboxUnavailable
from prodwright.core.packages import Package

_RUN = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")


def own_file(variables: Mapping[str, str], kind: str, run_id: str) -> Path:
    """Return the file of a run that lies outside of its repository.

    Args:
        variables: The user's environment.
        kind: Folder of our cache, e.g. `agents`.
        run_id: Of the run; it may come from a repository.

    Raises:
        RunUnfit: It is no run's name.
    """
    if not _RUN.fullmatch(run_id):
        raise RunUnfit(f"{run_id!r} is no run's name", hint="start a new run")
    return cache_folder(variables) / kind / f"{run_id}.json"


def keep_own(file: Path, content: object) -> None:
    """Write what only the user may read.

    Raises:
        StorageFailed: The disk is full.
    """
    write_atomically(file, json.dumps(content).encode())
    file.chmod(0o600)


def keep_allowance(
    variables: Mapping[str, str], run_id: str, allowance: Allowance
) -> None:
    """Keep what is allowed to a run.

    Raises:
        StorageFailed: The disk is full.
    """
    keep_own(own_file(variables, "allowances", run_id), asdict(allowance))


def kept_allowance(variables: Mapping[str, str], run_id: str) -> Allowance:
    """Return what was allowed to a run; nothing, where nothing is kept.

    Raises:
        RunUnfit: What is kept cannot be read.
    """
    place = own_file(variables, "allowances", run_id)
    if not place.is_file():
        return Allowance()
    with storage_errors(place):
        content = place.read_bytes()
    try:
        kept = json.loads(content)
        return Allowance(
            hosts=valid_hosts(kept["hosts"]),
            gate=kept["gate"] is True,
            install=kept["install"] is True,
            paths=tuple(map(str, kept["paths"])),
        )
    except (ValueError, TypeError, KeyError, ConfigurationInvalid) as error:
        raise RunUnfit(
            f"{place}: what was allowed cannot be read", hint="start a new run"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What was installed for a run.

    Attributes:
        overlay: Name of the folder it lies in; empty: nothing was installed.
        requirements: What was asked for, as the registry was asked.
        packages: What that came to, in alphabetical order.
        times: How often the registry was asked.
        refused: What a person did not allow.
    """

    overlay: str = ""
    requirements: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()
    times: int = 0
    refused: tuple[str, ...] = ()


def keep_installed(
    variables: Mapping[str, str], run_id: str, installed: Installed
) -> None:
    """Keep what was installed for a run.

    Raises:
        StorageFailed: The disk is full.
    """
    keep_own(own_file(variables, "installed", run_id), asdict(installed))


def kept_installed(variables: Mapping[str, str], run_id: str) -> Installed:
    """Return what was installed for a run; nothing, where nothing is kept.

    Raises:
        RunUnfit: What is kept cannot be read.
    """
    place = own_file(variables, "installed", run_id)
    if not place.is_file():
        return Installed()
    with storage_errors(place):
        content = place.read_bytes()
    try:
        kept = json.loads(content)
        return Installed(
            overlay=str(kept["overlay"]),
            requirements=tuple(map(str, kept["requirements"])),
            packages=tuple(Package(**each) for each in kept["packages"]),
            times=int(kept["times"]),
            refused=tuple(map(str, kept["refused"])),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise RunUnfit(
            f"{place}: what was installed cannot be read", hint="start a new run"
        ) from error


def refuse_unreachable(hosts: tuple[str, ...], sandbox: Callable[[], Sandbox]) -> None:
    """Find out beforehand whether the sandbox can open the network for `hosts` only.

    Args:
        hosts: Whom the work may reach.
        sandbox: Returns the isolation of this machine.

    Raises:
        SandboxUnavailable: It cannot: the work would fail in the middle.
    """
    if not hosts:
        return
    box = sandbox()
    if not box.opens_hosts:
        raise SandboxUnavailable(
            f"the network cannot be opened for {listed(hosts)} only: {box.isolation}",
            hint="allow user namespaces and install bubblewrap, or allow no host",
        )
