"""One user's cache for all tests of a file, as a user has one for all projects."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the user's cache is in."""
    return tmp_path_factory.mktemp("user") / "cache"
