"""The fault exploration runs as one errand, and its reports are not trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prodwright.adapters.environments import Environment
from prodwright.adapters.fault_runs import ExploredTest, FaultRuns
from prodwright.adapters.sandbox import Completed, Errand
from tests_support import play_parts


class Scripted:
    """A sandbox in which foreign code writes what it likes."""

    isolation = "none"

    def __init__(self, *reports: str) -> None:
        self.errands: list[Errand] = []
        self.mounted: dict[str, str] = {}
        self._reports = reports

    def run(self, errand: Errand) -> Completed:
        self.errands.append(errand)
        place = next(errand.folder.glob(".prodwright-*/prodwright_probes")).parent
        play_parts(errand.folder, *self._reports)
        for file in place.rglob("*.py"):
            self.mounted[file.relative_to(place).as_posix()] = file.read_text()
        return Completed(code=0, output="", timed_out=False)


def explored(folder: Path, *reports: str) -> list[ExploredTest]:
    return runner(Scripted(*reports)).run(folder, ["test_a.py"], ["a.py"])[0]


def runner(sandbox: Scripted, *packages: str) -> FaultRuns:
    class Installed(Environment):
        def packages(self) -> dict[str, str]:
            return dict.fromkeys(packages, "1")

    return FaultRuns(
        sandbox=sandbox,  # type: ignore[arg-type]
        environment=Installed(python=Path("/usr/bin/python3"), folders=(), key=""),
        budget_seconds=5.0,
        kinds="faults",
    )


def line(**more: Any) -> str:
    told = {"test": "test_a.py::test_a", "state": "explored", "sightings": []}
    return json.dumps({**told, "green": [], "left": [], "defences": [], **more}) + "\n"


SIGHTING = {
    "kind": "leak",
    "level": "strong",
    "path": "a.py",
    "line": 3,
    "says": "1 × thread is left over",
    "fault": "file.open@a.py:read#1=eacces",
}


def test_nothing_of_us_but_the_probes_is_mounted(tmp_path: Path) -> None:
    sandbox = Scripted()

    runner(sandbox).run(tmp_path, ["test_a.py"], ["a.py"])

    assert "prodwright_probes/plugin.py" in sandbox.mounted
    assert not [n for n in sandbox.mounted if not n.startswith("prodwright_probes/")]
    imports = [t for t in sandbox.mounted.values() if "\nfrom prodwright." in t]
    assert imports == []


def test_plugins_that_divide_or_measure_tests_are_kept_out(tmp_path: Path) -> None:
    sandbox = Scripted()

    runner(sandbox, "pytest-xdist", "pytest-cov").run(tmp_path, ["test_a.py"], [])

    command = sandbox.errands[0].command
    assert "--no-cov" in command
    assert command[command.index("-n") + 1] == "0"


def test_what_is_told_of_a_test_twice_is_put_together(tmp_path: Path) -> None:
    first = line(sightings=[SIGHTING], left=["x"], runs=3)
    second = line(green=[["p=stall", "a.py"]], runs=5)

    (test,) = explored(tmp_path, first + second)

    assert [each.kind for each in test.sightings] == ["leak"]
    assert (test.green, test.left, test.runs) == ((("p=stall", "a.py"),), (), 5)


@pytest.mark.parametrize(
    "text",
    [
        "garbage\n",
        "[1]\n",
        "{}\n",
        '{"test": 1}\n',
        line(sightings=[{"kind": "leak"}]),
        line(sightings=[{**SIGHTING, "line": "three"}]),
        line(green=[["one"]]),
        "[" * 100_000 + "\n",
    ],
)
def test_lines_that_are_no_report_are_passed_over(tmp_path: Path, text: str) -> None:
    assert explored(tmp_path, text) == []


def test_a_report_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text(line())

    class Linking(Scripted):
        def run(self, errand: Errand) -> Completed:
            place = next(errand.folder.glob(".prodwright-*/prodwright_probes")).parent
            (place / "report-0.jsonl").symlink_to(errand.folder / "elsewhere")
            return Completed(code=0, output="", timed_out=False)

    assert runner(Linking()).run(tmp_path, ["test_a.py"], [])[0] == []


def test_a_level_that_is_none_counts_as_a_hint_and_text_cannot_steer(
    tmp_path: Path,
) -> None:
    odd = {**SIGHTING, "level": "fatal", "says": "\x1b[2Jgone", "line": -4}

    (test,) = explored(tmp_path, line(sightings=[odd]))

    (sighting,) = test.sightings
    assert (sighting.level, sighting.line) == ("weak", 1)
    assert "\x1b" not in sighting.says
