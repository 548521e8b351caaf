"""What an agent may reach is the user's word, and nobody else's."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from prodwright.adapters.configuration import read_settings
from prodwright.api.granting import granted, joined
from prodwright.core.engineering import AgentChoice
from prodwright.core.errors import AgentFailed, ConfigurationInvalid, UnknownName
from tests_support import Program, Repository


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    place.mkdir()
    return place


def grant(place: Path, root: Path, **chosen: object) -> AgentChoice:
    choice = AgentChoice(**{"name": sys.executable, **chosen})  # type: ignore[arg-type]
    variables = {"HOME": str(place), "PATH": os.defpath, "KEY": "secret"}
    return granted(choice, root, variables, allow_unsandboxed=False).choice


def test_what_was_typed_wins_over_the_environment() -> None:
    variables = {
        "PRODWRIGHT_AGENT": "codex",
        "PRODWRIGHT_AGENT_HOSTS": "a.example, b:1",
    }

    choice = joined(AgentChoice(name="claude"), variables)

    assert (choice.name, choice.hosts) == ("claude", ("a.example", "b:1"))


@pytest.mark.parametrize("key", ["agent", "agent_home", "agent_hosts"])
def test_a_repository_grants_nothing(tmp_path: Path, key: str) -> None:
    (tmp_path / "prodwright.toml").write_text(f'{key} = "x"\n')

    with pytest.raises(UnknownName):
        read_settings(tmp_path, {})


def test_the_home_folder_itself_is_not_shown(home: Path, tmp_path: Path) -> None:
    for folder in (home, tmp_path, Path("/")):
        with pytest.raises(ConfigurationInvalid, match="is not shown to an agent"):
            grant(home, tmp_path / "root", folders=(str(folder),))


def test_neither_is_the_repository(home: Path, tmp_path: Path) -> None:
    inside = tmp_path / "root" / "src"
    inside.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(inside)

    for folder in (inside, inside.parent, link):
        with pytest.raises(ConfigurationInvalid, match="is not shown to an agent"):
            grant(home, tmp_path / "root", home=str(folder))


def test_a_variable_that_is_not_set_is_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="NOT_THERE is not set"):
        grant(home, tmp_path / "root", variables=("KEY", "NOT_THERE"))


def test_a_program_that_the_sandbox_does_not_show_is_told(
    home: Path, tmp_path: Path
) -> None:
    program = home / "bin" / "agent"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)

    with pytest.raises(AgentFailed, match="is not visible in the sandbox") as caught:
        grant(home, tmp_path / "root", name=str(program))
    assert f"--agent-folder {program.parent}" in caught.value.hint

    folders = (str(program.parent),)
    choice = grant(home, tmp_path / "root", name=str(program), folders=folders)
    assert choice.folders == folders


@pytest.mark.slow
def test_the_record_of_a_run_holds_no_grant(
    program: Program, repository: Repository, tmp_path: Path
) -> None:
    git = repository({"a.py": "x = 1\n"})
    agent = f"headless:{sys.executable} -c exit(5)"

    program(
        git.root,
        *("build", "Do it.", "--yes", "--agent", agent, "--agent-host", "a.example"),
        *("--python", sys.executable),
        environment={"SOME_KEY": "the value"},
    )

    run = next((git.root / ".prodwright" / "runs").glob("*/run.json")).parent
    record = (run / "run.json").read_text()
    assert json.loads(record)["options"]["engineer"] == "agent"
    assert "a.example" not in record
    assert "exit(5)" not in record
    kept = tmp_path / "cache" / "agents" / f"{run.name}.json"
    assert "a.example" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0

    kept.unlink()
    again = program(git.root, "runs", "resume", run.name)
    assert again.returncode == 2
    assert "no" in again.stderr
    assert "PRODWRIGHT_AGENT" in again.stderr
