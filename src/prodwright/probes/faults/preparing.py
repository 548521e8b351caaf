"""Gives one run of a test folders of its own, the same ones in each run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from prodwright.probes.faults.points import files


def have_own_folders(config: Any, folder: str) -> None:
    """Put all temporary files of pytest and of everybody else below `folder`.

    Args:
        config: Of the session, in a child of its own.
        folder: Empty.
    """
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is not None:
        factory._basetemp = _made(folder, "pytest")
        factory._retention_policy = "all"
    tempfile.tempdir = str(_made(folder, "temporary"))
    files.name_predictably()


def _made(folder: str, name: str) -> Path:
    place = Path(folder) / name
    place.mkdir(exist_ok=True)
    return place
