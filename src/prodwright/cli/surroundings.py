"""What every command that works on runs is started with."""

from __future__ import annotations

import os
from pathlib import Path

import click

from prodwright.api.opening import Surroundings
from prodwright.cli.progress import progress_for_stderr


def surroundings(*, allow_unsandboxed: bool = False) -> Surroundings:
    """Return the current folder, environment, and a progress display."""
    progress = progress_for_stderr()
    click.get_current_context().call_on_close(progress.close)
    return Surroundings(
        folder=Path.cwd(),
        variables=os.environ,
        progress=progress,
        allow_unsandboxed=allow_unsandboxed,
    )
