"""What `pytest --prodwright-races` finds in programs that share a PostgreSQL server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from probes.databases.race_twins import TWINS, files

pytestmark = pytest.mark.slow
Told = dict[str, dict[str, Any]]
EACH_TIME = ("lost", "booked", "later")


def run(folder: Path, server: str, *words: str, settings: str = "") -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    told = {"PRODWRIGHT_RACES_SETTINGS": settings} if settings else {}
    done = subprocess.run(
        [*command, *words],
        cwd=folder,
        env={**os.environ, "SERVER": server, **told},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


def explore(folder: Path, server: str, names: Sequence[str], runs: int) -> Told:
    """Return what is told of each program's only pair of calls."""
    for name, text in files(names).items():
        (folder / name).write_text(text)
    settings = {
        "root": str(folder),
        "code": [str(folder)],
        "report": str(folder / "report.jsonl"),
        "runs": runs,
        "deadline_seconds": 300,
        "part": 0,
        "parts": 1,
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    plugin = ("-p", "no:prodwright", "-p", "prodwright.probes.races.plugin")
    output = run(folder, server, *plugin, settings=str(folder / "settings.json"))
    report = folder / "report.jsonl"
    assert report.exists(), output
    lines = map(json.loads, report.read_text().splitlines())
    return {Path(each["path"]).stem: each for each in lines}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the programs are."""
    return tmp_path_factory.mktemp("twins")


@pytest.fixture(scope="module")
def explored(folder: Path, server: str) -> Told:
    """Some of them, in a few orders: enough for what is planted."""
    return explore(folder, server, EACH_TIME, 8)


@pytest.mark.parametrize("name", EACH_TIME)
def test_a_race_between_two_connections_is_found(explored: Told, name: str) -> None:
    told = explored[f"{name}_bad"]

    assert told["verdict"] == "race", told
    assert told["reaches_outside"]


@pytest.mark.parametrize("name", EACH_TIME)
def test_its_sound_twin_is_left_alone(explored: Told, name: str) -> None:
    assert explored[f"{name}_good"]["verdict"] == "serial", explored[f"{name}_good"]


def test_what_the_database_holds_is_told(explored: Told) -> None:
    (found,) = explored["lost_bad"]["differences"].items()

    name, texts = found
    assert name == "data postgres database postgres public.account"
    assert texts == ["tuple['(ann,90)']", "tuple['(ann,80)']"]


@pytest.mark.parametrize(
    "name", ["lost", pytest.param("later", marks=pytest.mark.nightly)]
)
def test_a_race_in_a_server_can_be_replayed(
    folder: Path, server: str, explored: Told, name: str
) -> None:
    race = explored[f"{name}_bad"]
    turns = ",".join(map(str, race["choices"]))

    words = (race["test"], "--prodwright-race", f"{race['key']}={turns}")
    again = run(folder, server, *words)

    assert "race: withdraw twice, at once" in again


@pytest.mark.nightly
def test_many_orders_tell_all_twins_apart(server: str, tmp_path: Path) -> None:
    told = explore(tmp_path, server, tuple(TWINS), 60)

    for name in TWINS:
        assert told[f"{name}_bad"]["verdict"] == "race", name
        assert told[f"{name}_good"]["verdict"] == "serial", told[f"{name}_good"]
