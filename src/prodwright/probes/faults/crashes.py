"""What a crash has left: whole, or mended by a second try, or neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from prodwright.probes.faults.children import Ended, Send
from prodwright.probes.faults.details import Details, details
from prodwright.probes.faults.judging import Base
from prodwright.probes.faults.remains import Remains
from prodwright.probes.faults.rerunning import Rerun
from prodwright.probes.faults.restarting import Judged, Restarts
from prodwright.probes.faults.snapshots import snapshot, unreadable
from prodwright.probes.postgres.wire import Refused
from prodwright.probes.stash import TooMuch

Work = Callable[[Send], None]
_CANNOT_BE_KEPT = (Refused, TooMuch, sqlite3.Error, OSError)


class Crashes:
    """Looks at what crashes of one test's process leave.

    Args:
        item: The test.
        base: What its unfaulted runs showed.
        folder: With its temporary files.
        touched: Further files.
        run: Does work in a child, with the folder empty.
    """

    def __init__(
        self,
        item: pytest.Item,
        base: Base,
        folder: str,
        touched: tuple[str, ...],
        run: Callable[[Work], Ended],
    ) -> None:
        self._item, self._base = item, base
        self._folder, self._touched = folder, touched
        self._run = run
        self._restarts = Restarts(self._rerun, self._kept, base.volatile)

    def consequences(self, entry: int) -> list[tuple[str, str]]:
        """Return kinds of what is wrong after a crash, each with what it says.

        Args:
            entry: Number of the call in which the process ended; below 1: unknown.
        """
        torn = self._torn(entry)
        judged, left = Judged(), self._details()
        remains = self._kept() if entry > 0 and left is not None else None
        if remains is not None and left is not None:
            judged = self._restarts.after_crash(entry, left, remains)
        if judged.is_mended and left is not None:
            torn = [name for name in torn if not _is_database(name, left)]
        told = "is neither as before nor as after the crash"
        return [*(("torn-on-crash", f"{name} {told}") for name in torn), *judged.found]

    def _torn(self, entry: int) -> list[str]:
        final = snapshot(self._folder, self._touched)
        legal = self._base.legal(entry)
        untold = self._base.volatile | unreadable(final)
        names = {name for state in legal for name in state} - untold
        return [
            name
            for name in sorted(names)
            if not name.startswith("database in memory")
            and final.get(name) not in [state.get(name) for state in legal]
        ]

    def _rerun(self, entry: int, remains: Remains | None) -> Ended:
        run = Rerun(self._item, self._folder, self._touched, entry, remains)
        return self._run(run)

    def _kept(self) -> Remains | None:
        try:
            return Remains(self._folder, self._touched)
        except _CANNOT_BE_KEPT:
            return None

    def _details(self) -> Details | None:
        try:
            return details(self._folder, self._touched)
        except _CANNOT_BE_KEPT:
            return None


def _is_database(name: str, left: Details) -> bool:
    """Another process may set a database right; a torn file's content is gone."""
    return any(each.startswith(f"{name}, ") for each in left)
