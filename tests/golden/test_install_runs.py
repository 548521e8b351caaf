"""A run that needs a package: installed for it, and named by what is delivered."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.registry import PASSWORD, Index, serving, wheel
from golden.conversations import TESTS, Reply, calls, finish, plan, write
from golden.test_agent_runs import Acts, Stage
from golden.test_golden_runs import first_findings, shown
from prodwright.adapters.git import Git
from tests_support import Program, Repository, fits_the_schema

pytestmark = pytest.mark.slow
CODE = '"""Answers."""\n\nimport alpha\n\n\ndef answer() -> int:\n'
CODE += '    """Return the answer."""\n    return alpha.ANSWER * 2\n'
TEST = "from answers import answer\n\n\ndef test_it():\n    assert answer() == 84\n"
PROJECT = '[project]\nname = "answers"\nversion = "1"\ndependencies = ["alpha>=1"]\n'
INSTALL = ("install", {"requirements": ["alpha>=1"]})


@pytest.fixture
def index() -> Iterator[Index]:
    with serving() as served:
        served.add(wheel("alpha", "1.2", needs=["beta"]), wheel("beta"))
        yield served


def ran(
    program: Program, git: Git, index: Index, script: list[Reply], *words: str
) -> tuple[dict[str, Any], str]:
    file = git.root.parent / "script.json"
    idle = [calls(finish("Nothing more.")) for _ in range(4)]
    file.write_text(json.dumps([*script, *idle]))
    command = ["build", "Answer.", "--engineer", "model", "--yes", "--json"]
    command += ["--model", f"scripted:{file}", "--python", sys.executable, *words]
    done = program(git.root, *command, environment=index.variables)
    assert done.stdout, done.stderr
    return fits_the_schema(done.stdout), done.stderr


FORGETFUL = [
    plan("Answer.", "the answer is given"),
    calls(INSTALL, write("tests/test_it.py", TEST), TESTS, finish("Red.")),
    calls(write("answers.py", CODE), TESTS, finish("Green.")),
    calls(write("pyproject.toml", PROJECT), finish("Named.")),
]


def test_a_package_is_installed_and_must_be_named_by_the_project(
    program: Program, repository: Repository, index: Index
) -> None:
    git = repository({"README.md": "Answers.\n"})

    document, logged = ran(program, git, index, FORGETFUL, "--allow-install")

    assert first_findings(git.root, document["run"]) == {"undeclared-dependency"}
    assert document["stop_reason"] == "delivered"
    assert "alpha>=1" in shown(git.root, f"{document['branch']}:pyproject.toml")
    named = {e["name"]: (e["version"], e["requested"]) for e in document["installed"]}
    assert named == {"alpha": ("1.2", True), "beta": ("1.0", False)}
    assert "installed for this run: alpha 1.2, beta 1.0" in logged
    assert not [e for e in git.files(document["branch"]) if "alpha" in e]
    run = git.root / ".prodwright" / "runs" / document["run"]
    page = (run / "report.html").read_text() + (run / "report.md").read_text()
    assert page.count("installed for this run: alpha 1.2, and for them beta 1.0") == 2
    written = "".join(
        each.read_text(errors="replace") for each in run.rglob("*") if each.is_file()
    )
    assert PASSWORD not in written + logged


def test_a_run_is_judged_again_with_what_was_installed(
    program: Program, repository: Repository, index: Index
) -> None:
    git = repository({"README.md": "Answers.\n"})
    document, _ = ran(program, git, index, FORGETFUL, "--allow-install")
    index.asked.clear()

    done = program(git.root, "runs", "replay", document["run"], "--stage", "tests")

    assert done.returncode == 0, done.stdout + done.stderr
    assert index.asked == []


def test_without_the_option_the_gate_is_lost(
    program: Program, repository: Repository, index: Index
) -> None:
    git = repository({"README.md": "Answers.\n"})

    document, logged = ran(program, git, index, FORGETFUL)

    assert document["stop_reason"] != "delivered"
    assert document["installed"] == []
    assert "not installed: alpha>=1: nobody is there to allow it" in logged
    assert index.asked == []


@pytest.fixture
def stage(program: Program, repository: Repository, tmp_path: Path) -> Stage:
    files = {"README.md": "Answers.\n"}
    return Stage(program, repository(files), tmp_path / "agent-home")


def test_what_an_agent_names_in_the_project_is_installed_for_its_commands(
    stage: Stage, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in index.variables.items():
        monkeypatch.setenv(name, value)
    red: Acts = [["put", "tests/test_it.py", TEST], ["say", "Red."]]
    code: Acts = [
        ["put", "pyproject.toml", PROJECT],
        ["run", "python", "-c", "import alpha; print('has', alpha.ANSWER)"],
        ["put", "answers.py", CODE],
        ["say", "Green."],
    ]

    document, _ = stage.built([[["say", "Answer."]], red, code], "--allow-install")

    assert document["installed"][0]["name"] == "alpha"
    assert "has 42" in stage.noted("output")[0]["output"]
    outcomes = {each["stage"]: each["outcome"] for each in document["stages"]}
    assert (outcomes["dependencies"], outcomes["tests"]) == ("passed", "passed")
