"""Every attempt is made on every sandbox that this machine has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from escape_trials import Trial
from prodwright.adapters.sandbox import (
    Bubblewrap,
    Sandbox,
    Sandlock,
    bubblewrap_program,
)
from prodwright.adapters.sandbox.choice import trial_failure
from prodwright.adapters.sandbox.landlock import has_sandlock

Box = TypeVar("Box", bound=Sandbox)


@pytest.fixture(scope="session")
def bubblewrap() -> Bubblewrap:
    """Return the sandbox of this name, or skip."""
    program = bubblewrap_program()
    if program is None:
        pytest.skip("bubblewrap is not installed")
    return usable(Bubblewrap(program))


@pytest.fixture(scope="session")
def sandlock() -> Sandlock:
    """Return the sandbox of this name, or skip."""
    if not has_sandlock():
        pytest.skip("sandlock is not installed")
    return usable(Sandlock())


def usable(box: Box) -> Box:
    """Return `box`, or skip where it does not work."""
    failure = trial_failure(box)
    if failure:
        pytest.skip(failure)
    return box


@pytest.fixture(params=["bubblewrap", "sandlock"])
def trial(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> Trial:
    """Return a trial of each sandbox in turn."""
    return place(request.getfixturevalue(request.param), tmp_path, record_property)


@pytest.fixture
def namespaced(
    bubblewrap: Bubblewrap,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> Trial:
    """Return a trial of what only namespaces can do."""
    return place(bubblewrap, tmp_path, record_property)


def place(box: Sandbox, around: Path, note: Callable[[str, object], None]) -> Trial:
    """Make the folder to work in, and a victim with a secret."""
    trial = Trial(box, around / "inner", around / "victim", note)
    trial.folder.mkdir()
    trial.victim.mkdir()
    (trial.victim / "secret").write_text("ESCAPED")
    return trial
