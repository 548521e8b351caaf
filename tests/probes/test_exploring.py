"""What `pytest --prodwright-faults` finds in small programs, and what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from probes.twins import TWINS, files

Told = dict[str, dict[str, Any]]


def explore(
    folder: Path, *options: str, settings: str = ""
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-c", "/dev/null", "--rootdir", str(folder), *options]
    told = {"PRODWRIGHT_FAULTS_SETTINGS": settings} if settings else {}
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
    )


def read(report: Path) -> Told:
    """What is told of a test in several lines belongs together."""
    tests: Told = {}
    for line in report.read_text().splitlines():
        told = json.loads(line)
        name = told["test"].partition("::test_")[2]
        known = tests.get(name, {"sightings": []})
        told["sightings"] = [*known["sightings"], *told["sightings"]]
        tests[name] = told
    return tests


def kinds(told: dict[str, Any]) -> set[str]:
    return {e["kind"] for e in told["sightings"] if e["level"] != "weak"}


@pytest.fixture(scope="module")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """All twins at once: starting pytest costs more than exploring one of them."""
    folder = tmp_path_factory.mktemp("twins")
    for name, text in files().items():
        (folder / name).write_text(text)
    report = folder / "report.jsonl"
    done = explore(folder, "--prodwright-faults", f"--prodwright-report={report}")
    assert report.exists(), done.stdout + done.stderr
    return read(report)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, twin in TWINS.items() if twin[2]])
def test_a_missing_defence_is_found(explored: Told, name: str) -> None:
    found = kinds(explored[name])

    for expected in TWINS[name][2].split():
        assert any(each.startswith(expected) for each in found), explored[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, twin in TWINS.items() if not twin[2]])
def test_a_sound_program_is_left_alone(explored: Told, name: str) -> None:
    assert explored[name]["state"] == "explored"
    assert explored[name]["runs"] > 0
    assert kinds(explored[name]) == set(), explored[name]["sightings"]


BAD_INPUT = {
    "test_failing.py": "def test_fails():\n    assert 1 == 2\n",
    "test_flaky.py": (
        "import os, pathlib\n\n\n"
        "def test_flaky():\n"
        "    place = pathlib.Path(__file__).with_name('seen')\n"
        "    assert not place.exists()\n"
        "    place.touch()\n"
    ),
    "test_skipped.py": (
        "import pytest\n\n\n@pytest.mark.skip\ndef test_skipped():\n    pass\n"
    ),
    "test_dying.py": "import os\n\n\ndef test_dies():\n    os._exit(3)\n",
    "test_pure.py": "def test_pure():\n    assert len('abc') == 3\n",
    "greedy.py": (
        "def read(path):\n"
        "    try:\n"
        "        return path.read_text()\n"
        "    except BaseException:\n"
        "        while True:\n"
        "            pass\n"
    ),
    "test_greedy.py": (
        "from greedy import read\n\n\n"
        "def test_greedy(tmp_path):\n"
        "    (tmp_path / 'a').write_text('x')\n"
        "    assert read(tmp_path / 'a') == 'x'\n"
    ),
}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("awkward")
    for name, text in BAD_INPUT.items():
        (folder / name).write_text(text)
    report = folder / "report.jsonl"
    settings = {
        "code": [str(folder)],
        "report": str(report),
        "kinds": "faults",
        "budget_seconds": 30.0,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    explore(folder, settings=str(folder / "settings.json"))
    return read(report)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("fails", "failing"),
        ("flaky", "flaky"),
        ("skipped", "skipped"),
        ("dies", "unjudged"),
        ("pure", "no points"),
    ],
)
def test_a_test_that_cannot_be_judged_is_named(
    awkward: Told, name: str, state: str
) -> None:
    assert awkward[name]["state"] == state


@pytest.mark.slow
def test_an_endless_loop_in_a_handler_is_a_hang(awkward: Told) -> None:
    assert "hang" in kinds(awkward["greedy"])


@pytest.mark.slow
def test_a_finding_is_saved_as_a_test_that_fails_until_it_is_mended(
    tmp_path: Path,
) -> None:
    every = files()
    for name in ("run_endlessly.py", "test_run_endlessly.py"):
        (tmp_path / name).write_text(every[name])
    fault = "--prodwright-fault=process@run_endlessly.py:run#1=stall"

    explore(tmp_path, fault, "--save-test=test_saved.py", "test_run_endlessly.py")
    broken = explore(tmp_path, "test_saved.py")
    (tmp_path / "run_endlessly.py").write_text(every["run_well.py"])
    mended = explore(tmp_path, "test_saved.py")

    assert (broken.returncode, mended.returncode) == (1, 0), mended.stdout


def test_a_fault_that_is_none_is_refused(tmp_path: Path) -> None:
    done = explore(tmp_path, "--prodwright-fault=nonsense")

    assert done.returncode == 4
    assert "'nonsense' is no fault" in done.stderr


@pytest.mark.parametrize("words", ["budget=nan", "budget=-1", "report=nowhere/report"])
def test_an_option_that_cannot_work_is_refused(tmp_path: Path, words: str) -> None:
    done = explore(tmp_path, "--prodwright-faults", f"--prodwright-{words}")

    assert done.returncode == 4
    assert f"--prodwright-{words.partition('=')[0]}" in done.stderr


RETRIES = """
import socket
from time import sleep


def reach():
    for attempt in range(3):
        try:
            return socket.create_connection(("127.0.0.1", 9), timeout=1)
        except OSError:
            sleep(0.2 * (attempt + 1))
    return None
"""


def test_what_a_conftest_imports_is_in_our_hands_as_well(tmp_path: Path) -> None:
    (tmp_path / "retries.py").write_text(RETRIES)
    (tmp_path / "conftest.py").write_text("import retries\n")
    (tmp_path / "test_retries.py").write_text(
        "from retries import reach\n\n\ndef test_reach():\n    assert reach() is None\n"
    )
    report = tmp_path / "report.jsonl"

    explore(tmp_path, "--prodwright-faults", f"--prodwright-report={report}")

    told = read(report)["reach"]
    assert told["runs"] > 0
    assert "no-backoff" not in kinds(told)
