"""Hostile input in the sandbox, beside planted boundaries."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.proving_ground import candidate, toolbox
from prodwright.adapters.fuzz_runs import HostileSighting, TriedBoundary
from prodwright.adapters.sandbox import Completed, Errand
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome, StageResult, Standing
from prodwright.gate.dynamic.driver import driver_for
from prodwright.gate.dynamic.ground import Plot
from prodwright.gate.dynamic.hostile_kinds import hazard_of
from prodwright.gate.dynamic.planted_boundaries import DEFECTS, SOUND, missed
from prodwright.gate.stages.fuzz import FuzzStage
from prodwright.practices import find_hazard
from tests_support import play_parts

APP = """
def app(environ, start_response):
    q = environ["QUERY_STRING"].partition("=")[2]
    {}
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
"""
TEST = """
import {name} as m


def test_it(prodwright_client):
    assert prodwright_client(m.app).request("GET", "/{name}?q=1").status == 200
"""
PROVIDER = """
import given


def application():
    return given.serve


def requests():
    yield "GET", "/given?q=1", {}
"""
FILES = {
    "weak.py": APP.format("int(q)"),
    "sound.py": APP.format("len(q)"),
    "tests/test_weak.py": TEST.format(name="weak"),
    "tests/test_sound.py": TEST.format(name="sound"),
    "given.py": APP.format("int(q)").replace("app", "serve"),
    "prodwright_provider.py": PROVIDER,
    "tests/test_broken.py": "def test_it():\n    assert False\n",
}


def stage(place: Path, *, has_python: bool = True) -> FuzzStage:
    tools = toolbox(place, has_python=has_python)
    return FuzzStage(toolbox=tools, scope=(), budget_seconds=90.0)


class Scripted:
    """A sandbox in which nothing runs, and the report says what it is told.

    Every planted defect is caught, and the sound boundary is left alone.
    """

    isolation = "none"

    def __init__(self, *lines: dict[str, Any], code: int = 0) -> None:
        self._lines = lines
        self._code = code

    def run(self, errand: Errand) -> Completed:
        planted = next(errand.folder.rglob("planted_*.py"))
        name = planted.stem.removeprefix("planted_")
        test = planted.with_name(f"test_{name}.py").relative_to(errand.folder)
        kinds = {**DEFECTS, SOUND: ""}
        told = [_caught(str(test), *each) for each in kinds.items()]
        lines = (json.dumps(each) for each in (*told, *self._lines))
        play_parts(errand.folder, "\n".join(lines))
        return Completed(code=self._code, output="it ended", timed_out=False)


def _caught(test: str, operation: str, kind: str) -> dict[str, Any]:
    sighting = {"kind": kind, "level": "strong", "says": "", "case": "c"}
    return {
        "test": f"{test}::test_it",
        "state": "tried",
        "operation": operation,
        "requests": 1,
        "sightings": [sighting] if kind else [],
    }


def scripted(place: Path, *lines: dict[str, Any], code: int = 0) -> StageResult:
    """Return what the stage makes of what it is told."""
    tools = toolbox(place)
    sandbox = Scripted(*lines, code=code)
    tools = replace(tools, sandbox=lambda: sandbox)
    judged = FuzzStage(toolbox=tools, scope=(), budget_seconds=9.0)
    return judged.judge(candidate(place, FILES))


TRIED = {
    "test": "tests/test_sound.py::test_it",
    "state": "tried",
    "operation": "GET /sound",
    "place": ["sound.py", 2],
    "requests": 90,
}


def test_silence_of_all_boundaries_passes(tmp_path: Path) -> None:
    found = scripted(tmp_path, TRIED)

    assert found.outcome is Outcome.PASSED
    assert found.reason == "90 hostile inputs at 1 boundaries"
    assert {each.module for each in found.exhibits} == {"sound.py"}


def test_what_was_left_is_told_and_shows_nothing(tmp_path: Path) -> None:
    late = {**TRIED, "state": "unjudged", "operation": "GET /b", "why": "late"}
    found = scripted(tmp_path, {**TRIED, "left": 7}, late)

    assert "for 7 there was no time; 1 tests or boundaries show nothing" in found.reason
    assert found.details["not tried"] == "GET /sound: 7 inputs"
    assert found.details["not judged"] == "GET /b: late"
    assert found.exhibits == ()


@pytest.mark.parametrize(
    ("lines", "outcome", "reason"),
    [
        ([], Outcome.NOT_APPLICABLE, "no test comes to an application"),
        ([{**TRIED, "state": "test"}], Outcome.UNJUDGED, "no test comes to"),
    ],
)
def test_without_a_boundary_nothing_is_shown(
    tmp_path: Path, lines: list[dict[str, Any]], outcome: Outcome, reason: str
) -> None:
    found = scripted(tmp_path, *lines)

    assert found.outcome is outcome
    assert found.reason.startswith(reason)


def test_a_run_that_breaks_off_shows_nothing(tmp_path: Path) -> None:
    found = scripted(tmp_path, TRIED, code=3)

    assert found.outcome is Outcome.UNJUDGED
    assert found.exhibits == ()
    assert found.details["output"] == "it ended"


def test_one_thing_at_one_place_is_one_finding(tmp_path: Path) -> None:
    sighting = {"kind": "xss", "level": "strong", "says": "", "case": "c"}
    here = {**sighting, "place": ["weak.py", 2]}
    elsewhere = {**sighting, "place": ["../weak.py", 2]}
    nowhere = {**TRIED, "place": ["", 1], "sightings": [sighting]}
    found = scripted(tmp_path, {**TRIED, "sightings": [here, here, elsewhere]}, nowhere)

    assert [(e.path, e.line) for e in found.findings] == [
        ("weak.py", 2),
        ("given.py", 1),
    ]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StageResult:
    """Return what the stage says of a weak and a sound application."""
    place = tmp_path_factory.mktemp("fuzz")
    return stage(place).judge(candidate(place, FILES))


@pytest.mark.slow
def test_what_input_breaks_is_a_finding_where_it_breaks(result: StageResult) -> None:
    (finding,) = (each for each in result.findings if each.path == "weak.py")

    assert finding.line == 4
    assert (finding.hazard, finding.severity) == ("unhandled-input", Severity.HIGH)
    assert "GET /weak, query.q:" in finding.message
    assert "tests/test_weak.py::test_it --prodwright-hostile" in finding.replay


@pytest.mark.slow
def test_what_a_provider_gives_is_tried(result: StageResult) -> None:
    (finding,) = (each for each in result.findings if each.path != "weak.py")

    assert (finding.path, finding.line) == ("given.py", 4)
    assert finding.replay == "prodwright prove --stage fuzz given.py"


@pytest.mark.slow
def test_planted_boundaries_are_found_and_the_sound_one_is_not(
    result: StageResult,
) -> None:
    planted = len(DEFECTS) + 1

    assert result.outcome is Outcome.FAILED
    assert (result.control.planted, result.control.caught) == (planted, planted)


@pytest.mark.slow
def test_what_withstood_everything_is_checked(result: StageResult) -> None:
    shown = {e.practice: e.standing for e in result.exhibits if e.module == "sound.py"}

    assert shown["validate-boundaries"] is Standing.CHECKED
    practices = {e.practice for e in result.exhibits if e.module == "weak.py"}
    assert "validate-boundaries" not in practices


@pytest.mark.slow
def test_a_test_that_fails_by_itself_is_named(result: StageResult) -> None:
    told = "tests/test_broken.py::test_it: it does not pass"
    assert told in result.details["not judged"]


def test_without_tests_and_applications_nothing_is_judged(tmp_path: Path) -> None:
    found = stage(tmp_path).judge(candidate(tmp_path, {"a.py": "x = 1\n"}))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_without_an_environment_it_says_so(tmp_path: Path) -> None:
    found = stage(tmp_path, has_python=False).judge(candidate(tmp_path, FILES))

    assert found.outcome is Outcome.UNJUDGED
    assert "--python" in found.reason


FASTAPI = "from fastapi import FastAPI\n\napp = FastAPI()\n"
FACTORY = "def create_app(config=None):\n    return Flask(__name__)\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"src/shop/main.py": FASTAPI}, "import_module('shop.main'), 'app'"),
        ({"shop/__init__.py": FACTORY}, "import_module('shop'), 'create_app'"),
        ({"shop/a.py": FASTAPI, "prodwright_provider.py": ""}, "import prodwright_pro"),
        ({"a.py": FASTAPI, "tests/test_a.py": "c = TestClient(app)\n"}, ""),
        ({"a.py": "def create_app(config):\n    return Flask(config)\n"}, ""),
        ({"a.py": "app = 3\n"}, ""),
    ],
)
def test_an_application_that_no_test_drives_is_driven(
    tmp_path: Path, files: dict[str, str], told: str
) -> None:
    driver = driver_for(candidate(tmp_path, files), "")

    assert told in driver
    assert bool(driver) is bool(told)
    compile(driver, "driver", "exec")


PLOT = Plot(tests="test_x.py", code="x.py", name="x")


def planted(operation: str, kind: str, level: str = "strong") -> TriedBoundary:
    sighting = HostileSighting(
        kind=kind, level=level, path="x.py", line=1, says="", case=""
    )
    return TriedBoundary(
        test="test_x.py::test_it",
        state="tried",
        operation=operation,
        sightings=(sighting,) if kind else (),
    )


def test_a_control_that_nobody_caught_is_missed() -> None:
    caught = [planted(name, kind) for name, kind in DEFECTS.items()]
    sound = planted(SOUND, "")

    assert missed(PLOT, [*caught, sound]) == ()
    assert missed(PLOT, [*caught[1:], sound]) == ("GET /breaks",)
    assert missed(PLOT, caught) == (SOUND,)
    assert missed(PLOT, [*caught, planted(SOUND, "xss")]) == (SOUND,)
    starved = [planted("GET /lasts", "hang"), *caught, sound]
    assert missed(PLOT, [e for e in starved if "slow" not in str(e.sightings)]) == ()
    weak = replace(caught[0], sightings=planted("", "server-error", "weak").sightings)
    assert missed(PLOT, [weak, *caught[1:], sound]) == ("GET /breaks",)


@pytest.mark.parametrize("kind", [*DEFECTS.values(), "hang", "another-account", "new"])
def test_every_kind_is_about_a_hazard_of_that_practice(kind: str) -> None:
    hazard, practice = hazard_of(kind)

    assert find_hazard(hazard).practice == practice or kind in ("hang", "new")
