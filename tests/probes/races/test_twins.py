"""Programs that race are told from their sound twins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from probes.races.twins import TWINS
from prodwright.probes.races.plugin import begin

pytestmark = pytest.mark.slow
Reports = dict[str, list[dict[str, Any]]]
TEST = "import {name} as m\n\n\ndef test_it(tmp_path):\n    {body}\n"


def alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed plugin as a user does."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *words], cwd=folder, capture_output=True, text=True
    )


def explore(folder: Path) -> Reports:
    """Return what is told of the tests in `folder`, by module."""
    report = folder / "report.jsonl"
    report.unlink(missing_ok=True)
    settings = {
        "root": str(folder),
        "code": [str(folder)],
        "report": str(report),
        "runs": 80,
        "deadline_seconds": 300,
        "part": 0,
        "parts": 1,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    plugin = ("-p", "prodwright.probes.races.plugin", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:prodwright", *plugin, "."],
        cwd=folder,
        env={**os.environ, "PRODWRIGHT_RACES_SETTINGS": str(folder / "settings.json")},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert report.exists(), done.stdout + done.stderr
    found: Reports = defaultdict(list)
    for line in report.read_text().splitlines():
        entry = json.loads(line)
        found[Path(entry["test"].partition("::")[0]).stem.removeprefix("test_")].append(
            entry
        )
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all twins and their tests."""
    place = tmp_path_factory.mktemp("twins")
    (place / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    for name, twins in TWINS.items():
        for kind, code in (("bad", twins.bad), ("good", twins.good)):
            module = f"{name}_{kind}"
            (place / f"{module}.py").write_text(code)
            text = TEST.format(name=module, body=twins.test)
            (place / f"test_{module}.py").write_text(text)
    return place


@pytest.fixture(scope="module")
def reports(folder: Path) -> Reports:
    """Return what is told of them."""
    return explore(folder)


@pytest.mark.parametrize("name", TWINS)
def test_a_program_that_races_is_found(reports: Reports, name: str) -> None:
    seen = {each["verdict"] for each in reports[f"{name}_bad"]}

    assert TWINS[name].verdict in seen


@pytest.mark.parametrize("name", TWINS)
def test_its_sound_twin_is_left_alone(reports: Reports, name: str) -> None:
    pairs = reports[f"{name}_good"]

    assert {each["verdict"] for each in pairs} == {"serial"}, pairs
    assert any(each["needs_locks"] for each in pairs) is TWINS[name].keeps_locks


def test_a_race_can_be_replayed(folder: Path, reports: Reports) -> None:
    (race,) = (e for e in reports["counter_bad"] if e["verdict"] == "race")
    turns = ",".join(map(str, race["choices"]))

    words = (race["test"], "--prodwright-race")
    again = alone(folder, *words, f"{race['key']}={turns}")
    another = alone(folder, *words, f"{race['key']}=")

    assert again.returncode == 1
    assert "race: Counter.add twice, at once" in again.stdout
    assert another.returncode == 0, "that one ends well when nobody is interrupted"


def test_where_a_call_was_interrupted_is_told(reports: Reports) -> None:
    (race,) = (e for e in reports["counter_bad"] if e["verdict"] == "race")

    line = TWINS["counter"].bad.splitlines().index("        self.count += 1") + 1
    assert race["place"] == ["counter_bad.py", line]
    assert race["differences"] == {"object self.count": ["1", "2"]}


def test_what_is_no_race_cannot_be_replayed(folder: Path) -> None:
    done = alone(folder, "--prodwright-race", "nonsense")

    assert done.returncode == 4
    assert "'nonsense' is no race" in done.stderr


@pytest.mark.parametrize(
    ("workers", "faults", "why"), [(2, False, "-n 0"), (None, True, "two runs")]
)
def test_a_run_that_would_find_no_race_is_refused(
    workers: int | None, *, faults: bool, why: str
) -> None:
    told = {"--prodwright-faults": faults, "--prodwright-fault": ""}
    config: Any = SimpleNamespace(
        option=SimpleNamespace(numprocesses=workers), getoption=told.get
    )

    with pytest.raises(pytest.UsageError, match=why):
        begin(config)


def test_a_budget_that_is_no_time_is_refused(folder: Path) -> None:
    done = alone(folder, "--prodwright-races", "--prodwright-budget=nan")

    assert done.returncode == 4
    assert "--prodwright-budget is nan" in done.stderr


def test_files_are_as_the_test_left_them(reports: Reports) -> None:
    assert all(each["verdict"] != "unjudged" for each in reports["claim_good"])


KEPT = """
from threading import Lock


class Counter:
    def __init__(self):
        self.lock = Lock()
        self.count = 0

    def add(self):
        with self.lock:
            self.count += 1
"""


def test_locks_that_a_conftest_brought_in_are_ours_as_well(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (tmp_path / "kept.py").write_text(KEPT)
    (tmp_path / "conftest.py").write_text("import kept\n")
    text = TEST.format(name="kept", body="m.Counter().add()")
    (tmp_path / "test_kept.py").write_text(text)

    (pair,) = explore(tmp_path)["kept"]

    assert pair["verdict"] == "serial"
    assert pair["needs_locks"]
