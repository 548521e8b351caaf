"""Interpreters with packages: made from locks, and the project's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from prodwright.adapters.environments import (
    EnvironmentCache,
    environment_of,
    project_python,
)
from prodwright.adapters.user_cache import cache_folder
from prodwright.core.errors import EnvironmentFailed


def cache(folder: Path) -> EnvironmentCache:
    """A cache whose pip reaches no registry."""
    variables = {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1"}
    return EnvironmentCache(folder=folder / "environments", variables=variables)


@pytest.mark.slow
def test_an_environment_is_made_once_for_its_locks(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("# nothing is needed\n")

    before = cache(tmp_path).has([lock])
    made = cache(tmp_path).for_locks([lock])
    inode = made.python.parent.stat().st_ino
    again = cache(tmp_path).for_locks([lock])

    assert not before
    assert cache(tmp_path).has([lock])
    assert again == made
    assert again.python.parent.stat().st_ino == inode
    assert environment_of(made.python).python == made.python


@pytest.mark.slow
def test_what_cannot_be_installed_is_named_and_tried_anew(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")

    for _ in range(2):
        with pytest.raises(EnvironmentFailed, match="no-such-package"):
            cache(tmp_path).for_locks([lock])

    assert not cache(tmp_path).has([lock])


def test_what_is_no_interpreter_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="is no Python interpreter"):
        environment_of(tmp_path / "python")


def test_caches_lie_where_the_user_keeps_them() -> None:
    assert cache_folder({"PRODWRIGHT_CACHE_DIR": "/own"}) == Path("/own")
    assert cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/prodwright")
    assert cache_folder({}) == Path.home() / ".cache" / "prodwright"


def test_the_interpreter_of_a_project_is_the_named_the_own_or_the_active(
    tmp_path: Path,
) -> None:
    active = tmp_path / "active"
    for place in (active, tmp_path / ".venv"):
        (place / "bin").mkdir(parents=True)
        (place / "bin" / "python").symlink_to(sys.executable)
    told = {"VIRTUAL_ENV": str(active)}

    assert project_python(tmp_path, "/usr/bin/python3", told) == Path(
        "/usr/bin/python3"
    )
    assert project_python(tmp_path, "", told) == tmp_path / ".venv" / "bin" / "python"
    assert project_python(active, "", told) == active / "bin" / "python"
    assert project_python(active, "", {}) is None
