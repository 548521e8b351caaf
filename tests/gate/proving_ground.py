"""Candidates and toolboxes for stages that run a small project's code."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from prodwright.adapters.environments import environment_of
from prodwright.adapters.sandbox import find_sandbox
from prodwright.analysis.project import project_of
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate, Toolbox


def candidate(
    place: Path, files: Mapping[str, str], before: Mapping[str, str] | None = None
) -> Candidate:
    """Return a candidate whose files stand below `place`."""
    for path, text in files.items():
        file = place / "tree" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    python = {path: text for path, text in files.items() if path.endswith(".py")}
    return Candidate(
        tree=place / "tree",
        base=place / "tree",
        folder="",
        after=project_of(python),
        before=project_of(before or {}),
        changed=tuple(files),
        profile=Profile(),
    )


def toolbox(place: Path, *, has_python: bool = True) -> Toolbox:
    """Return what runs such code with the interpreter of the tests."""
    python = environment_of(Path(sys.executable)) if has_python else None

    def copy(tree: Path, name: str) -> Path:
        return Path(shutil.copytree(tree, place / "scratch" / name))

    return Toolbox(
        copy=copy,
        sandbox=lambda: find_sandbox(allow_unsandboxed=False),
        environment=lambda: python,
        timeout_seconds=120.0,
    )
