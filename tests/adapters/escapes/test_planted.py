"""What a run leaves behind does nothing when others come by later."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from escape_trials import Trial
from prodwright.adapters.git import Git
from prodwright.adapters.sandbox import Unconfined
from prodwright.core.errors import ProdwrightError

pytestmark = pytest.mark.slow

# What a repository can make git run; `ran` is written beside the folder.
PLANT = """
import os, stat
os.makedirs('.git/hooks', exist_ok=True)
open('.git/run', 'w').write('#!/bin/sh\\ntouch "{victim}/ran"\\n')
os.chmod('.git/run', 0o755)
for name in 'pre-commit post-checkout post-index-change'.split():
    os.symlink('../run', '.git/hooks/' + name)
open('.git/config', 'a').write('[core]\\n\\tfsmonitor = {folder}/.git/run\\n')
print('ESCAPED')
"""


def plant(trial: Trial) -> str:
    return PLANT.format(folder=trial.folder, victim=trial.victim)


def make_repository(folder: Path) -> None:
    (folder / "a.py").write_text("x = 1\n")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "Begin"]):
        identity = ["-c", "user.name=A", "-c", "user.email=a@localhost"]
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)


def test_a_repository_that_is_there_is_not_changed(trial: Trial) -> None:
    make_repository(trial.folder)
    config = trial.folder / ".git" / "config"
    before = config.read_bytes()

    trial.refused(plant(trial))
    trial.refused("open('.git/config', 'a').write('[core]'); print('ESCAPED')")
    assert config.read_bytes() == before

    trial.run(plant(trial), Unconfined())  # the control
    assert config.read_bytes() != before


def test_our_git_runs_nothing_that_was_planted_all_the_same(trial: Trial) -> None:
    """The control: any other git runs it."""
    make_repository(trial.folder)
    trial.run(plant(trial), Unconfined())

    (trial.folder / "a.py").write_text("x = 2\n")
    Git(trial.folder).commit_files(["a.py"], "Change", "2026-01-02T03:04:05+00:00")
    assert not (trial.victim / "ran").exists()
    subprocess.run(["git", "status"], cwd=trial.folder, stdout=subprocess.DEVNULL)
    assert (trial.victim / "ran").exists()


def test_a_repository_that_appears_is_taken_away(trial: Trial) -> None:
    trial.run(plant(trial))

    assert not (trial.folder / ".git").exists()
    with pytest.raises(ProdwrightError):
        Git(trial.folder).head()


def test_a_repository_that_forbids_its_removal_is_taken_away(trial: Trial) -> None:
    trial.run(plant(trial) + "os.chmod('.git/hooks', 0); os.chmod('.git', 0)")

    assert not (trial.folder / ".git").exists()


def test_a_link_in_place_of_a_repository_is_taken_away_alone(trial: Trial) -> None:
    trial.run(f"import os; os.symlink('{trial.victim}', '.git')")

    assert not (trial.folder / ".git").is_symlink()
    assert (trial.victim / "secret").exists()


def test_a_configuration_of_tests_reaches_nothing(trial: Trial) -> None:
    """`conftest.py` runs before the first test."""
    (trial.folder / "conftest.py").write_text(
        f"open('{trial.victim}/ran', 'w')\nprint('ESCAPED')\n"
    )
    (trial.folder / "test_a.py").write_text("def test_a(): pass\n")
    code = "import pytest; pytest.main(['-q', '-s', '-p', 'no:cacheprovider'])"

    trial.holds(code)


def test_a_build_back_end_reaches_nothing(trial: Trial) -> None:
    """A project may bring its own (PEP 517), which whoever builds it runs."""
    (trial.folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
    )
    (trial.folder / "own.py").write_text(
        "def build_wheel(folder, *others):\n"
        f"    open('{trial.victim}/ran', 'w'); print('ESCAPED')\n"
    )
    build = "; ".join(
        [
            "import sys, tomllib, importlib",
            "told = tomllib.load(open('pyproject.toml', 'rb'))['build-system']",
            "sys.path[:0] = told['backend-path']",
            "importlib.import_module(told['build-backend']).build_wheel('.')",
        ]
    )

    trial.holds(build)


def test_startup_files_of_an_interpreter_reach_nothing(trial: Trial) -> None:
    """`sitecustomize` runs when an interpreter starts that finds it."""
    (trial.folder / "sitecustomize.py").write_text(
        f"open('{trial.victim}/ran', 'w'); print('ESCAPED')\n"
    )
    code = f"import subprocess; subprocess.run([{sys.executable!r}, '-c', ''])"

    trial.holds(code, environment={"PYTHONPATH": str(trial.folder)})


def test_a_report_that_is_a_link_is_not_read(trial: Trial) -> None:
    """The tests write their report themselves: it may lead to one of ours."""
    forged = trial.victim / "report.xml"
    forged.write_text('<testsuite><testcase classname="a" name="forged"/></testsuite>')
    report = trial.folder / ".prodwright-tests.xml"
    report.symlink_to(forged)

    from prodwright.adapters import pytest_runs

    assert pytest_runs._cases(report) == {}
