"""Quality thresholds and CI steps that a change lowers on the side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from prodwright.core.finding import Finding, Severity
from prodwright.gate.candidate import Candidate
from prodwright.gate.permission import allowed
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
    What the user allows is a note: a pipeline that their plan names, or, when they
    typed its path, any of it.
    """
    user = candidate.permission
    for path in candidate.changed:
        for message in _in_pipelines(candidate, path):
            yield allowed(_finding(path, message), user.named(path))
        for message in _in_settings(candidate, path):
            yield allowed(_finding(path, message), user.typed(path))


def _in_pipelines(candidate: Candidate, path: str) -> Iterator[str]:
    if candidate.is_new or not _CI.match(path):
        return
    if (candidate.base / path).exists():
        yield "the change edits CI"
    elif candidate.pledged is not None:
        yield "the change adds to CI, which runs with its secrets"


def _in_settings(candidate: Candidate, path: str) -> Iterator[str]:
    if candidate.is_new:
        if candidate.pledged is not None:
            yield from own_settings(candidate.tree, path)
        return
    yield from edited_yardsticks(candidate.base, candidate.tree, path)
    if path.rpartition("/")[2] in _CONFIGURATION:
        yield from _drops(candidate.base / path, candidate.tree / path)


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
