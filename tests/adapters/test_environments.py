"""An interpreter is found out about without being run."""

from __future__ import annotations

import os
import shutil
import sys
import venv
from pathlib import Path

import pytest

from prodwright.adapters.environments import (
    Environment,
    EnvironmentCache,
    environment_of,
    project_python,
)
from prodwright.adapters.sandbox import Errand, find_sandbox
from prodwright.adapters.user_cache import cache_folder
from prodwright.core.errors import ConfigurationInvalid, EnvironmentFailed


def answers_in_the_sandbox(environment: Environment, folder: Path) -> bool:
    folder.mkdir()
    errand = Errand(
        command=(str(environment.python), "-c", "print(6 * 7)"),
        folder=folder,
        readable=environment.folders,
        timeout_seconds=60.0,
    )
    return find_sandbox(allow_unsandboxed=False).run(errand).output.strip() == "42"


@pytest.mark.parametrize("by_link", [True, False])
def test_a_virtual_environment_works_in_the_sandbox(
    tmp_path: Path, *, by_link: bool
) -> None:
    place = tmp_path / "venv"
    venv.create(place, symlinks=by_link)

    found = environment_of(place / "bin" / "python")

    assert place in found.folders
    assert answers_in_the_sandbox(found, tmp_path / "work")


def test_a_chain_of_links_opens_no_folder_above_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python3").symlink_to(sys.executable)
    (home / "secret").write_text("secret")

    found = environment_of(home / "bin" / "python3")

    assert home not in found.folders
    assert answers_in_the_sandbox(found, tmp_path / "work")


def test_a_program_that_a_repository_calls_python_is_not_run(tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)

    with pytest.raises(EnvironmentFailed, match="is no Python interpreter"):
        environment_of(program)

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["gone", "/etc/hostname", "/", "/bin/sh"])
def test_what_is_no_interpreter_is_named(name: str) -> None:
    with pytest.raises(EnvironmentFailed, match=f"^{name} is no"):
        environment_of(Path(name))


def test_a_command_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)

    assert environment_of(Path("python")).python.is_absolute()


def test_the_key_follows_the_packages(tmp_path: Path) -> None:
    place = tmp_path / "venv"
    venv.create(place, symlinks=True)
    before = environment_of(place / "bin" / "python").key
    next(place.glob("lib/python*/site-packages")).joinpath("a-1.dist-info").mkdir()

    assert environment_of(place / "bin" / "python").key != before


def test_an_environment_whose_interpreter_is_gone_is_made_anew(tmp_path: Path) -> None:
    cache = EnvironmentCache(folder=tmp_path / "cache", variables=os.environ)
    lock = tmp_path / "empty.lock"
    lock.write_text("")
    made = cache.for_locks([lock])
    made.python.unlink()

    assert cache.for_locks([lock]).python.exists()


def test_the_project_s_own_environment_comes_before_the_active_one(
    tmp_path: Path,
) -> None:
    for name in (".venv", "active"):
        (tmp_path / name / "bin").mkdir(parents=True)
        shutil.copy(sys.executable, tmp_path / name / "bin" / "python")
    variables = {"VIRTUAL_ENV": str(tmp_path / "active")}

    own = project_python(tmp_path, "", variables)
    elsewhere = project_python(tmp_path / "active" / "bin", "", variables)

    assert own == tmp_path / ".venv" / "bin" / "python"
    assert elsewhere == tmp_path / "active" / "bin" / "python"
    assert project_python(tmp_path, "named", variables) == Path("named")


def test_the_cache_is_where_the_user_says() -> None:
    assert cache_folder({"PRODWRIGHT_CACHE_DIR": "/a"}) == Path("/a")
    assert cache_folder({"XDG_CACHE_HOME": "/b"}) == Path("/b/prodwright")


def test_a_user_without_a_home_is_told_what_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)

    with pytest.raises(ConfigurationInvalid, match="no home folder"):
        cache_folder({})
