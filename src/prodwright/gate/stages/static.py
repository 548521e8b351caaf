"""The practices' own checks, each after it caught its planted defect."""

from __future__ import annotations

import time

from prodwright.analysis import Project
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Outcome, StageResult
from prodwright.gate.controls import blind_hazards, control_of
from prodwright.kit import Hazard
from prodwright.kit.judging import judge

NAME = "static"


def judge_statically(
    project: Project,
    hazards: tuple[Hazard, ...],
    *,
    fail_on: Severity = Severity.LOW,
    known: frozenset[str] = frozenset(),
    replay: str = "",
) -> StageResult:
    """Return what `hazards` find in `project`.

    Args:
        project: The code as it stands.
        hazards: Those to look for.
        fail_on: Findings below this severity do not fail the stage.
        known: Fingerprints of findings that were there before; left out.
        replay: Command that judges the same again.
    """
    started = time.monotonic()
    found = [each for each in judge(project, hazards) if each.fingerprint not in known]
    control = control_of(hazards, blind_hazards(hazards))
    return StageResult(
        stage=NAME,
        outcome=_outcome(found, fail_on),
        reason=f"{len(hazards)} hazards looked for in {len(project.sources)} files",
        control=control,
        findings=tuple(found),
        seconds=time.monotonic() - started,
        replay=replay,
    )


def _outcome(found: list[Finding], fail_on: Severity) -> Outcome:
    failing = any(each.severity >= fail_on for each in found)
    return Outcome.FAILED if failing else Outcome.PASSED
