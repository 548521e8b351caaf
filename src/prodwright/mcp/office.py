"""What all tools of one server share."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.api.opening import Surroundings
from prodwright.mcp.jobs import Job, Jobs
from prodwright.mcp.root import Root
from prodwright.mcp.work import Order
from prodwright.runs.records import new_run_id

MOST_PATIENCE_SECONDS = 50.0  # clients give up on a call after 60
DEFAULT_PATIENCE_SECONDS = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One server's root and work.

    Attributes:
        root: Where everything that a client names has to lie.
        jobs: All work of the server.
        allow_unsandboxed: Whether foreign code may run without isolation.
        patience_seconds: Longest that a call waits before it answers with a job.
    """

    root: Root
    jobs: Jobs
    allow_unsandboxed: bool = False
    patience_seconds: float = DEFAULT_PATIENCE_SECONDS

    def start(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        folder: Path | None = None,
        job_id: str = "",
    ) -> Job:
        """Begin a piece of work.

        Args:
            tool: Which.
            arguments: Checked; paths absolute.
            folder: Where; None: in the root.
            job_id: Of the run that goes on; empty: a new one.

        Raises:
            Overloaded: Too much is under way.
        """
        order = Order(
            tool=tool,
            folder=str(folder or self.root.path),
            id=job_id or new_run_id(),
            arguments=arguments,
            allow_unsandboxed=self.allow_unsandboxed,
        )
        return self.jobs.start(order)

    def place_of(self, run: str, folder: str) -> Path:
        """Return where a run is: as named, else where this server began it.

        Raises:
            PathRefused: `folder` is outside of the root.
        """
        job = self.jobs.find(run) if not folder else None
        if job is not None:
            return Path(job.order.arguments.get("into", job.order.folder))
        return self.root.inside(folder or ".")

    def surroundings(self, folder: Path) -> Surroundings:
        """Return what reading a run's records in `folder` needs."""
        return Surroundings(folder=folder, variables=os.environ, progress=_Nobody())

    def within(self, seconds: float) -> float:
        """Return `seconds`, but no more than the server's patience."""
        return min(seconds, self.patience_seconds)


class _Nobody:
    """A progress that nobody follows."""

    def started(self, step: str) -> None:
        """A step begins."""

    def finished(self, step: str, seconds: float, note: str) -> None:
        """A step is done."""

    def note(self, text: str) -> None:
        """Something takes its time."""

    def trying(self, text: str) -> None:
        """A step goes on."""

    def show(self, lines: object) -> None:
        """Something is worth reading."""
