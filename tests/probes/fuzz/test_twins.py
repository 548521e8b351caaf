"""Applications that hostile input breaks are told from their sound twins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from probes.fuzz.tools import TEST, TOOLS
from probes.fuzz.twins import TWINS, files
from prodwright.probes.fuzz.plugin import begin

pytestmark = pytest.mark.slow
MODULES = {f"{name}_{kind}" for name in TWINS for kind in ("bad", "good")}
CAFE = """
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

TABLES = {}


async def seat(request):
    told = await request.json()
    TABLES[request.path_params["key"]] = told["guests"]
    return JSONResponse({"seats": 4 - told["guests"]})


async def look(request):
    return JSONResponse({"guests": TABLES.get(request.path_params["key"])})


app = Starlette(
    routes=[
        Route("/tables/{key:int}", seat, methods=["PUT"]),
        Route("/tables/{key:int}", look),
    ]
)
"""
CAFE_TEST = """
from starlette.testclient import TestClient

from cafe import app


def test_it():
    with TestClient(app) as client:
        assert client.put("/tables/7", json={"guests": 2}).json() == {"seats": 2}
        assert client.get("/tables/7").json() == {"guests": 2}
"""
Told = dict[str, dict[str, Any]]
PLUGIN = ("-p", "no:prodwright", "-p", "prodwright.probes.fuzz.plugin")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all twins and their tests."""
    place = tmp_path_factory.mktemp("twins")
    (place / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    further = {"tools.py": TOOLS, "test_tools.py": TEST}
    further |= {"cafe.py": CAFE, "test_cafe.py": CAFE_TEST}
    for name, text in {**files(), **further}.items():
        (place / name).write_text(text)
    return place


@pytest.fixture(scope="module")
def told(folder: Path) -> Told:
    """Return what is told of them, by module; all at once."""
    report = folder / "report.jsonl"
    settings = {
        "root": str(folder),
        "code": [str(folder)],
        "report": str(report),
        "deadline_seconds": 300,
        "part": 0,
        "parts": 1,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *PLUGIN, "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "PRODWRIGHT_FUZZ_SETTINGS": str(folder / "settings.json")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert report.exists(), done.stdout + done.stderr
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    return {_name_of(each): each for each in lines}


def _name_of(told: dict[str, Any]) -> str:
    module = told["test"].partition(".py")[0].removeprefix("test_")
    return module if module in MODULES else str(told["operation"])


@pytest.mark.parametrize("name", TWINS)
def test_what_hostile_input_breaks_is_found(told: Told, name: str) -> None:
    twins = TWINS[name]
    seen = {
        each["kind"]: each["case"]
        for each in told[f"{name}_bad"]["sightings"]
        if each["level"] != "weak"
    }

    assert twins.kind in seen
    assert twins.case in ("", seen[twins.kind])


@pytest.mark.parametrize("name", TWINS)
def test_its_sound_twin_is_left_alone(told: Told, name: str) -> None:
    found = told[f"{name}_good"]

    assert found["state"] == "tried"
    assert found["requests"] > 50
    assert found["left"] == 0
    assert [e for e in found["sightings"] if e["level"] != "weak"] == []


def test_what_a_framework_routes_is_told_by_its_route_and_handler(told: Told) -> None:
    seat, look = (told[f"{method} /tables/{{key:int}}"] for method in ("PUT", "GET"))
    broken = [e["place"] for e in seat["sightings"] if e["level"] == "strong"]

    assert ["cafe.py", 10] in broken
    assert ["cafe.py", 11] in broken
    assert look["place"] == ["cafe.py", 15]
    assert {each["level"] for each in look["sightings"]} <= {"weak"}


@pytest.mark.parametrize(
    ("boundary", "kind", "says"),
    [
        ("function parse_size", "wrong-error", "Error"),
        ("argparse main", "traceback", "Error"),
        ("click halve", "traceback", "ValueError"),
    ],
)
def test_parsers_and_commands_that_break_are_found(
    told: Told, boundary: str, kind: str, says: str
) -> None:
    found = {e["kind"]: e for e in told[boundary]["sightings"] if e["level"] != "weak"}

    assert says in found[kind]["says"]
    assert found[kind]["place"][0] == "tools.py"


@pytest.mark.parametrize(
    "boundary",
    [
        "function parse_size_well",
        "function parse_with_an_error_of_its_own",
        "function parse_as_documented",
        "function settings_from_dict",
        "click halve-well",
    ],
)
def test_those_that_say_what_is_wrong_are_left_alone(told: Told, boundary: str) -> None:
    found = [e for e in told[boundary]["sightings"] if e["level"] != "weak"]

    assert told[boundary]["requests"] > 10
    assert found == []


def test_functions_that_take_nothing_from_outside_are_not_tried(told: Told) -> None:
    assert "function compute" not in told


def test_an_error_is_told_where_it_is_raised(told: Told) -> None:
    (sighting,) = told["overflow_bad"]["sightings"]

    assert sighting["place"][0] == "overflow_bad.py"
    assert "OverflowError" in sighting["says"]


def alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed plugin as a user does."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, *words], cwd=folder, capture_output=True, text=True
    )


def test_a_case_can_be_replayed(folder: Path) -> None:
    case = "GET /items~query.q:sql"
    done = alone(folder, "test_sql_bad.py::test_it", "--prodwright-hostile", case)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "sql-injection (strong)" in done.stdout
    assert "GET /items: 1 inputs" not in done.stdout, "the plain one comes first"


def test_what_is_no_case_cannot_be_replayed(folder: Path) -> None:
    done = alone(folder, "test_sql_bad.py::test_it", "--prodwright-hostile", "x")

    assert done.returncode == 4
    assert "'x' is no case" in done.stderr


@pytest.mark.parametrize(
    ("workers", "other", "why"),
    [(2, "", "-n 0"), (None, "--prodwright-faults", "of its own")],
)
def test_a_run_that_would_try_nothing_is_refused(
    workers: int | None, other: str, why: str
) -> None:
    config: Any = SimpleNamespace(
        option=SimpleNamespace(numprocesses=workers),
        getoption=lambda name: name == other,
    )

    with pytest.raises(pytest.UsageError, match=why):
        begin(config)
