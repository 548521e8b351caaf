"""A scene for each case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fakes.scene import FILES, KEY, Scene
from tests_support import Repository

Setting = Callable[[Mapping[str, str]], Scene]


@pytest.fixture
def setting(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Setting:
    """Return a function that sets a scene with further files."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    def make(more: Mapping[str, str]) -> Scene:
        git = repository({**FILES, **more})
        return Scene(git=git, home=tmp_path / "home", outside=tmp_path / "outside")

    return make


@pytest.fixture
def scene(setting: Setting) -> Scene:
    """Return a scene as it is."""
    return setting({})


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the program without measured coverage, which other tests show of it.

    Measuring makes each of these many processes begin half a second later.
    """
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
