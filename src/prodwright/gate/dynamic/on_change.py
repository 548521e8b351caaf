"""Experiments in the gate: a change answers for its own lines, not for older ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Protocol

from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Outcome, StageResult
from prodwright.gate.candidate import Candidate


class Experiment(Protocol):
    """A stage that tries code out."""

    def judge(self, candidate: Candidate) -> StageResult: ...


@dataclass(frozen=True, slots=True)
class OnChange:
    """Tells what an experiment finds in older lines, and fails no change for it.

    Attributes:
        experiment: The stage.
    """

    experiment: Experiment

    def judge(self, candidate: Candidate) -> StageResult:
        """Return what the experiment says of the change.

        Raises:
            SandboxUnavailable: The code cannot be run in isolation.
        """
        result = self.experiment.judge(candidate)
        if candidate.is_new or not result.findings:
            return result
        lines = changed_lines(candidate)
        findings = tuple(_as_older(each, lines) for each in result.findings)
        counting = any(each.severity > Severity.NOTE for each in findings)
        if result.outcome is not Outcome.FAILED or counting:
            return replace(result, findings=findings)
        held = result.control.holds
        return replace(
            result,
            findings=findings,
            outcome=Outcome.PASSED if held else Outcome.UNJUDGED,
            reason=f"{result.reason}; nothing in the lines that were changed",
        )


def _as_older(finding: Finding, lines: Mapping[str, frozenset[int]]) -> Finding:
    if finding.line in lines.get(finding.path, ()):
        return finding
    return replace(finding, severity=Severity.NOTE)


def changed_lines(candidate: Candidate) -> dict[str, frozenset[int]]:
    """Return the lines, from 1, that a change made or touched, by path."""
    before = {each.path: each.text for each in candidate.before.sources}
    return {
        each.path: frozenset(lines_between(before.get(each.path, ""), each.text))
        for each in candidate.after.sources
        if before.get(each.path) != each.text
    }


def lines_between(before: str, after: str) -> list[int]:
    """Return the lines of `after` that `before` does not have there."""
    matcher = SequenceMatcher(
        a=before.splitlines(), b=after.splitlines(), autojunk=False
    )
    return [
        line
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind in ("replace", "insert")
        for line in range(first + 1, last + 1)
    ]
