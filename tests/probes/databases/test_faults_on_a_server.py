"""What `pytest --prodwright-faults` finds in programs that use a PostgreSQL server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from probes.databases.fault_twins import TWINS, files

Told = dict[str, dict[str, Any]]


def explore(folder: Path, server: str, *options: str) -> Told:
    """Return what is told of each test, by its module."""
    for name, text in files().items():
        (folder / name).write_text(text)
    report = folder / "report.jsonl"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-c", "/dev/null", "--rootdir", str(folder)]
    done = subprocess.run(
        [*command, f"--prodwright-report={report}", *options],
        cwd=folder,
        env={**os.environ, "SERVER": server},
        capture_output=True,
        text=True,
    )
    assert report.exists(), done.stdout + done.stderr
    told: Told = {}
    for line in report.read_text().splitlines():
        entry = json.loads(line)
        name = entry["test"].partition("::test_")[2]
        known = told.get(name, {"sightings": []})["sightings"]
        told[name] = {**entry, "sightings": [*known, *entry["sightings"]]}
    return told


@pytest.fixture(scope="module")
def replayed(server: str, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Each program under the fault that tells it from its twin."""
    faults = [
        word
        for name, twins in TWINS.items()
        for kind in ("bad", "good")
        for word in ("--prodwright-fault", twins.fault.replace("{}", f"{name}_{kind}"))
    ]
    return explore(tmp_path_factory.mktemp("twins"), server, *faults)


@pytest.fixture(scope="module")
def explored(server: str, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Each program under all of its faults: that takes minutes."""
    folder = tmp_path_factory.mktemp("twins")
    return explore(folder, server, "--prodwright-faults")


def loud(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in told["sightings"] if each["level"] != "weak"]


@pytest.mark.slow
@pytest.mark.parametrize("name", TWINS)
def test_a_fault_that_is_not_survived_is_found(replayed: Told, name: str) -> None:
    kinds = {each["kind"] for each in loud(replayed[f"{name}_bad"])}

    assert kinds & set(TWINS[name].kinds), replayed[f"{name}_bad"]


@pytest.mark.slow
@pytest.mark.parametrize("name", TWINS)
def test_its_sound_twin_is_left_alone(replayed: Told, name: str) -> None:
    told = replayed[f"{name}_good"]

    assert (told["state"], told["runs"]) == ("explored", 1)
    assert loud(told) == []


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("name", TWINS)
def test_all_faults_together_tell_the_twins_apart(explored: Told, name: str) -> None:
    kinds = {each["kind"] for each in loud(explored[f"{name}_bad"])}

    assert kinds & set(TWINS[name].kinds), explored[f"{name}_bad"]
    assert loud(explored[f"{name}_good"]) == []
