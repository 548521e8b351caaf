"""Two calls at once, in the sandbox, beside planted races."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.proving_ground import candidate, toolbox
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome, StageResult, Standing
from prodwright.gate.stages.races import RacesStage

COUNTER = """import threading


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0

    def add(self):
        {}
"""
FILES = {
    "racy.py": COUNTER.format("self.count += 1"),
    "sound.py": COUNTER.format("with self.lock:\n            self.count += 1"),
    "tests/test_racy.py": "from racy import Counter\n\n\n"
    "def test_it():\n    Counter().add()\n",
    "tests/test_sound.py": "from sound import Counter\n\n\n"
    "def test_it():\n    Counter().add()\n",
    "tests/test_broken.py": "def test_it():\n    assert False\n",
}


def stage(place: Path, *, has_python: bool = True) -> RacesStage:
    return RacesStage(
        toolbox=toolbox(place, has_python=has_python), scope=(), budget_seconds=90.0
    )


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StageResult:
    """Return what the stage says of a racy and a sound module."""
    place = tmp_path_factory.mktemp("races")
    return stage(place).judge(candidate(place, FILES))


@pytest.mark.slow
def test_a_race_is_a_finding_where_it_is(result: StageResult) -> None:
    (finding,) = result.findings

    assert (finding.path, finding.line) == ("racy.py", 10)
    assert finding.hazard == "unlocked-shared-state"
    assert finding.severity is Severity.HIGH
    assert "object self.count is 1, one after the other 2" in finding.message
    assert "--prodwright-race 'racy.py: Counter.add twice=" in finding.replay


@pytest.mark.slow
def test_planted_races_are_found_and_the_sound_one_is_not(result: StageResult) -> None:
    assert result.outcome is Outcome.FAILED
    assert (result.control.planted, result.control.caught) == (5, 5)


@pytest.mark.slow
def test_locks_that_calls_need_are_proven(result: StageResult) -> None:
    (exhibit,) = result.exhibits

    assert (exhibit.module, exhibit.standing) == ("sound.py", Standing.PROVEN)


@pytest.mark.slow
def test_a_test_that_fails_by_itself_is_named(result: StageResult) -> None:
    told = "tests/test_broken.py::test_it: it does not pass"
    assert told in result.details["not judged"]


def test_without_tests_nothing_is_judged(tmp_path: Path) -> None:
    found = stage(tmp_path).judge(candidate(tmp_path, {"a.py": "x = 1\n"}))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_without_an_environment_it_says_so(tmp_path: Path) -> None:
    found = stage(tmp_path, has_python=False).judge(candidate(tmp_path, FILES))

    assert found.outcome is Outcome.UNJUDGED
    assert "--python" in found.reason
