"""What every command that works on runs is started with."""

from __future__ import annotations

import os
from pathlib import Path

import click

from prodwright.api.opening import Surroundings
from prodwright.cli.asking import Terminal
from prodwright.cli.output import is_interactive
from prodwright.cli.progress import StepProgress, progress_for_stderr


def surroundings(*, allow_unsandboxed: bool = False) -> Surroundings:
    """Return the current folder, environment, and a progress display."""
    return _around(progress_for_stderr(), allow_unsandboxed=allow_unsandboxed)


def asking_surroundings(
    *, allow_unsandboxed: bool, may_ask: bool
) -> tuple[Surroundings, Terminal | None]:
    """Return the same, and who asks a person; None when nobody is there.

    Args:
        allow_unsandboxed: Whether foreign code may run without isolation.
        may_ask: False: nobody is asked even if somebody is there.
    """
    progress = progress_for_stderr()
    around = _around(progress, allow_unsandboxed=allow_unsandboxed)
    if not may_ask or not is_interactive():
        return around, None

    return around, Terminal(progress.paused)


def _around(progress: StepProgress, *, allow_unsandboxed: bool) -> Surroundings:
    click.get_current_context().call_on_close(progress.close)
    return Surroundings(
        folder=Path.cwd(),
        variables=os.environ,
        progress=progress,
        allow_unsandboxed=allow_unsandboxed,
    )
