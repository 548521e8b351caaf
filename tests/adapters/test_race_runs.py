"""The race finder's parts run as one errand, and its reports are not trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prodwright.adapters.environments import Environment
from prodwright.adapters.race_runs import ExploredPair, RaceRuns
from prodwright.adapters.sandbox import Completed, Errand
from tests_support import play_parts


class Scripted:
    """A sandbox in which foreign code writes what it likes."""

    isolation = "none"

    def __init__(self, report: str) -> None:
        self.errands: list[Errand] = []
        self._report = report

    def run(self, errand: Errand) -> Completed:
        self.errands.append(errand)
        play_parts(errand.folder, self._report)
        return Completed(code=0, output="", timed_out=False)


def told(folder: Path, report: str) -> list[ExploredPair]:
    runs = RaceRuns(
        sandbox=Scripted(report),
        environment=Environment(python=Path("/usr/bin/python3"), folders=(), key=""),
        budget_seconds=1.0,
        runs_per_pair=1,
    )
    return runs.run(folder, ["test_a.py"], ["a.py"])[0]


def test_a_race_is_read_with_its_place(tmp_path: Path) -> None:
    entry = {
        "test": "test_a.py::test_it",
        "verdict": "race",
        "key": "a.py: add twice",
        "place": ["a.py", 7],
        "choices": [0, 1],
        "differences": {"object n": ["1", "2"]},
        "is_meant": True,
    }

    (pair,) = told(tmp_path, json.dumps(entry) + "\n")

    assert (pair.path, pair.line, pair.choices) == ("a.py", 7, (0, 1))
    assert pair.differences == {"object n": ("1", "2")}
    assert pair.is_meant
    assert not pair.needs_locks


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "[1]",
        "{}",
        '{"test": "a", "verdict": "race", "choices": ["x"]}',
        '{"test": "a", "verdict": "race", "differences": 3}',
        '{"test": "a", "verdict": "race", "place": ["a"]}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_report_is_passed_over(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, line + "\n") == []


def test_what_is_told_steers_no_terminal(tmp_path: Path) -> None:
    entry = {"test": "\x1b[2J", "verdict": "race", "differences": {"\x1b": ["\x1b"]}}

    (pair,) = told(tmp_path, json.dumps(entry))

    assert "\x1b" not in repr(pair.test) + "".join(pair.differences)


def test_our_probes_go_along_and_nothing_else_of_us(tmp_path: Path) -> None:
    told(tmp_path, "")

    (place,) = (e.parent for e in tmp_path.glob(".prodwright-*/prodwright_probes"))
    assert (place / "prodwright_probes" / "races" / "plugin.py").exists()
    assert not (place / "prodwright").exists()
    texts = [each.read_text() for each in place.rglob("*.py")]
    assert not any("from prodwright." in each for each in texts)
