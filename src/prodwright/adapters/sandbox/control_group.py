"""Limits by a control group (cgroup v2), where we may make one.

The kernel then holds memory and processes of the whole tree to their limits, however
fast they grow. Most machines give it to root and to services to which their manager
has delegated a group; elsewhere the supervising process watches.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.sandbox.errand import Errand

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_NEEDED = {"memory", "pids"}
_REMOVAL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """One group, for one errand.

    Attributes:
        folder: Where the kernel shows it.
    """

    folder: Path

    def add(self, process: int) -> None:
        """Move a process, and with it all that it will start, into the group.

        Raises:
            OSError: We may not.
        """
        (self.folder / "cgroup.procs").write_text(str(process))

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether the kernel ended a process of the group for want of memory."""
        events = _words(self.folder / "memory.events")
        return "oom_kill" in events and events[events.index("oom_kill") + 1] != "0"

    def remove(self) -> None:
        """End what is left in the group, and the group."""
        with contextlib.suppress(OSError):
            (self.folder / "cgroup.kill").write_text("1")  # since Linux 5.14
        deadline = time.monotonic() + _REMOVAL_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):  # ended processes leave it late
                self.folder.rmdir()
                return
            time.sleep(0.01)


def parent_group(root: Path = _ROOT, own: Path = _OWN) -> Path | None:
    """Return the nearest group in which we may make groups with limits, if any.

    Args:
        root: Where the kernel shows all groups.
        own: The file that tells which one we are in.
    """
    line = next((each for each in _lines(own) if each.startswith("0::")), None)
    if line is None:
        return None
    here = root / line.removeprefix("0::").strip().lstrip("/")
    above = (here, *(each for each in here.parents if each.is_relative_to(root)))
    return next((each for each in above if _may_hold_groups(each)), None)


def make_group(parent: Path, errand: Errand) -> ControlGroup | None:
    """Return a new group with the limits of `errand`; None when it is refused."""
    folder = parent / f"prodwright-{secrets.token_hex(8)}"
    group = ControlGroup(folder)
    try:
        folder.mkdir()
        for name, value in _settings(errand).items():
            (folder / name).write_text(value)
    except OSError:
        group.remove()
        return None
    with contextlib.suppress(OSError):  # a machine without swap does not have it
        (folder / "memory.swap.max").write_text("0")
    return group


def _settings(errand: Errand) -> dict[str, str]:
    # The private folders in memory count too, and have limits of their own.
    memory = errand.memory_bytes + 2 * errand.scratch_bytes
    return {
        "memory.max": str(memory),
        "memory.oom.group": "1",
        "pids.max": str(errand.processes),
    }


def _may_hold_groups(folder: Path) -> bool:
    """Moving a process takes the right to write to the group above both places."""
    if not set(_words(folder / "cgroup.subtree_control")) >= _NEEDED:
        return False
    return os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except OSError:
        return []


def _words(file: Path) -> list[str]:
    return " ".join(_lines(file)).split()
