"""Commands about runs, and output for other programs, as a user sees them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from prodwright.runs import RunFolder, RunRecord
from tests_support import Program, Repository

pytestmark = pytest.mark.slow
BAD = "def collect(item, seen=[]):\n    seen.append(item)\n    return seen\n"


def test_before_the_first_run_there_are_none(
    program: Program, repository: Repository
) -> None:
    git = repository({"a.py": "x = 1\n"})

    listed = program(git.root, "runs", "list")
    as_json = program(git.root, "runs", "list", "--json")

    assert listed.stdout == ""
    assert listed.stderr == "no runs yet\n"
    assert json.loads(as_json.stdout) == {"schema_version": "1.0", "runs": []}


def test_runs_are_listed_for_programs_and_taken_back_once(
    program: Program, repository: Repository
) -> None:
    git = repository({"a.py": BAD})
    (git.root / "notes.txt").write_text("mine\n")

    done = program(git.root, "harden")
    (entry,) = json.loads(program(git.root, "runs", "list", "--json").stdout)["runs"]
    first = program(git.root, "runs", "undo", entry["id"])
    second = program(git.root, "runs", "undo", entry["id"])

    assert "1 path with uncommitted changes left alone" in done.stdout
    assert entry["door"] == "harden"
    assert entry["branch"] == f"prodwright/{entry['id']}"
    assert "taken back: " in first.stdout
    assert second.returncode == 0
    assert second.stdout == ""
    assert "taken back before" in second.stderr


def test_a_run_that_has_no_report_yet_can_be_gone_on_with(
    program: Program, repository: Repository
) -> None:
    git = repository({"a.py": "x = 1\n"})
    record = RunRecord(
        id="one", door="harden", created_at="2026-01-02T03:04:05+00:00", request="all"
    )
    RunFolder(git.root, "one").create(record)

    done = program(git.root, "runs", "show", "one")

    assert done.returncode == 2
    assert "no report yet" in done.stderr
    assert "prodwright runs resume one" in done.stderr


def test_a_dry_run_tells_programs_what_it_would_do(
    program: Program, repository: Repository
) -> None:
    git = repository({"a.py": BAD})

    document = json.loads(program(git.root, "harden", "--dry-run", "--json").stdout)

    assert document["schema_version"] == "1.0"
    assert [each["files"] for each in document["steps"]] == [["a.py"]]
    assert document["dropped"] == []
    assert "+def collect(item, seen=None):" in document["diff"]


def test_a_dry_run_of_good_code_has_nothing_to_do(
    program: Program, repository: Repository
) -> None:
    done = program(repository({"a.py": "x = 1\n"}).root, "harden", "--dry-run")

    assert done.returncode == 0
    assert done.stdout == ""
    assert "nothing to mend" in done.stderr


def test_a_hazard_is_explained_to_programs(program: Program, tmp_path: Path) -> None:
    done = program(tmp_path, "explain", "missing-timeout", "--json")

    page = json.loads(done.stdout)
    assert (page["kind"], page["name"]) == ("hazard", "missing-timeout")
    assert page["automatic"] is True
    assert page["practice"] == "recovery"


def test_a_base_alone_is_a_usage_error(program: Program, tmp_path: Path) -> None:
    done = program(tmp_path, "review", "--base", "main")

    assert done.returncode == 2
    assert "--base goes with --changed" in done.stderr


@pytest.mark.parametrize("option", ["--sarif", "--junit"])
def test_either_report_can_be_written_alone(
    program: Program, tmp_path: Path, option: str
) -> None:
    (tmp_path / "a.py").write_text(BAD)

    program(tmp_path, "review", option, "report")

    assert "mutable-default" in (tmp_path / "report").read_text()


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({}, False),
    ],
)
def test_colours_are_as_the_environment_asks(
    program: Program,
    tmp_path: Path,
    variables: dict[str, str],
    coloured: bool,  # noqa: FBT001
) -> None:
    done = program(tmp_path, "explain", "missing-timeout", environment=variables)

    assert ("\x1b[" in done.stdout) is coloured


def test_a_group_without_a_command_shows_its_help(
    program: Program, tmp_path: Path
) -> None:
    done = program(tmp_path, "runs")

    assert done.returncode == 2
    assert "Usage: prodwright runs" in done.stderr
    assert "error[" not in done.stderr


def test_doctor_names_no_sandbox_that_does_not_work(
    program: Program, tmp_path: Path
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    venv = tmp_path / ".venv" / "bin"
    venv.mkdir(parents=True)
    (venv / "python").symlink_to(sys.executable)

    done = program(tmp_path, "doctor", "--json", environment={"PATH": str(tmp_path)})

    found = {
        each["name"]: each["found"] for each in json.loads(done.stdout)["checkups"]
    }
    assert not found["sandbox"].startswith("bubblewrap")
    assert found["git"] == ""
    assert found["project python"] == str(venv / "python")
    assert found["mypy"] == ""


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "prodwright", *words],
        cwd=folder,
        env={**os.environ, "PRODWRIGHT_CACHE_DIR": str(folder / "cache")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_reader_that_goes_away_is_told_nothing(tmp_path: Path) -> None:
    lines = "".join(f"def f{n}(x, y=[]):\n    return y\n" for n in range(3000))
    (tmp_path / "a.py").write_text(lines)

    process = started(tmp_path, "review")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read()

    process.wait(60)
    assert "Traceback" not in told
    assert "error[" not in told


def test_a_run_that_is_terminated_says_how_to_go_on(repository: Repository) -> None:
    slow = "import time\n\n\ndef test_slow():\n    time.sleep(20)\n    assert True\n"
    git = repository({"a.py": BAD, "tests/test_a.py": slow})

    process = started(git.root, "harden", "--python", sys.executable)
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)

    assert process.returncode == 143
    assert "error[" in told
    assert "prodwright runs list" in told


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = [sys.executable, "-m", "prodwright", "review"]

    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", *command],
        cwd=gone,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    assert "current folder: no such file or directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_delivered_can_be_judged_again(
    program: Program, repository: Repository
) -> None:
    git = repository({"a.py": BAD})
    program(git.root, "harden")
    (entry,) = json.loads(program(git.root, "runs", "list", "--json").stdout)["runs"]
    records = sorted((git.root / ".prodwright/runs" / entry["id"]).rglob("*"))

    whole = program(git.root, "runs", "replay", entry["id"], "--json")
    one = program(git.root, "runs", "replay", entry["id"], "--stage", "integrity")
    none = program(git.root, "runs", "replay", entry["id"], "--stage", "luck")

    stages = [each["stage"] for each in json.loads(whole.stdout)["stages"]]
    assert stages == ["static", "types", "tests", "integrity"]
    assert one.returncode == 0, one.stderr
    assert one.stdout == "clean: nothing was found\n"
    assert none.returncode == 2
    assert "no stage is named 'luck'" in none.stderr
    assert sorted((git.root / ".prodwright/runs" / entry["id"]).rglob("*")) == records


def test_what_was_taken_back_cannot_be_judged_again(
    program: Program, repository: Repository
) -> None:
    git = repository({"a.py": BAD})
    program(git.root, "harden")
    (entry,) = json.loads(program(git.root, "runs", "list", "--json").stdout)["runs"]
    program(git.root, "runs", "undo", entry["id"])

    done = program(git.root, "runs", "replay", entry["id"])

    assert done.returncode == 2
    assert "was taken back" in done.stderr
