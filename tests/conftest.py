"""What many tests share: small repositories and quiet progress."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from prodwright.adapters.git import Git
from tests_support import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a function that makes a repository with one commit."""

    def make(files: Mapping[str, str]) -> Git:
        root = tmp_path / "repository"
        root.mkdir()
        for path, text in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        run_git(root, "init", "--quiet", "--initial-branch=main")
        run_git(root, "add", "--force", ".")
        run_git(root, "commit", "--quiet", "--allow-empty", "-m", "Begin")
        return Git(root)

    return make


def run_git(folder: Path, *words: str) -> str:
    """Return what a plain git, with an identity, prints."""
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@localhost")
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def git_run() -> Callable[..., str]:
    """Return `run_git`, for tests in other folders."""
    return run_git
