"""A change answers for its own lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from prodwright.analysis import project_of
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate
from prodwright.gate.dynamic.on_change import OnChange, lines_between

BEFORE = {"a.py": "one = 1\ntwo = 2\n"}
AFTER = {"a.py": "one = 1\ntwo = 3\nmore = 4\n"}


def finding(line: int, path: str = "a.py") -> Finding:
    return Finding(
        path=path,
        line=line,
        column=1,
        end_line=line,
        hazard="torn-state",
        practice="transactions",
        severity=Severity.HIGH,
        message="it is torn",
        excerpt="",
        stage="faults",
        fingerprint=f"{path} {line}",
    )


@dataclass(frozen=True)
class Scripted:
    """An experiment that finds what it is told to."""

    findings: tuple[Finding, ...]
    caught: int = 1

    def judge(self, candidate: Candidate) -> StageResult:
        return StageResult(
            stage="faults",
            outcome=Outcome.FAILED if self.findings else Outcome.PASSED,
            reason="tried",
            control=Control(planted=1, caught=self.caught),
            findings=self.findings,
        )


def candidate(before: dict[str, str]) -> Candidate:
    return Candidate(
        tree=Path(),
        base=Path(),
        folder="",
        after=project_of(AFTER),
        before=project_of(before),
        changed=("a.py",),
        profile=Profile(),
    )


@pytest.mark.parametrize(
    ("line", "severity", "outcome"),
    [
        (1, Severity.NOTE, Outcome.PASSED),
        (2, Severity.HIGH, Outcome.FAILED),
        (3, Severity.HIGH, Outcome.FAILED),
    ],
)
def test_what_is_found_in_older_lines_is_told_and_fails_nothing(
    line: int, severity: Severity, outcome: Outcome
) -> None:
    result = OnChange(Scripted((finding(line),))).judge(candidate(BEFORE))

    assert [each.severity for each in result.findings] == [severity]
    assert result.outcome is outcome


def test_an_experiment_that_is_blind_passes_nothing() -> None:
    blind = Scripted((finding(1),), caught=0)

    assert OnChange(blind).judge(candidate(BEFORE)).outcome is Outcome.UNJUDGED


def test_in_a_new_project_every_line_is_new() -> None:
    result = OnChange(Scripted((finding(1),))).judge(candidate({}))

    assert result.outcome is Outcome.FAILED


def test_what_another_file_shows_is_older() -> None:
    other = Scripted((finding(2, "b.py"),))

    assert OnChange(other).judge(candidate(BEFORE)).outcome is Outcome.PASSED


def test_lines_that_are_only_moved_down_are_not_new() -> None:
    assert lines_between("a\nb\n", "new\na\nb\n") == [1]
