"""What the hostile requests tell is read, and is not trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prodwright.adapters.environments import Environment
from prodwright.adapters.fuzz_runs import FuzzRuns, TriedBoundary
from prodwright.adapters.sandbox import Completed, Errand
from tests_support import play_parts

SIGHTING = {
    "kind": "server-error",
    "level": "strong",
    "says": "ValueError: x",
    "place": ["a.py", 7],
    "case": "body.name:nul",
}
ENTRY = {
    "test": "test_a.py::test_it",
    "state": "tried",
    "operation": "POST /items",
    "place": ["a.py", 3],
    "requests": 40,
    "left": 2,
    "sightings": [SIGHTING],
}


class Scripted:
    """A sandbox in which foreign code writes what it likes."""

    isolation = "none"

    def __init__(self, report: str) -> None:
        self._report = report

    def run(self, errand: Errand) -> Completed:
        play_parts(errand.folder, self._report)
        return Completed(code=0, output="", timed_out=False)


def told(folder: Path, report: str) -> list[TriedBoundary]:
    runs = FuzzRuns(
        sandbox=Scripted(report),
        environment=Environment(python=Path("/usr/bin/python3"), folders=(), key=""),
        budget_seconds=1.0,
    )
    return runs.run(folder, ["test_a.py"], ["a.py"])[0]


def test_a_boundary_is_read_with_what_was_seen_there(tmp_path: Path) -> None:
    (boundary,) = told(tmp_path, json.dumps(ENTRY))
    (sighting,) = boundary.sightings

    assert (boundary.operation, boundary.path) == ("POST /items", "a.py")
    assert (boundary.requests, boundary.left) == (40, 2)
    assert (sighting.path, sighting.line, sighting.level) == ("a.py", 7, "strong")


def test_a_level_that_nobody_knows_is_the_weakest(tmp_path: Path) -> None:
    entry = {**ENTRY, "sightings": [{**SIGHTING, "level": "certain"}]}

    assert told(tmp_path, json.dumps(entry))[0].sightings[0].level == "weak"


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "[1]",
        "{}",
        '{"test": "a", "state": "tried", "sightings": [1]}',
        '{"test": "a", "state": "tried", "place": ["a"]}',
        '{"test": "a", "state": "tried", "requests": "x"}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_report_is_passed_over(tmp_path: Path, line: str) -> None:
    assert told(tmp_path, line) == []


def test_what_is_told_steers_no_terminal(tmp_path: Path) -> None:
    sighting = {**SIGHTING, "says": "\x1b[2J", "case": "\x1b"}
    entry = {**ENTRY, "operation": "\x1b[1m", "sightings": [sighting]}

    assert "\x1b" not in repr(told(tmp_path, json.dumps(entry)))
