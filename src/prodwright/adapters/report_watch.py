"""Tells, while experiments run in the sandbox, what they have tried last.

What it reads is written by foreign code: it is shown, and nothing rests on it.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from prodwright.adapters.sandbox import Completed, Errand, Sandbox
from prodwright.core.printing import printable

_MOST_BYTES = 1 << 20  # of each report, at each look; what is left over is not told
_MOST_CHARACTERS = 70
_NAMES = ("test", "path", "module", "name")  # what lines are about, best first


@dataclass(frozen=True, slots=True)
class Watched:
    """Runs errands in another sandbox, and tells of the reports they write.

    Attributes:
        sandbox: Where they run.
        tell: Is told one short line at a time.
        pause_seconds: Between two looks at the reports.
    """

    sandbox: Sandbox
    tell: Callable[[str], None]
    pause_seconds: float = 1.0

    @property
    def isolation(self) -> str:
        """What confines the command."""
        return self.sandbox.isolation

    @property
    def opens_hosts(self) -> bool:
        """Whether the sandbox can open the network for named hosts."""
        return self.sandbox.opens_hosts

    def run(self, errand: Errand) -> Completed:
        """Run the errand, and look at its reports meanwhile."""
        reports = _Reports(errand.folder, self.tell, self.pause_seconds)
        return self.sandbox.run(replace(errand, watch=reports.look))


class _Reports:
    """The reports in one folder, as far as they were read."""

    def __init__(
        self, folder: Path, tell: Callable[[str], None], pause_seconds: float
    ) -> None:
        self._folder = folder
        self._tell = tell
        self._pause_seconds = pause_seconds
        self._next_look = time.monotonic() + pause_seconds
        self._read: dict[Path, int] = {}
        self._lines = 0

    def look(self) -> None:
        """Tell what is new; at other times do nothing."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + self._pause_seconds
        told = [line for each in self._files() for line in self._new_lines(each)]
        self._lines += len(told)
        names = [name for line in told for name in _named(line)]
        if names:
            shown = printable(names[-1])[-_MOST_CHARACTERS:]
            self._tell(f"{self._lines} done, last: {shown}")

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(".prodwright-*/report-*.jsonl"))

    def _new_lines(self, file: Path) -> list[str]:
        start = self._read.get(file, 0)
        content = _content(file, start)
        whole = content[: content.rfind(b"\n") + 1]
        self._read[file] = start + len(whole)
        return whole.decode(errors="replace").splitlines()


def _content(file: Path, start: int) -> bytes:
    """Return what a plain file holds from there on; nothing of anything else."""
    with contextlib.suppress(OSError):
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                return os.pread(handle, _MOST_BYTES, start)
        finally:
            os.close(handle)
    return b""


def _named(line: str) -> Iterator[str]:
    with contextlib.suppress(ValueError, RecursionError):
        told = json.loads(line[line.find("{") :])
        found = [str(told[each]) for each in _NAMES if told.get(each)]
        yield from found[:1]
