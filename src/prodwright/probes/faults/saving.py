"""Regression tests out of what was found, and how they replay a fault."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from prodwright.probes.faults.reporting import distinct
from prodwright.probes.faults.values import WEAK, Explored, Sighting

_TIMEOUT_SECONDS = 120.0
_HEADER = '''"""Faults that this code once did not survive; saved by Prodwright."""

import pytest

pytest.importorskip("prodwright.probes", reason="replays faults with prodwright")
'''
_TEST = '''

def {name}(prodwright_replay):
    """{says}."""
    prodwright_replay({test!r}, {fault!r})
'''


class Replay:
    """Replays a fault in a pytest of its own.

    Args:
        root: Where pytest is run.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, test: str, fault: str) -> None:
        """Fail when `test` shows something strong under `fault`, or never meets it."""
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.jsonl"
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
            command += [
                f"--prodwright-report={report}",
                "--prodwright-fault",
                fault,
                test,
            ]
            done = subprocess.run(
                command,
                cwd=self._root,
                env={**os.environ, "PYTEST_ADDOPTS": ""},
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
            found = _read(report)
        assert found is not None, f"{test} was not run: {done.stdout[-2000:]}"
        assert found["state"] == "explored", f"{test} is {found['state']} by itself"
        assert found["runs"], f"{test} does not come to {fault} any more"
        wrong = [each for each in found["sightings"] if each["level"] != WEAK]
        assert not wrong, "; ".join(f"{e['kind']}: {e['says']}" for e in wrong)


def _read(report: Path) -> dict[str, Any] | None:
    if not report.is_file():
        return None
    lines = report.read_text("utf-8").splitlines()
    told: dict[str, list[dict[str, str]]] | None = (
        json.loads(lines[0]) if lines else None
    )
    return told


def save(target: Path, explored: list[Explored]) -> str:
    """Write a test for each thing found into `target`; return what was done."""
    existing = target.read_text("utf-8") if target.exists() else ""
    text = existing or _HEADER
    count = 0
    for test in explored:
        for sighting, _ in distinct(test.sightings):
            name = _name(test.test, sighting)
            if sighting.level == WEAK or not sighting.fault or f"def {name}(" in text:
                continue
            says = f"{sighting.kind}: {sighting.says}".replace("\\", "/").replace(
                '"', "'"
            )
            made = {"name": name, "says": says[:70], "test": test.test}
            text += _TEST.format(**made, fault=sighting.fault)
            count += 1
    if count:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return f"{count} regression tests saved in {target}"


def _name(test: str, sighting: Sighting) -> str:
    function = test.rpartition("::")[2].partition("[")[0].removeprefix("test_")
    fault = sighting.fault.partition("@")[0] + "_" + sighting.fault.rpartition("=")[2]
    words = f"{function}_survives_{fault}_{sighting.kind}_{sighting.line}"
    return "test_" + re.sub(r"\W+", "_", words).strip("_").lower()
