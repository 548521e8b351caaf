"""Keeps what the user allows a run, where no repository can say it.

A run's record lies in the repository, and so does a profile: neither allows anything.
What was allowed lies in the user's own cache, under the run's id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from prodwright.adapters.environments import cache_folder
from prodwright.adapters.files import storage_errors, write_atomically
from prodwright.adapters.sandbox import Sandbox
from prodwright.core.allowance import Allowance, listed, valid_hosts
from prodwright.core.errors import ConfigurationInvalid, RunUnfit, SandboxUnavailable

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
        )
    except (ValueError, TypeError, KeyError, ConfigurationInvalid) as error:
        raise RunUnfit(
            f"{place}: what was allowed cannot be read", hint="start a new run"
        ) from error


def refuse_unreachable(box: Sandbox, hosts: tuple[str, ...]) -> None:
    """Find out beforehand whether the sandbox can open the network for `hosts` only.

    Raises:
        SandboxUnavailable: It cannot: the work would fail in the middle.
    """
    if hosts and not box.opens_hosts:
        raise SandboxUnavailable(
            f"the network cannot be opened for {listed(hosts)} only: {box.isolation}",
            hint="allow user namespaces and install bubblewrap, or allow no host",
        )
