"""What many tests share: small repositories and quiet progress."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from prodwright.adapters.git import Git
from tests_support import Program, Repository, heed_interrupts


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process ends long after the others."""
    items.sort(key=lambda item: item.path.name != "test_build.py")


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


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Return the folder that a user's cache is in."""
    return tmp_path / "cache"


@pytest.fixture
def program(cache: Path) -> Program:
    """Return a function that runs the program as a user does, in a process."""

    def run(
        folder: Path,
        *words: str,
        environment: Mapping[str, str] | None = None,
        interrupt_after: str = "",
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "prodwright", *words]
        told = {**os.environ, "PRODWRIGHT_CACHE_DIR": str(cache), **(environment or {})}
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=told,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_interrupts,
        )
        seen = _interrupt(process, interrupt_after) if interrupt_after else ""
        stdout, stderr = process.communicate(timeout=600)
        return subprocess.CompletedProcess(
            command, process.returncode, stdout, seen + stderr
        )

    return run


def _interrupt(process: subprocess.Popen[str], after: str) -> str:
    """Press Ctrl-C as soon as the program has told of `after`."""
    seen = ""
    assert process.stderr is not None
    for line in process.stderr:
        seen += line
        if after in line:
            process.send_signal(signal.SIGINT)
            break
    return seen
