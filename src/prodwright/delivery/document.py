"""The JSON document of a review or a run: stable, versioned, with a schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodwright.core.finding import Finding, TraceStep
from prodwright.core.judgement import StageResult, Verdict
from prodwright.core.stop import StopReason

SCHEMA_VERSION = "1.0"


def result_document(
    *,
    stop_reason: StopReason,
    findings: Iterable[Finding],
    verdicts: Iterable[Verdict],
    stages: Iterable[StageResult] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return the document; `more` holds what only one command adds."""
    return {
        "schema_version": SCHEMA_VERSION,
        "stop_reason": stop_reason.label,
        "exit_code": stop_reason.exit_code,
        "findings": [finding_entry(each) for each in findings],
        "verdicts": [_verdict_entry(each) for each in verdicts],
        "stages": [stage_entry(each) for each in stages],
        **more,
    }


def finding_entry(finding: Finding) -> dict[str, Any]:
    """Return one finding as JSON values."""
    entry: dict[str, Any] = {
        "hazard": finding.hazard,
        "practice": finding.practice,
        "severity": finding.severity.label,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "message": finding.message,
        "excerpt": finding.excerpt,
        "stage": finding.stage,
        "fingerprint": finding.fingerprint,
    }
    if finding.replay:
        entry["replay"] = finding.replay
    if finding.trace:
        entry["trace"] = [_step_entry(each) for each in finding.trace]
    return entry


def _step_entry(step: TraceStep) -> dict[str, Any]:
    return {
        "path": step.path,
        "line": step.line,
        "column": step.column,
        "note": step.note,
        "text": step.text,
    }


def stage_entry(stage: StageResult) -> dict[str, Any]:
    """Return one stage's result as JSON values."""
    return {
        "stage": stage.stage,
        "outcome": stage.outcome.value,
        "reason": stage.reason,
        "control": {
            "planted": stage.control.planted,
            "caught": stage.control.caught,
            "missed": list(stage.control.missed),
            "holds": stage.control.holds,
        },
        "findings": len(stage.findings),
        "seconds": round(stage.seconds, 3),
        "replay": stage.replay,
        "isolation": stage.isolation,
        "details": stage.details,
    }


def _verdict_entry(verdict: Verdict) -> dict[str, Any]:
    return {
        "practice": verdict.practice,
        "module": verdict.module,
        "verdict": verdict.standing.value,
        "reason": verdict.reason,
        "evidence": list(verdict.evidence),
    }
