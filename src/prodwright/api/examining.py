"""`doctor`: what this machine has, and what each missing thing costs."""

from __future__ import annotations

import platform
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.environments import project_python
from prodwright.adapters.git import Git, find_repository
from prodwright.adapters.git_confinement import executable
from prodwright.adapters.models.opening import open_model
from prodwright.adapters.sandbox import find_sandbox
from prodwright.adapters.user_cache import cache_folder
from prodwright.core.conversation import Request, Told
from prodwright.core.errors import ProdwrightError
from prodwright.core.settings import ModelSettings, Settings

_TRIAL = Request(
    number=1,
    instructions="Answer with one word.",
    messages=(Told(text="Say: ready."),),
    most_output_tokens=256,  # thinking counts, and some providers refuse fewer
    timeout_seconds=20.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One thing that was looked at.

    Attributes:
        name: What.
        found: What is there; empty when it is missing.
        cost: What its absence costs.
    """

    name: str
    found: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Everything that was looked at, and the settings in force."""

    checkups: tuple[Checkup, ...]
    settings: Settings


def examine(folder: Path, variables: Mapping[str, str]) -> Examination:
    """Look at the machine, the repository and the configuration.

    Raises:
        ConfigurationInvalid: The configuration is wrong.
    """
    git = find_repository(folder)
    root = git.root if git else folder
    settings = read_settings(folder, variables)
    python = project_python(root, settings.python, variables)
    machine = _machine(root if git else None, variables)
    model = _model(settings.model, variables)
    checkups = (*machine, model, *_project(python))
    return Examination(checkups=checkups, settings=settings)


def _machine(root: Path | None, variables: Mapping[str, str]) -> tuple[Checkup, ...]:
    version = f"{platform.python_version()} ({sys.executable})"
    return (
        Checkup(name="python", found=version, cost=""),
        Checkup(
            name="git",
            found=_git(),
            cost="no build and no harden: work is delivered as a branch",
        ),
        Checkup(
            name="repository",
            found=str(root or ""),
            cost="no harden here; build needs --into",
        ),
        Checkup(
            name="sandbox",
            found=_sandbox(),
            cost="types, tests and integrity are unverified: foreign code does not run",
        ),
        Checkup(name="cache", found=str(cache_folder(variables)), cost=""),
    )


def _model(settings: ModelSettings, variables: Mapping[str, str]) -> Checkup:
    """Ask the model for one word: a key may be there and wrong."""
    if not settings.name:
        cost = "only blueprints and codemods write; other requests end with exit 4"
        return Checkup(name="model", found="", cost=cost)
    started = time.monotonic()
    try:
        open_model(settings, variables).answer(_TRIAL)
    except ProdwrightError as error:
        return Checkup(name="model", found="", cost=f"{error}; {error.hint}")
    seconds = time.monotonic() - started
    return Checkup(
        name="model", found=f"{settings.name}, answers in {seconds:.1f} s", cost=""
    )


def _project(python: Path | None) -> tuple[Checkup, ...]:
    return (
        Checkup(
            name="project python",
            found=str(python or ""),
            cost="tests and integrity are unverified in harden; name one with --python",
        ),
        _tool("pytest", python, "tests and integrity are unverified in harden"),
        _tool("mypy", python, "clear-contracts is unverified in harden"),
    )


def _git() -> str:
    try:
        return f"{Git(Path.cwd()).run('--version')} ({executable()})"
    except ProdwrightError:
        return ""


def _sandbox() -> str:
    try:
        return find_sandbox(allow_unsandboxed=False).isolation
    except ProdwrightError:
        return ""


def _tool(name: str, python: Path | None, cost: str) -> Checkup:
    found = ""
    if python is not None:
        folder = python.parent
        found = shutil.which(name, path=str(folder)) or ""
    return Checkup(name=name, found=found, cost=cost)
