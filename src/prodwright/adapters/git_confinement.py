"""What keeps git from running anything that a repository asks for.

A repository under review is hostile: its hooks, filters, file-system monitor,
remotes and the user's own configuration must not decide what our commands do.
Its own configuration cannot be left unread, so whatever in it names a program is
overridden: by a fixed option where the name is known, else by the names found.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from prodwright.core.errors import GitFailed

OUR_ADDRESS = "prodwright@localhost"  # tells our commits from a person's
_TIMEOUT_SECONDS = 60.0
_SETTINGS = {
    "advice.detachedHead": "false",
    "commit.gpgSign": "false",
    "core.attributesFile": "/dev/null",
    "core.autocrlf": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.safecrlf": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "user.email": OUR_ADDRESS,
    "user.name": "Prodwright",
}
OPTIONS = tuple(
    word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # `protocol.ext.allow` outranks `protocol.allow`
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT")
# Sections whose entries name a program under a name of the repository's choice, and
# what disarms each: an empty filter copies; hooks stand in the configuration since
# git 2.54, where `core.hooksPath` does not reach them.
_DISARMING = {
    "filter": {"clean": "", "smudge": "", "process": "", "required": "false"},
    "hook": {"enabled": "false", "event": ""},
}


def executable() -> str:
    """Return the path of git.

    Raises:
        GitFailed: It is not installed.
    """
    found = shutil.which("git")
    if found is None:
        raise GitFailed("git is not installed", hint="install git 2.31 or newer")
    return found


def environment(
    root: Path, at: str, place: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return the environment in which a git command runs nothing but git.

    Args:
        root: Top folder of the checkout; `core.worktree` may not name another.
        at: Time that a commit carries, in ISO 8601; empty: now.
        place: Variables that say where repository and index are, when not in `root`.

    Raises:
        GitFailed: The repository's configuration cannot be read.
        OSError: Git cannot run in `root`.
    """
    base = {**_base_environment(root), **place}
    times = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
    return {**base, **_disarmed(_named_programs(root, base)), **times}


def _base_environment(root: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # A folder that is no repository yet must not stand for the one around it.
    place = {"GIT_CEILING_DIRECTORIES": str(root.parent)}
    if (root / ".git").exists():
        place["GIT_WORK_TREE"] = str(root)
    return {**kept, **_ENVIRONMENT, **place}


def _named_programs(root: Path, base: dict[str, str]) -> list[str]:
    """Return the names, such as `filter.lfs`, of what the repository configures."""
    sections = "|".join(_DISARMING)
    words = ("config", "--null", "--name-only", "--get-regexp", rf"^({sections})\..+\.")
    done = subprocess.run(
        [executable(), *OPTIONS, *words],
        cwd=root,
        env=base,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode not in (0, 1):  # 1: there are none
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitFailed(
            f"git cannot read its configuration: {(said or ['no message'])[-1]}",
            hint=f"mend {root / '.git' / 'config'}",
        )
    keys = os.fsdecode(done.stdout).split("\0")
    return sorted({key.rpartition(".")[0] for key in keys if key})


def _disarmed(names: Iterable[str]) -> dict[str, str]:
    """Return variables rather than options: those split at the first `=`."""
    entries = [
        (f"{name}.{key}", value)
        for name in names
        for key, value in _DISARMING[name.partition(".")[0]].items()
    ]
    told = {"GIT_CONFIG_COUNT": str(len(entries))}
    for number, (key, value) in enumerate(entries):
        told[f"GIT_CONFIG_KEY_{number}"] = key
        told[f"GIT_CONFIG_VALUE_{number}"] = value
    return told
