"""Quality thresholds and CI steps that a change lowers on the side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from prodwright.core.finding import Finding, Severity
from prodwright.gate.candidate import Candidate
from prodwright.gate.yardsticks import edited_yardsticks, own_settings

_CI = re.compile(
    r"^(\.github/(workflows|actions)/|\.gitlab-ci|\.gitlab/|\.circleci/|\.ci/"
    r"|\.buildkite/|\.drone|\.travis|\.woodpecker|azure-pipelines"
    r"|bitbucket-pipelines|Jenkinsfile|\.pre-commit-config)"
)
_THRESHOLD = re.compile(
    r"^\s*(fail_under|fail-under|--cov-fail-under|max-complexity)\s*[= ]\s*([\d.]+)",
    re.M,
)
_CONFIGURATION = ("pyproject.toml", "setup.cfg", "tox.ini", ".coveragerc", "pytest.ini")


def lowered_thresholds(candidate: Candidate) -> Iterator[Finding]:
    """Yield a finding for each setting by which the change would judge itself.

    In a new project they are its own; ours are not, once an engineer was to be judged.
    """
    if candidate.is_new:
        pledged = candidate.changed if candidate.pledged is not None else ()
        for path in pledged:
            for message in own_settings(candidate.tree, path):
                yield _finding(path, message)
        return
    for path in candidate.changed:
        if _CI.match(path) and (candidate.base / path).exists():
            yield _finding(path, "the change edits CI")
        elif _CI.match(path) and candidate.pledged is not None:
            yield _finding(path, "the change adds to CI, which runs with its secrets")
        for message in edited_yardsticks(candidate.base, candidate.tree, path):
            yield _finding(path, message)
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
