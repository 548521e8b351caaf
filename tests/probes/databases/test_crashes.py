"""What a second try after a crash shows of consumers, with files and with a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from probes.databases.crash_twins import LOCAL, SERVED, Twins, files

pytestmark = pytest.mark.slow
Told = dict[str, dict[str, Any]]


def crashed(folder: Path, twins: dict[str, Twins], server: str = "") -> Told:
    """Return what is told of each program, whose processes end at every point."""
    for name, text in files(twins).items():
        (folder / name).write_text(text)
    report, settings = folder / "report.jsonl", folder / "settings.json"
    told = {"code": [str(folder)], "report": str(report), "kinds": "crashes"}
    settings.write_text(json.dumps(told))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-c", "/dev/null", "--rootdir", str(folder)],
        cwd=folder,
        env={
            **os.environ,
            "SERVER": server,
            "PRODWRIGHT_FAULTS_SETTINGS": str(settings),
        },
        capture_output=True,
        text=True,
    )
    assert report.exists(), done.stdout + done.stderr
    lines = map(json.loads, report.read_text().splitlines())
    return {each["test"].partition("::test_")[2]: each for each in lines}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Programs that need no server."""
    return crashed(tmp_path_factory.mktemp("twins"), LOCAL)


IN_A_SERVER = {"served_twice": SERVED["served_twice"]}


@pytest.fixture(scope="module")
def served(server: str, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Programs that use one."""
    return crashed(tmp_path_factory.mktemp("twins"), IN_A_SERVER, server)


def kinds(told: dict[str, Any]) -> set[str]:
    return {each["kind"] for each in told["sightings"] if each["level"] != "weak"}


@pytest.mark.parametrize("name", LOCAL)
def test_what_a_crash_harms_for_good_is_found(local: Told, name: str) -> None:
    assert LOCAL[name].kind in kinds(local[f"{name}_bad"])


@pytest.mark.parametrize("name", LOCAL)
def test_what_a_second_try_mends_is_left_alone(local: Told, name: str) -> None:
    told = local[f"{name}_good"]

    assert told["runs"] > 0
    assert kinds(told) == set(), told["sightings"]


@pytest.mark.parametrize("name", IN_A_SERVER)
def test_what_a_crash_harms_in_a_server_is_found(served: Told, name: str) -> None:
    assert IN_A_SERVER[name].kind in kinds(served[f"{name}_bad"])


@pytest.mark.parametrize("name", IN_A_SERVER)
def test_what_a_second_try_mends_in_a_server_is_left_alone(
    served: Told, name: str
) -> None:
    told = served[f"{name}_good"]

    assert told["runs"] > 0
    assert kinds(told) == set(), told["sightings"]


@pytest.mark.nightly
def test_a_message_that_is_forgotten_first_is_lost_in_a_server_too(
    server: str, tmp_path: Path
) -> None:
    told = crashed(tmp_path, {"served_lost": SERVED["served_lost"]}, server)

    assert "lost-on-crash" in kinds(told["served_lost_bad"])
    assert kinds(told["served_lost_good"]) == set()
