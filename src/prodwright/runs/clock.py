"""How long a run has taken, over all the processes that worked on it."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from prodwright.adapters.files import storage_errors, write_atomically
from prodwright.core.errors import PathRefused, RunUnfit, StorageFailed

_KEEP_EVERY_SECONDS = 5.0  # the most that a killed process takes along


class RunClock:
    """Counts on where the process before ended.

    Args:
        file: Where the time is kept; it need not be there yet.
        now: Monotonic clock, in seconds.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._now = now
        self._begun = now()

    def seconds(self) -> float:
        """Return the wall-clock time of the run so far.

        Raises:
            RunUnfit: What the file holds is no time.
        """
        return self._before + self._now() - self._begun

    @cached_property
    def _before(self) -> float:
        return _kept(self._file)

    @contextmanager
    def kept(self, every_seconds: float = _KEEP_EVERY_SECONDS) -> Iterator[None]:
        """Keep the time while the block runs, and when it is left.

        Args:
            every_seconds: How often; what a kill loses is never more.

        Raises:
            RunUnfit: What the file holds is no time.
        """
        self.seconds()  # read before anything is written
        ended = threading.Event()
        keeper = threading.Thread(
            target=self._keep_until, args=(ended, every_seconds), daemon=True
        )
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join()

    def _keep_until(self, ended: threading.Event, every_seconds: float) -> None:
        while not ended.wait(every_seconds):
            self._keep()
        self._keep()

    def _keep(self) -> None:
        try:
            write_atomically(self._file, json.dumps(round(self.seconds(), 3)).encode())
        except (PathRefused, StorageFailed):
            return  # whatever the run itself writes next meets it, and tells


def _kept(file: Path) -> float:
    with storage_errors(file):
        content = file.read_bytes() if file.exists() else b"0"
    try:
        seconds = float(json.loads(content))
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise _damaged(file, str(error)) from error
    if not (math.isfinite(seconds) and seconds >= 0):
        raise _damaged(file, f"{seconds} is no time")
    return seconds


def _damaged(file: Path, told: str) -> RunUnfit:
    return RunUnfit(
        f"{file}: the run's clock is damaged: {told}",
        hint="`prodwright runs undo` takes the run back",
    )
