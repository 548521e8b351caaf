"""Quality thresholds and CI steps that a change lowers on the side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from prodwright.core.finding import Finding, Severity
from prodwright.gate.candidate import Candidate

_CI = re.compile(
    r"^(\.github/workflows/|\.gitlab-ci|\.circleci/|\.ci/|azure-pipelines)"
)
_THRESHOLD = re.compile(
    r"^\s*(fail_under|fail-under|--cov-fail-under|max-complexity)\s*[= ]\s*([\d.]+)",
    re.M,
)
_CONFIGURATION = ("pyproject.toml", "setup.cfg", "tox.ini", ".coveragerc", "pytest.ini")


def lowered_thresholds(candidate: Candidate) -> Iterator[Finding]:
    """Yield a finding for each lowered threshold and each edited CI file."""
    if candidate.is_new:
        return
    for path in candidate.changed:
        if _CI.match(path) and (candidate.base / path).exists():
            yield _finding(path, "the change edits CI")
        if path.rpartition("/")[2] in _CONFIGURATION:
            for message in _drops(candidate.base / path, candidate.tree / path):
                yield _finding(path, message)


def _drops(before: Path, after: Path) -> Iterator[str]:
    was, now = _thresholds(before), _thresholds(after)
    for name, value in was.items():
        if now.get(name, 0.0) < value and name != "max-complexity":
            yield f"{name} was {value:g} and is {now.get(name, 0.0):g}"
        if name == "max-complexity" and now.get(name, value) > value:
            yield f"{name} was {value:g} and is {now[name]:g}"


def _thresholds(file: Path) -> dict[str, float]:
    if not file.is_file():
        return {}
    found = _THRESHOLD.findall(file.read_text("utf-8", errors="replace"))
    return {name: float(value) for name, value in found}


def _finding(path: str, message: str) -> Finding:
    return Finding(
        path=path,
        line=1,
        column=1,
        end_line=1,
        hazard="threshold-lowered",
        practice="unit-tests",
        severity=Severity.HIGH,
        message=message,
        stage="integrity",
        fingerprint=f"threshold-lowered {path} {message}",
    )
